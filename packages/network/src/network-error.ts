// The one error of this package: why a caller cannot carry on, and who said so.

export const faults = {
  'invalid-pdu': 'not a valid PDU',
  'invalid-message': 'not a valid DIMSE message',
  'limit-exceeded': 'larger than the limit allows',
  'not-possible': 'not possible in this state of the association',
  'no-context': 'no accepted presentation context fits',
  refused: 'no TCP connection to the peer',
  tls: 'no TLS connection to the peer',
  rejected: 'the peer rejected the association',
  aborted: 'the association was aborted',
  closed: 'the connection was closed',
  timeout: 'the time allowed has passed',
  cancelled: 'cancelled by the caller',
} as const;
export type Fault = keyof typeof faults;

/** Result, source and reason of a refusal, as on the wire. A-ABORT has no result. PS3.8 9.3.4, 9.3.8. */
export interface Refusal {
  readonly result?: number;
  readonly source: number;
  readonly reason: number;
}

/** What failed (`fault`), with the peer's own codes where it gave any. */
export class NetworkError extends Error {
  readonly fault: Fault;
  /** The message without what `fault` says. */
  readonly detail: string;
  readonly refusal: Refusal | undefined;

  constructor(fault: Fault, detail = '', options: { readonly refusal?: Refusal; readonly cause?: unknown } = {}) {
    super(`${faults[fault]}${detail && `: ${detail}`}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'NetworkError';
    this.fault = fault;
    this.detail = detail;
    this.refusal = options.refusal;
  }
}
