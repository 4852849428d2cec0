// The statements that stand in the source, to be compared with those that an index was asked: none may be one whose plan nobody looks at.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import type { Query } from '../src/database/database.ts';
import type { StatementRecord } from './statement-record.ts';

const source = join(import.meta.dirname, '../src');

interface Template {
  readonly place: string;
  /** Text between its values, spaces made even. */
  readonly pieces: readonly string[];
}

const even = (text: string) => text.replace(/\s+/gu, ' ').trim();
const saysSomething = (piece: string) => /[a-z]{2}/iu.test(piece);

function templatesIn(file: string): readonly Template[] {
  const text = readFileSync(join(source, file), 'utf8');
  if (!text.includes('sql`')) return [];
  const found: Template[] = [];
  new Visitor({
    TaggedTemplateExpression({ tag, quasi, start }) {
      if (tag.type !== 'Identifier' || tag.name !== 'sql') return;
      const pieces = quasi.quasis.map(({ value }) => even(value.cooked ?? '')).filter((piece) => piece !== '');
      const line = text.slice(0, start).split('\n').length;
      if (pieces.some(saysSomething)) found.push({ place: `${file}:${line}`, pieces });
    },
  }).visit(parseSync(file, text).program);
  return found;
}

/** Files that ask an index, by their path below the source. */
export const asking = (): readonly string[] =>
  globSync('**/*.ts', { cwd: source })
    .filter((file) => !file.endsWith('.test.ts'))
    .sort();

const contains = (text: string, pieces: readonly string[]): boolean => {
  let at = 0;
  return pieces.every((piece) => {
    const found = text.indexOf(piece, at);
    at = found + piece.length;
    return found !== -1;
  });
};

/** Letters of a statement by which it is known for that of a file; less is in many. */
const telling = 40;

/** Whether a text is that of a statement in these files. */
export function ofSource(files: readonly string[]): (query: Query) => boolean {
  const whole = files
    .flatMap(templatesIn)
    .filter(({ pieces }) => /^(select|insert|update|delete|with)\b/iu.test(pieces[0] ?? ''))
    .filter(({ pieces }) => pieces.join('').length >= telling);
  return ({ text }) => {
    const asked = even(text.join(' ? '));
    return whole.some(({ pieces }) => asked.startsWith(pieces[0] ?? '') && contains(asked, pieces));
  };
}

/** Statements, and parts of them, in these files that no index was asked: file, line and text. */
export function unasked(files: readonly string[], record: StatementRecord): readonly string[] {
  const texts = [...record.values()].map(({ query }) => even(query.text.join(' ? ')));
  return files.flatMap((file) =>
    templatesIn(file)
      .filter(({ pieces }) => !texts.some((text) => contains(text, pieces)))
      .map(({ place, pieces }) => `${place} ${pieces.join(' ? ').slice(0, 100)}`),
  );
}
