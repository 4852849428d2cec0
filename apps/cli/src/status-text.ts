// A DIMSE status in words a person reads.
import { formatCode, generalStatuses, type Status, statusClass } from '@concord/network';
import { printable } from './printable.ts';

/** `success`, `failure A700H: out of resources (Disk full)`: class, code, meaning and the peer's own comment. */
export function statusText({ code, comment }: Status): string {
  const kind = statusClass(code);
  if (kind === 'success') return 'success';
  const meaning = Object.entries(generalStatuses).find(([known]) => Number(known) === code)?.[1];
  const remark = comment === undefined || comment === '' ? '' : ` (${printable(comment)})`;
  return `${kind} ${formatCode(code)}${meaning ? `: ${meaning}` : ''}${remark}`;
}
