// Where the tables of unmet claims are kept, and the systems that they are about.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test-run/result.ts';

export const unmetPage = 'docs/seeds/unmet.md';

/** Every system whose statement is a model file. */
export const seeds = (): readonly string[] =>
  readdirSync(join(root, 'docs/seeds'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace('.json', ''))
    .sort();
