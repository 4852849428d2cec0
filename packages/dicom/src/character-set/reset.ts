// Where code extensions end: before these bytes the set of value 1 is active again. PS3.5 6.1.2.5.3.

import { type Vr, vrTraits } from '../vr.ts';

const none: ReadonlySet<number> = new Set();
const betweenValues: ReadonlySet<number> = new Set([0x5c]);
const inNames: ReadonlySet<number> = new Set([0x5c, 0x5e, 0x3d]);

/** The delimiters of a VR: \ between values, and ^ = within person names. Control characters reset in every VR. */
export const delimitersOf = (vr: Vr): ReadonlySet<number> =>
  vr === 'PN' ? inNames : vrTraits(vr).multiple ? betweenValues : none;

/** True for the VRs that Specific Character Set applies to; all others hold the default repertoire. PS3.5 6.1.2.3. */
export const isExtendable = (vr: Vr): boolean => vrTraits(vr).extended;
