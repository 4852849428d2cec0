// Values that stand for those taken out: valid for their VR, and the same for everybody. PS3.15 E.1.1, action D.

import type { DataSet, Value } from '../data-set.ts';
import type { Vr } from '../vr.ts';

const texts: Partial<Record<Vr, string>> = {
  AE: 'ANONYMIZED',
  AS: '000D',
  CS: 'ANONYMIZED',
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: 'ANONYMIZED',
  LT: 'ANONYMIZED',
  PN: 'ANONYMIZED',
  SH: 'ANONYMIZED',
  ST: 'ANONYMIZED',
  TM: '000000',
  UC: 'ANONYMIZED',
  UI: '2.25.0',
  UR: 'http://localhost',
  UT: 'ANONYMIZED',
};

/** The dummy of a VR; for binary VRs zeros. */
export const dummyValue = (vr: Vr): string | number | bigint | Uint8Array =>
  texts[vr] ??
  (vr === 'SV' || vr === 'UV'
    ? 0n
    : vr.startsWith('O') || vr === 'UN'
      ? new Uint8Array(2)
      : vr === 'AT'
        ? '00000000'
        : 0);

const codes: ReadonlyMap<number, string> = new Map([
  [0x00080100, '121023'],
  [0x00080102, 'DCM'],
  [0x00080104, 'Procedure Code'],
]);

/** What says how a content item is built, not what it says: without it a tree of content would be none. PS3.3 C.17.3 */
const structure: ReadonlySet<number> = new Set([
  0x0040a010, // Relationship Type
  0x0040a040, // Value Type
  0x0040a050, // Continuity Of Content
  0x0040a130, // Temporal Range Type
  0x00700023, // Graphic Type
]);

/** As many dummies as there were values, so that a number of values that is asked for is kept. */
function dummyValues(item: DataSet, tag: number, vr: Vr): Value {
  const dummy = dummyValue(vr);
  const count = item.strings(tag).length;
  return dummy instanceof Uint8Array || count < 2 ? dummy : Array.from({ length: count }, () => dummy);
}

/** Puts dummies in place of every value of an item, and of the items in it; codes become one that says nothing. */
export function emptyOut(item: DataSet): void {
  for (const { tag, vr } of [...item.elements()]) {
    const items = item.items(tag);
    const code = codes.get(tag);
    if (items.length > 0) for (const inside of items) emptyOut(inside);
    else if ((tag & 0x10000) !== 0) item.delete(tag);
    else if (vr !== 'SQ' && !structure.has(tag)) item.set(tag, code ?? dummyValues(item, tag, vr), vr);
  }
}
