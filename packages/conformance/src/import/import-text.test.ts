// Statements read from text: how much of the model files the importer finds in their documents, and what it refuses.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readStatement, StatementError } from '../model/read-statement.ts';
import type { Statement } from '../model/statement.ts';
import { importStatementText } from './import-text.ts';

const root = join(import.meta.dirname, '../../../..');
const documents = join(process.env.CONCORD_TEST_DATA ?? join(root, '../shared/data'), '../seeds');

/** What must be found at least: of SOP Classes, roles and syntaxes, the share found and the share of what was found that is right. */
const floors: Readonly<Record<string, readonly [number, number, number, number, number, number]>> = {
  'query-retrieve-server': [1, 1, 1, 1, 1, 1],
  'echoes-server': [1, 1, 1, 1, 0.8, 1],
  'impromed-client': [1, 1, 1, 0.99, 1, 1],
  'impromed-worklist': [1, 1, 1, 1, 1, 1],
  reviewer: [1, 0.98, 1, 0.98, 1, 1],
  // Sixteen classes are in its overview alone, and without their UIDs.
  viewer: [0.74, 1, 0.73, 1, 0.74, 1],
  'hanging-protocol-viewer': [1, 1, 1, 1, 1, 1],
  ris: [1, 1, 1, 1, 1, 1],
  modality: [1, 1, 1, 1, 1, 0.88],
  // Members of the Meta SOP Class are read as classes of their own.
  'print-server': [1, 0.6, 1, 0.6, 1, 0.6],
  'medication-gateway': [1, 1, 1, 1, 0.7, 1],
};

/** `uid`, `uid role` and `uid syntax`. */
function factsOf(statement: Statement): readonly [Set<string>, Set<string>, Set<string>] {
  const [classes, roles, syntaxes] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const { networking } = statement;
  if (networking.state !== 'described') return [classes, roles, syntaxes];
  for (const { initiation, acceptance } of networking.applicationEntities)
    for (const side of [initiation, acceptance])
      for (const { contexts } of side.state === 'described' ? side.activities : [])
        for (const { abstractSyntax, role, transferSyntaxes } of contexts) {
          classes.add(abstractSyntax.uid);
          for (const each of role === 'BOTH' ? ['SCU', 'SCP'] : [role]) roles.add(`${abstractSyntax.uid} ${each}`);
          for (const { uid } of transferSyntaxes) syntaxes.add(`${abstractSyntax.uid} ${uid}`);
        }
  return [classes, roles, syntaxes];
}

const share = (part: ReadonlySet<string>, whole: ReadonlySet<string>): number =>
  whole.size === 0 ? 0 : [...part].filter((each) => whole.has(each)).length / whole.size;
const round = (value: number): number => Math.round(value * 100) / 100;

for (const [name, floor] of Object.entries(floors)) {
  const model = readFileSync(join(root, 'docs/seeds', `${name}.json`), 'utf8');
  const { document, firstLine, lastLine } = (
    JSON.parse(model) as { 'x-source': { document: string; firstLine: number; lastLine: number } }
  )['x-source'];
  const file = join(documents, document);
  const skip = existsSync(file) ? false : `the document is not here: ${document}`;
  test(`the importer finds in the document of ${name} what the model file has`, { skip }, (context) => {
    const text = readFileSync(file, 'utf8')
      .split('\n')
      .slice(firstLine - 1, lastLine)
      .join('\n');
    const found = factsOf(importStatementText(text, name).statement);
    const wanted = factsOf(readStatement(model));
    const measured = found.flatMap((each, index) => [
      round(share(each, wanted[index] ?? new Set())),
      round(share(wanted[index] ?? new Set(), each)),
    ]);
    context.diagnostic(`${name}: classes, roles, syntaxes, each found and right: ${measured.join(' ')}`);
    floor.forEach((least, index) => {
      assert.ok((measured[index] ?? 0) >= least, `${name}: ${measured.join(' ')} against ${floor.join(' ')}`);
    });
  });
}

const table = `Accepted Presentation Contexts
CT Image Storage 1.2.840.10008.5.1.4.1.1.2 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None
Wrong name       1.2.840.10008.5.1.4.1.1.
4 Explicit VR Little Endian 1.2.840.10008.1.2.1 SCP None
Query 1.840.10008.5.1.4.1.2.2.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCU None
Private 1.2.840.10008.5.1.4.1.1.99999 SCU
Implementation Class UID 1.2.826.0.1.3680043.8.226
Implementation Version Name EXAMPLE_1
Maximum PDU size I can receive Yes 128 kbytes
Time-out waiting for a response

Yes 30 s
The AE supports ISO_IR 100.`;

test('rows of tables become contexts, broken UIDs are mended, and each guess is a doubt with its line', () => {
  const { statement, uncertain } = importStatementText(table, 'Example');
  const [classes, roles, syntaxes] = factsOf(statement);
  assert.deepEqual([...classes].sort(), [
    '1.2.840.10008.5.1.4.1.1.2',
    '1.2.840.10008.5.1.4.1.1.4',
    '1.2.840.10008.5.1.4.1.2.2.1',
  ]);
  assert.ok(roles.has('1.2.840.10008.5.1.4.1.1.2 SCP') && roles.has('1.2.840.10008.5.1.4.1.2.2.1 SCU'));
  assert.ok(!roles.has('1.2.840.10008.5.1.4.1.1.2 SCU'));
  assert.ok(syntaxes.has('1.2.840.10008.5.1.4.1.1.4 1.2.840.10008.1.2.1'));
  assert.deepEqual(
    uncertain.filter(({ reason }) => /UID|registered/.test(reason)).map(({ line }) => line),
    [3, 5, 6],
  );
  assert.equal(statement.networking.state, 'described');
  if (statement.networking.state !== 'described') return;
  const [entity] = statement.networking.applicationEntities;
  assert.deepEqual(entity?.implementation, { classUid: '1.2.826.0.1.3680043.8.226', versionName: 'EXAMPLE_1' });
  assert.deepEqual(
    statement.networking.configuration.parameters.map(({ name, default: value, unit }) => [name, value, unit]),
    [
      ['Maximum PDU size I can receive', '128', 'kbytes'],
      ['Time-out waiting for a response', '30', 's'],
    ],
  );
  assert.equal(statement.characterSets.state, 'described');
});

test('what is no statement is refused with the reason', () => {
  assert.throws(() => importStatementText('', 'x'), /empty/);
  assert.throws(() => importStatementText(' \n\t', 'x'), /empty/);
  assert.throws(() => importStatementText('\0\u0001\u0002PNG', 'x'), /not text/);
  assert.throws(() => importStatementText('A letter.\nWithout any table.', 'x'), /no SOP Class/);
  assert.throws(() => importStatementText('x'.repeat(50 * 1024 * 1024), 'x'), StatementError);
});

test('a text of one very long line is read in bounded time', () => {
  const long = `${'1.2.840.10008.5.1.4.1.1.'.repeat(40_000)} ${'Yes '.repeat(40_000)}`;
  assert.throws(() => importStatementText(long, 'x'), StatementError);
});
