// What a DIMSE response says. PS3.7 Annex C.

/** Success, warning or failure follows from the code and is never stored. */
export interface Status<Code extends number = number> {
  readonly code: Code;
  /** Error Comment (0000,0902); cut at 64 characters. */
  readonly comment?: string;
  /** Offending Element (0000,0901). */
  readonly offending?: readonly number[];
  /** Error ID (0000,0903). */
  readonly errorId?: number;
}

export type StatusClass = 'success' | 'warning' | 'failure' | 'pending' | 'cancel';

/** PS3.7 Annex C, Table C-1 and C.1 to C.5. */
export function statusClass(code: number): StatusClass {
  if (code === 0x0000) return 'success';
  if (code === 0xff00 || code === 0xff01) return 'pending';
  if (code === 0xfe00) return 'cancel';
  if (code === 0x0001 || code === 0x0107 || code === 0x0116 || (code & 0xf000) === 0xb000) return 'warning';
  return 'failure';
}

/** The codes that PS3.7 itself defines, for any service. PS3.7 C.5. */
export const generalStatuses = {
  0x0000: 'success',
  0x0105: 'no such attribute',
  0x0106: 'invalid attribute value',
  0x0107: 'attribute list error',
  0x0110: 'processing failure',
  0x0111: 'duplicate SOP instance',
  0x0112: 'no such SOP instance',
  0x0113: 'no such event type',
  0x0114: 'no such argument',
  0x0115: 'invalid argument value',
  0x0116: 'attribute value out of range',
  0x0117: 'invalid SOP instance',
  0x0118: 'no such SOP class',
  0x0119: 'class-instance conflict',
  0x0120: 'missing attribute',
  0x0121: 'missing attribute value',
  0x0122: 'SOP class not supported',
  0x0123: 'no such action',
  0x0124: 'not authorized',
  0x0210: 'duplicate invocation',
  0x0211: 'unrecognized operation',
  0x0212: 'mistyped argument',
  0x0213: 'resource limitation',
  0xfe00: 'cancelled',
  0xff00: 'pending',
  0xff01: 'pending, some optional keys not supported',
} as const;
/** Answers to a C-STORE: those that have a meaning of their own in families A7xx, A9xx, Cxxx and Bxxx. PS3.4 Table B.2-1. */
export const storeStatuses = {
  0x0000: 'stored',
  0xb000: 'stored, data elements were coerced',
  0xb006: 'stored, elements were discarded',
  0xb007: 'stored, the data set does not match the SOP Class',
  0xa700: 'refused: out of resources',
  0xa900: 'error: the data set does not match the SOP Class',
  0xc000: 'error: cannot understand',
} as const;
export type StoreCode = keyof typeof storeStatuses | GeneralCode;

export type GeneralCode = keyof typeof generalStatuses;

/** A code as the standard writes it: `A700H`. */
export const formatCode = (code: number): string => `${code.toString(16).padStart(4, '0').toUpperCase()}H`;
