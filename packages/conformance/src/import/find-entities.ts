// Which part of a document speaks of which application entity: each begins where its SOP Classes are announced. PS3.2 A.4.2.x
import type { CleanLine } from './clean-lines.ts';

/** Lines of one entity. */
export interface EntitySpan {
  readonly name: string;
  /** An entity of media opens no association. */
  readonly kind: 'network' | 'media';
  /** Index of the first line, and of the one behind the last. */
  readonly from: number;
  readonly to: number;
}

const announced =
  /(?:standard conformance\s+to\s+the\s+following|expects support for the following).{0,60}\bSOP\s+Class|^.{1,60}\bAE SOP Classes as SC[UP] and SC[UP]/i;
const mediaAnnounced = /standard conformance (?:as an? FS[CRU]|to the Media Storage Service Class)/i;
/** What comes after the last entity. */
const after = /NETWORK INTERFACES|^(?:.{0,12}\s)?COMMUNICATION PROFILES|SUPPORT OF (?:EXTENDED )?CHARACTER SETS/i;
/** A heading stands so far above the announcement. */
const headingLines = 12;
const mostEntities = 60;

/** `Storage` of `B.4.2.1 Storage Application Entity Specification`. */
export const nameOfHeading = (text: string): string =>
  text
    .replace(/^(?:[A-Z]\.)?[\d.]+\s+/, '')
    .replace(/\s+Specifications?$/i, '')
    .replace(/\s+(?:Application Entity|AE)$/i, '')
    .trim();

const isGeneral = (text: string): boolean =>
  /SOP Classes\s*$|^(?:Table|The|This)\b|Conformance to|AE Specifications/i.test(nameOfHeading(text)) ||
  nameOfHeading(text) === '';

/** The heading of an entity above its announcement, and its name. */
function headingAbove(lines: readonly CleanLine[], at: number): { readonly at: number; readonly name: string } {
  const subject = /^(?:The )?(.{1,60}?)\s+(?:AE |Application Entity )?(?:provides?|SOP Classes as)\b/.exec(
    lines[at]?.text ?? '',
  )?.[1];
  for (let index = at - 1; index >= Math.max(0, at - headingLines); index -= 1) {
    const line = lines[index];
    if (line === undefined || isGeneral(line.text)) continue;
    if (line.heading || /^[A-Z][\w -]{1,60}\bAE$/.test(line.text)) return { at: index, name: nameOfHeading(line.text) };
  }
  const name = subject === undefined || /^This\b/i.test(subject) ? 'Imported' : subject.replace(/\s+AE$/, '');
  return { at, name };
}

/** Every entity; none where the text announces none. */
export function findEntities(lines: readonly CleanLine[]): readonly EntitySpan[] {
  const starts: { readonly at: number; readonly name: string; readonly kind: EntitySpan['kind'] }[] = [];
  for (let at = 0; at < lines.length && starts.length < mostEntities; at += 1) {
    const here = lines[at]?.text ?? '';
    const both = `${here} ${lines[at + 1]?.text ?? ''}`;
    const isStart = (pattern: RegExp): boolean => {
      const found = pattern.exec(both);
      return found !== null && found.index < here.length && !pattern.test(lines[at + 1]?.text ?? '');
    };
    const kind = isStart(announced) ? 'network' : isStart(mediaAnnounced) ? 'media' : undefined;
    if (kind !== undefined) starts.push({ ...headingAbove(lines, at), kind });
  }
  return starts.map(({ at, name, kind }, index) => {
    const next = starts[index + 1]?.at ?? lines.length;
    const end = lines.findIndex(({ text, heading }, line) => line > at && heading && after.test(text));
    return { name, kind, from: at, to: end < 0 ? next : Math.min(next, end) };
  });
}
