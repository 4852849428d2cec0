// The fields of the chapter "Statement model" of the requirements, as that chapter names them.
import { readFileSync } from 'node:fs';

export interface LedgerField {
  /** `networking.applicationEntities[].sopClasses[].uid`. */
  readonly field: string;
  /** As the column says: M, O, or C with its condition. */
  readonly presence: string;
}

const chapter = (): string => {
  const text = readFileSync(new URL('../../../docs/requirements/conformance.md', import.meta.url), 'utf8');
  return text.slice(text.indexOf('\n## Statement model'), text.indexOf('\n## SOP classes and transfer syntaxes'));
};

/** What three dots stand for, by the name that follows. */
const parents: Readonly<Record<string, string>> = {
  'activities[]': 'applicationEntities[].',
  'attributes[]': 'createdObjects[].modules[].',
  'addedAttributes[]': 'sopClassExtensions[].',
  'constraints[]': 'sopClassExtensions[].',
};

/** Names of one cell: several stand beside each other, below the same place where only the first names it. */
function namesIn(cell: string): readonly string[] {
  const [words = ''] = cell.replace(/ \+$/u, '').split(' (');
  const parts = words
    .replace(/ \+$/u, '')
    .split(', ')
    .map((part) => part.trim());
  const first = (parts[0] ?? '').replace(/^…([^.]+)/u, (_, name: string) => `${parents[name] ?? ''}${name}`);
  const below = first.includes('.') ? first.slice(0, first.lastIndexOf('.') + 1) : '';
  return [
    first,
    ...parts
      .slice(1)
      .map((part) => (part.includes('.') && !part.startsWith('.') ? part : below + part.replace(/^\./u, ''))),
  ];
}

const directions = ['initiation', 'acceptance'] as const;

/** Places that a row of the table of activities is about: one direction, or both. */
const activitiesOf = (presence: string, name: string): readonly string[] =>
  directions
    .filter((direction) => {
      const only = { initiation: '(A)', acceptance: '(I)' }[direction];
      const both = presence.includes('(I)') && presence.includes('(A)');
      const ofOne =
        { serviceClassConditions: 'initiation', commonExtendedNegotiation: 'acceptance' }[name] ?? direction;
      return (
        (both || !presence.includes(only)) &&
        (name === 'sopConformance[].retries' ? direction === 'initiation' : ofOne === direction)
      );
    })
    .map((direction) => `networking.applicationEntities[].${direction}.activities[]`);

/** Every field of every table. */
export function ledgerFields(): readonly LedgerField[] {
  const found: LedgerField[] = [];
  let places: readonly string[] | 'activity' = [];
  for (const line of chapter().split('\n')) {
    const heading = /^#{3,4} .*\(`([^`]+)`\)/u.exec(line);
    if (heading) places = [heading[1] === '/' ? '' : (heading[1] ?? '')];
    if (line.startsWith('Activity (')) places = 'activity';
    const [, cell, , presence] = /^\| (.+?) \| (.+?) \| (.+?) \|/u.exec(line) ?? [];
    if (!cell || !presence || cell === 'Field' || cell.startsWith('-')) continue;
    for (const name of namesIn(cell)) {
      const below = places === 'activity' ? activitiesOf(presence, name) : places;
      for (const place of below)
        found.push({ field: place === name ? name : [place, name].filter(Boolean).join('.'), presence });
    }
  }
  return found;
}
