// Where code extensions end: before these bytes the set of value 1 is active again. PS3.5 6.1.2.5.3.

import type { Vr } from '../vr.ts';

const none: ReadonlySet<number> = new Set();
const backslash: ReadonlySet<number> = new Set([0x5c]);
const name: ReadonlySet<number> = new Set([0x5c, 0x5e, 0x3d]);
const delimiters: Readonly<Record<string, ReadonlySet<number>>> = {
  PN: name,
  LO: backslash,
  SH: backslash,
  UC: backslash,
};
const text: ReadonlySet<string> = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

/** The delimiters of a VR: \ between values, and ^ = within person names. Control characters reset in every VR. */
export const delimitersOf = (vr: Vr): ReadonlySet<number> => delimiters[vr] ?? none;

/** True for the VRs that Specific Character Set applies to; all others hold the default repertoire. PS3.5 6.1.2.3. */
export const isExtendable = (vr: Vr): boolean => text.has(vr);
