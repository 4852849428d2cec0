// A DIMSE status in words a person reads.
import { formatCode, generalStatuses, type Status, statusClass } from '@concord/network';
import { printable } from './printable.ts';

/** Meanings of a service's codes: what the declarations of `@concord/network` list. */
type Meanings = Readonly<Record<number, string>>;

/** `success`, or `failure A700H: refused: out of resources (Disk full)`: class, code, meaning and the peer's own comment. */
export function statusText({ code, comment }: Status, meanings: Meanings = {}): string {
  const kind = statusClass(code);
  if (kind === 'success') return 'success';
  const all: Meanings = { ...generalStatuses, ...meanings };
  // A7xx, A9xx and Cxxx are ranges: the peer's own code means what the first of them means. PS3.4 Table B.2-1.
  const meaning = all[code] ?? all[code & 0xff00] ?? all[code & 0xf000];
  const remark = comment === undefined || comment === '' ? '' : ` (${printable(comment)})`;
  return `${kind} ${formatCode(code)}${meaning ? `: ${meaning}` : ''}${remark}`;
}
