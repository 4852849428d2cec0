// The UIDs in the text of a statement, with their lines: broken ones are put together, as far as PS3.6 knows the result. PS3.6 Annex A
import { describeUid } from '@concord/dicom';
import type { Doubts } from './doubt.ts';

export interface FoundUid {
  readonly uid: string;
  /** `SOP Class`, `Meta SOP Class`, `Transfer Syntax`, ... */
  readonly type: string;
  /** Counted from 1. */
  readonly line: number;
  /** Where it ends in the line; what follows may be its role. */
  readonly end: number;
}

const candidate = /(?<![\d.])(?:1\.2\.840|1\.840)\.[\d.]*\d(?![\d])\.?/g;

/** A UID that goes on in the next line: it ends with a dot, or is not registered and the next line begins with digits. */
function continued(start: string, next: string | undefined): string | undefined {
  const [, more] = /^\s*(\.?\d[\d.]*)(?![\d,%])/.exec(next ?? '') ?? [];
  if (more === undefined) return undefined;
  const joined = `${start}${more}`.replace(/\.$/, '');
  return describeUid(joined) ? joined : undefined;
}

/** Every registered UID; what looks like one and is none becomes a doubt. */
export function findUids(lines: readonly string[], doubts: Doubts): readonly FoundUid[] {
  const found: FoundUid[] = [];
  lines.forEach((text, index) => {
    for (const match of text.matchAll(candidate)) {
      const [written] = match;
      const line = index + 1;
      const end = match.index + written.length;
      const atEnd = text.slice(end).trim() === '';
      let uid = written.replace(/\.$/, '');
      if (uid.startsWith('1.840.')) {
        uid = `1.2.${uid.slice(2)}`;
        doubts.add(line, text, 'A UID without its 1.2 was read as one of DICOM.');
      }
      const whole =
        atEnd && (written.endsWith('.') || !describeUid(uid))
          ? continued(uid.replace(/\.?$/, written.endsWith('.') ? '.' : ''), lines[index + 1])
          : undefined;
      if (whole !== undefined) {
        doubts.add(line, text, 'A UID that is broken over two lines was put together.');
        uid = whole;
      }
      const entry = describeUid(uid);
      if (entry) found.push({ uid, type: entry.type, line, end });
      else doubts.add(line, text, `${uid} is not registered in PS3.6.`);
    }
  });
  return found;
}
