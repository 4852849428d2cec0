// What is offered under /conformance, for the OpenAPI document: a test compares it with what answers. PS3.2 6
import type { Endpoint } from '../administration/endpoint.ts';
import { exchangeAddresses, runAddresses } from './exchange-addresses.ts';
import { statementAddresses, textAddresses } from './statement-addresses.ts';

export const conformanceAddresses: Readonly<Record<string, Endpoint>> = {
  ...statementAddresses,
  ...textAddresses,
  ...exchangeAddresses,
  ...runAddresses,
};
