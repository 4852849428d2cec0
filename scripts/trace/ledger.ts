// The requirement ledgers in docs/requirements: which rows they have.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A row's identifier: system, topic, number, e.g. `QR-FIND-06`. */
export const requirementId = /[A-Z]{2}-[A-Z0-9]+-\d{2,}[a-z]?/;

export interface Ledger {
  readonly name: string;
  readonly ids: readonly string[];
}

/** Identifiers of a ledger's rows: first cells of its tables, whatever the other columns are. */
export const idsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(new RegExp(`^\\|\\s*[\`*]*(${requirementId.source})[\`*]*\\s*\\|`, 'gm'))].map(
    ([, id = '']) => id,
  );

/** Every ledger of a folder that has rows, by name. */
export function readLedgers(folder: string): readonly Ledger[] {
  return globSync('*.md', { cwd: folder })
    .sort()
    .map((file) => ({ name: basename(file, '.md'), ids: idsOf(readFileSync(join(folder, file), 'utf8')) }))
    .filter(({ ids }) => ids.length > 0);
}
