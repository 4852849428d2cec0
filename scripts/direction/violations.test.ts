// The check of the import direction is checked: one violation of each kind, planted in a copy, is reported.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cyclesIn } from './cycles.ts';
import { importsOf } from './imports.ts';
import { violationsIn } from './violations.ts';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What is planted: files by path with their text, the rule that must speak, and the file it must name. */
const plants: Readonly<Record<string, { files: Record<string, string>; rule: string; named: string }>> = {
  'a lower room imports a higher one': {
    files: { 'packages/dicom/src/planted-up.ts': "import '@concord/network';" },
    rule: 'direction',
    named: 'packages/dicom/src/planted-up.ts',
  },
  'a type-only import counts': {
    files: { 'packages/media/src/planted-type.ts': "import type { Association } from '@concord/network';" },
    rule: 'direction',
    named: 'packages/media/src/planted-type.ts',
  },
  'the web takes a value from the server': {
    files: { 'apps/web/src/planted-value.ts': "import { startServer } from '@concord/server';" },
    rule: 'direction',
    named: 'apps/web/src/planted-value.ts',
  },
  "another package's inner file by a path": {
    files: {
      'packages/dicom/src/planted-inner.ts': 'export {};',
      'packages/network/src/planted-path.ts': "import '../../dicom/src/planted-inner.ts';",
    },
    rule: 'door',
    named: 'packages/network/src/planted-path.ts',
  },
  "another package's inner file by its name": {
    files: { 'packages/network/src/planted-name.ts': "import '@concord/dicom/src/tag.ts';" },
    rule: 'found',
    named: 'packages/network/src/planted-name.ts',
  },
  'a Node.js built-in in packages/dicom': {
    files: { 'packages/dicom/src/planted-node.ts': "import { readFileSync } from 'node:fs';" },
    rule: 'pure',
    named: 'packages/dicom/src/planted-node.ts',
  },
  'a Node.js built-in in packages/imaging outside node/': {
    files: { 'packages/imaging/src/planted-node.ts': "const { cpus } = await import('node:os'); export { cpus };" },
    rule: 'pure',
    named: 'packages/imaging/src/planted-node.ts',
  },
  'one role imports another': {
    files: {
      'apps/server/src/worklist/planted-role.ts': "import '../print/planted-other.ts';",
      'apps/server/src/print/planted-other.ts': 'export {};',
    },
    rule: 'server',
    named: 'apps/server/src/worklist/planted-role.ts',
  },
  'a foundation knows a role': {
    files: {
      'apps/server/src/database/planted-role.ts': "export type { A } from '../medication/planted-other.ts';",
      'apps/server/src/medication/planted-other.ts': 'export type A = 1;',
    },
    rule: 'server',
    named: 'apps/server/src/database/planted-role.ts',
  },
  'product code imports testing/': {
    files: {
      'packages/network/src/planted-product.ts': "import '../testing/planted.ts';",
      'packages/network/testing/planted.ts': 'export {};',
    },
    rule: 'product-code',
    named: 'packages/network/src/planted-product.ts',
  },
  'the state table imports a socket part': {
    files: {
      'packages/network/src/state.ts': "import './association/planted.ts';",
      'packages/network/src/association/planted.ts': 'export {};',
    },
    rule: 'network',
    named: 'packages/network/src/state.ts',
  },
  'a cycle, type-only on one side': {
    files: {
      'packages/media/src/planted-a.ts': "import type { B } from './planted-b.ts'; export type A = B;",
      'packages/media/src/planted-b.ts': "export * from './planted-a.ts'; export type B = 1;",
    },
    rule: 'cycle',
    named: 'packages/media/src/planted-a.ts',
  },
  'a dependency nobody declared': {
    files: { 'packages/dicom/src/planted-dependency.ts': "import 'zod';" },
    rule: 'declared-dependency',
    named: 'packages/dicom/src/planted-dependency.ts',
  },
  'a second index.ts': {
    files: { 'packages/media/src/inner/index.ts': 'export {};' },
    rule: 'index',
    named: 'packages/media/src/inner/index.ts',
  },
  'a worker file of another room': {
    files: {
      'packages/media/src/planted-worker.ts':
        "export const at = new URL('../../../scripts/check.ts', import.meta.url);",
    },
    rule: 'direction',
    named: 'packages/media/src/planted-worker.ts',
  },
};

describe('the direction of imports', () => {
  let copy = '';
  let found: ReturnType<typeof violationsIn>['violations'] = [];
  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'concord-direction-'));
    for (const part of ['packages', 'apps', 'scripts', 'package.json'])
      cpSync(join(repository, part), join(copy, part), {
        recursive: true,
        filter: (path) => !/\/(node_modules|dist)(\/|$)/.test(path),
      });
    for (const { files } of Object.values(plants))
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(copy, path)), { recursive: true });
        writeFileSync(join(copy, path), text);
      }
    found = violationsIn(copy).violations;
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  for (const [name, { rule, named }] of Object.entries(plants))
    test(`${name} is reported`, () => {
      const rulesSaid = found.filter(({ file }) => file === named).map((violation) => violation.rule);
      assert.ok(rulesSaid.includes(rule), `${named}: expected "${rule}", found ${JSON.stringify(rulesSaid)}`);
    });

  test('this repository keeps to it, and its files are really read', () => {
    const { files, violations } = violationsIn(repository);
    assert.deepEqual(violations, []);
    assert.ok(files > 50, `only ${files} files were found`);
  });
});

test('a file that does not parse is an error, not a file without imports', () => {
  assert.throws(() => importsOf('broken.ts', "import { from 'x'"), /broken\.ts/);
});

test('files that import each other form one group each, however they are linked', () => {
  const groups = cyclesIn(
    new Map([
      ['a', ['b', 'e']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', []],
      ['e', ['f']],
      ['f', ['e']],
      ['g', ['g']],
    ]),
  );
  assert.deepEqual(groups.map((group) => group.join('')).sort(), ['abc', 'ef', 'g']);
});
