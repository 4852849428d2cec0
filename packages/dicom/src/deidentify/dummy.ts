// Values that stand for those taken out: valid for their VR, and the same for everybody. PS3.15 E.1.1, action D.

import type { DataSet } from '../data-set.ts';
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

/** Puts dummies in place of every value of an item, and of the items in it; codes become one that says nothing. */
export function emptyOut(item: DataSet): void {
  for (const { tag, vr } of [...item.elements()]) {
    const items = item.items(tag);
    const code = codes.get(tag);
    if (items.length > 0) for (const inside of items) emptyOut(inside);
    else if ((tag & 0x10000) !== 0) item.delete(tag);
    else if (vr !== 'SQ') item.set(tag, code ?? dummyValue(vr), vr);
  }
}
