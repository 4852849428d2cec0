// Default AE titles and ports of a text, from rows such as `STORAGE-SCP SCP EX_STORE 4000`. PS3.2 table A.4.4-1
import type { CleanLine } from './clean-lines.ts';

export interface ImportedTitle {
  /** As the row has it. */
  readonly entity: string;
  readonly title?: string;
  readonly port?: number;
  readonly line: number;
}

const header = /Application Entity.*Default AE Title/i;
const row =
  /^(.{1,60}?)\s+(?:(?:SC[UP]|SCU\/SCP)\s+)?(No Default|Must be configured|not stated|[A-Z0-9][A-Z0-9_.-]{0,15})(?:\s+(\d{2,5}|None|Not Applicable|N\/A))?$/i;
const rows = 30;
const sentencePort = /port number.{0,60}?\bfor\s+(.{3,60}?)\s+(?:association )?requests?.{0,60}?\b(\d{3,5})\b/gi;

/** Every row of such tables, and ports that a sentence gives to an entity. */
export function readTitles(lines: readonly CleanLine[]): readonly ImportedTitle[] {
  const found: ImportedTitle[] = [];
  lines.forEach(({ text }, index) => {
    for (const match of text.matchAll(sentencePort))
      found.push({ entity: match[1] ?? '', port: Number(match[2]), line: index + 1 });
    if (!header.test(text)) return;
    for (let at = index + 1; at < Math.min(lines.length, index + 1 + rows); at += 1) {
      const [, entity = '', title = '', port = ''] = row.exec(lines[at]?.text ?? '') ?? [];
      if (entity === '') break;
      found.push({
        entity,
        ...(/^[A-Z0-9_.-]+$/.test(title) && { title }),
        ...(/^\d+$/.test(port) && { port: Number(port) }),
        line: at + 1,
      });
    }
  });
  return found;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');

/** The row of an entity of this name. */
export const titleOf = (titles: readonly ImportedTitle[], entity: string): ImportedTitle | undefined =>
  titles.find((each) => plain(each.entity) === plain(entity)) ??
  titles.find((each) => plain(entity).includes(plain(each.entity)));
