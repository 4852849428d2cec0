// Value representations: what each is made of. PS3.5 6.2, Table 6.2-1; header forms of 7.1.2.

/** One row of Table 6.2-1, as a reader and writer need it. */
export interface VrTraits {
  readonly vr: Vr;
  /** How the value field is read: text, numbers of one width, tags, a sequence, or bytes nobody interprets. */
  readonly kind: 'text' | 'number' | 'bigint' | 'tag' | 'sequence' | 'bytes';
  /** Bytes of one value: 0 where it varies. What is swapped between byte orders. */
  readonly width: 0 | 1 | 2 | 4 | 8;
  /** Whether the explicit header holds two reserved bytes and a 32-bit length. */
  readonly long: boolean;
  /** Whether a backslash separates values. */
  readonly multiple: boolean;
  /** Whether (0008,0005) applies. PS3.5 6.1.2.3 */
  readonly extended: boolean;
  /** What fills an odd value up: space or zero. */
  readonly padding: number;
  /** Most characters (text) or bytes (others) of one value; 0 where only the length field limits it. */
  readonly maximum: number;
}

const row = <const V extends string>(
  vr: V,
  kind: VrTraits['kind'],
  width: VrTraits['width'],
  flags: string,
  maximum = 0,
) => ({
  vr,
  kind,
  width,
  long: flags.includes('L'),
  multiple: flags.includes('M'),
  extended: flags.includes('X'),
  padding: flags.includes('0') ? 0 : 32,
  maximum,
});

/** L: 32-bit length; M: values apart by backslash; X: (0008,0005) applies; 0: padded with zero. */
const rows = [
  row('AE', 'text', 0, 'M', 16),
  row('AS', 'text', 0, 'M', 4),
  row('AT', 'tag', 2, '0', 4),
  row('CS', 'text', 0, 'M', 16),
  row('DA', 'text', 0, 'M', 8),
  row('DS', 'text', 0, 'M', 16),
  row('DT', 'text', 0, 'M', 26),
  row('FD', 'number', 8, '0', 8),
  row('FL', 'number', 4, '0', 4),
  row('IS', 'text', 0, 'M', 12),
  row('LO', 'text', 0, 'MX', 64),
  row('LT', 'text', 0, 'X', 10240),
  row('OB', 'bytes', 1, 'L0'),
  row('OD', 'number', 8, 'L0'),
  row('OF', 'number', 4, 'L0'),
  row('OL', 'number', 4, 'L0'),
  row('OV', 'bigint', 8, 'L0'),
  row('OW', 'number', 2, 'L0'),
  row('PN', 'text', 0, 'MX', 64),
  row('SH', 'text', 0, 'MX', 16),
  row('SL', 'number', 4, '0', 4),
  row('SQ', 'sequence', 0, 'L0'),
  row('SS', 'number', 2, '0', 2),
  row('ST', 'text', 0, 'X', 1024),
  row('SV', 'bigint', 8, 'L0', 8),
  row('TM', 'text', 0, 'M', 14),
  row('UC', 'text', 0, 'LMX'),
  row('UI', 'text', 0, 'M0', 64),
  row('UL', 'number', 4, '0', 4),
  row('UN', 'bytes', 1, 'L0'),
  row('UR', 'text', 0, 'L'),
  row('US', 'number', 2, '0', 2),
  row('UT', 'text', 0, 'LX'),
  row('UV', 'bigint', 8, 'L0', 8),
] as const;

/** The two letters of a value representation. */
export type Vr = (typeof rows)[number]['vr'];

const byName: ReadonlyMap<string, VrTraits> = new Map(rows.map((r) => [r.vr, r]));
const unknownTraits: VrTraits = row('UN', 'bytes', 1, 'L0');

/** All value representations, in alphabetical order. */
export const vrs: readonly Vr[] = rows.map((r) => r.vr);

/** Whether the text is one of the standard's value representations. */
export const isVr = (text: string): text is Vr => byName.has(text);

/** The row of Table 6.2-1. */
export const vrTraits = (vr: Vr): VrTraits => byName.get(vr) ?? unknownTraits;

/** The row for the two bytes of an explicit header, (first << 8) | second; undefined where they are no VR. */
export const vrOfCode: readonly (VrTraits | undefined)[] = codes();

function codes(): readonly (VrTraits | undefined)[] {
  const table: (VrTraits | undefined)[] = new Array(0x5b00).fill(undefined);
  for (const traits of rows) table[(traits.vr.charCodeAt(0) << 8) | traits.vr.charCodeAt(1)] = traits;
  return table;
}
