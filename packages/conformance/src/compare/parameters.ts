// Numbers of table A.4.4-2 by their names, with their units. PS3.2 A.4.4.2
import type { ParameterFact, StatementView } from './view.ts';

export interface NumberFact {
  /** Infinity: no limit. */
  readonly value: number;
  readonly path: string;
}

const unlimited = /^(?:unlimited|no limit|none|any|infinite|what the peer announces)/i;
const factors: Readonly<Record<string, number>> = {
  k: 1024,
  kb: 1024,
  mb: 1024 ** 2,
  gb: 1024 ** 3,
  ms: 1 / 1000,
  min: 60,
  minutes: 60,
  h: 3600,
};

function numberOf({ value, unit, path }: ParameterFact): NumberFact | undefined {
  if (unlimited.test(value.trim())) return { value: Number.POSITIVE_INFINITY, path };
  const [, digits, suffix = unit ?? ''] = /^\D{0,20}?(\d[\d,]*(?:\.\d+)?)\s*([a-z]+)?/i.exec(value.trim()) ?? [];
  if (digits === undefined) return undefined;
  return { value: Number(digits.replaceAll(',', '')) * (factors[suffix.toLowerCase()] ?? 1), path };
}

/** The parameter of an entity, or else of the whole system; undefined where it is not stated, or not as a number. */
export function parameterOf(view: StatementView, ae: string, name: RegExp): NumberFact | undefined {
  const rows = view.parameters.filter((row) => name.test(row.name));
  const row = rows.find(({ scope }) => scope === ae) ?? rows.find(({ scope }) => scope === 'General');
  return row && numberOf(row);
}

/** The names of the baseline. PS3.2 table A.4.4-2 */
export const parameterNames = {
  pduReceived: /pdu size the ae can receive|maximum pdu (?:size )?receive/i,
  pduSent: /pdu size the ae can send|maximum pdu (?:size )?sen[dt]/i,
  objectSize: /maximum object size/i,
  dimse: /dimse level time-?out/i,
  associationResponse: /association open request|association (?:response )?time-?out/i,
  connect: /tcp\/ip connect/i,
  /** Of an acceptor: wait for the request on an open connection. */
  artim: /artim|waiting for an (?:a-associate-rq|association request)/i,
  /** Wait for the next request. */
  idle: /idle ?time-?out|waiting for the next request/i,
  /** Wait within a message. */
  betweenPackets: /between tcp\/ip packets/i,
} as const;
