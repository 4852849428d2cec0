// An SNTP server as the settings name it: a name or an address, and the port where it is not 123. RFC 4330
import { isIPv6 } from 'node:net';
import { BadValue } from './kinds.ts';

export interface ConfiguredTimeServer {
  readonly host: string;
  /** Of UDP. */
  readonly port: number;
}

/** `ntp.example`, `10.0.0.1:1123`, `[fd00::1]:123`. Throws BadValue. */
export function readTimeServer(value: unknown): ConfiguredTimeServer {
  const wrong = () => new BadValue(`must be a host such as ntp.example or [fd00::1]:123, not ${JSON.stringify(value)}`);
  if (typeof value !== 'string' || value.length > 300) throw wrong();
  const [, bracketed, name, digits = '123'] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(value) ?? [];
  const host = bracketed ?? name;
  const port = Number(digits);
  if (!host || port < 1 || port > 65_535 || (bracketed !== undefined && !isIPv6(bracketed))) throw wrong();
  return { host, port };
}
