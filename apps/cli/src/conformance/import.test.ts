// `concord conformance import` on a text, on JSON and YAML, and on what is none of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { completeStatement } from '../../../../packages/conformance/testing/complete-statement.ts';
import { folderWith } from '../../testing/folder.ts';
import { concord } from '../../testing/terminal.ts';

const table = `Accepted Presentation Contexts
CT Image Storage 1.2.840.10008.5.1.4.1.1.2 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None
Query 1.840.10008.5.1.4.1.2.2.1 Implicit VR Little Endian 1.2.840.10008.1.2 SCU None
`;

test('a text becomes a model file that compares, and what was not sure is told with its line', async (context) => {
  const folder = folderWith(context, { 'scanner.txt': table });
  const to = join(folder, 'scanner.json');
  const { code, notes } = await concord(['conformance', 'import', join(folder, 'scanner.txt'), '--to', to]);
  assert.equal(code, 0);
  assert.match(notes.join('\n'), /line 3: A UID without its 1\.2/);
  assert.equal((JSON.parse(readFileSync(to, 'utf8')) as { id: string }).id, 'scanner');
  const compared = await concord(['conformance', 'compare', to, to]);
  assert.match(compared.output.join('\n'), /Study Root Query/);
});

test('JSON and YAML are checked against the model', async (context) => {
  const folder = folderWith(context, {
    'good.json': JSON.stringify(completeStatement()),
    'bad.yaml': 'claim: { network: true }\n',
  });
  const good = await concord(['conformance', 'import', join(folder, 'good.json')]);
  assert.equal(good.code, 0);
  assert.equal((JSON.parse(good.output.join('\n')) as { id: string }).id, 'Example 1');
  const bad = await concord(['conformance', 'import', join(folder, 'bad.yaml')]);
  assert.equal(bad.code, 1);
  assert.match(bad.notes.join('\n'), /schemaVersion/);
});

test('an empty file, a picture and a letter are refused with the reason', async (context) => {
  const folder = folderWith(context, {
    'empty.txt': '',
    'picture.txt': '\0\u0001\u0002',
    'letter.txt': 'Dear colleague,\nthere is no table here.\n',
  });
  for (const [name, reason] of [
    ['empty.txt', /it is empty/],
    ['picture.txt', /it is not text/],
    ['letter.txt', /no SOP Class/],
    ['missing.txt', /cannot be read/],
  ] as const) {
    const { code, notes } = await concord(['conformance', 'import', join(folder, name)]);
    assert.equal(code, 2, name);
    assert.match(notes.join('\n'), reason);
  }
});
