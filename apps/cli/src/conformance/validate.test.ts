// `concord conformance validate` and `concord validate-association` on files of every kind.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { changed } from '../../../../packages/conformance/testing/changed.ts';
import { completeStatement } from '../../../../packages/conformance/testing/complete-statement.ts';
import { folderWith } from '../../testing/folder.ts';
import { concord } from '../../testing/terminal.ts';

const broken = changed(completeStatement(), { '/networking/interfaces/protocols': ['serial'] });

test('a statement is checked, and the exit code says whether an error was found', async (context) => {
  const folder = folderWith(context, {
    'good.json': JSON.stringify(completeStatement()),
    'bad.json': JSON.stringify(broken),
    'bad.yaml': 'claim: { network: false, media: false }\n',
    'printed.md': '# 1 Conformance Statement Overview\n\nThis disc is DICOM conformant.\n',
  });
  const validate = (...argv: string[]) => concord(['conformance', 'validate', ...argv]);
  const good = await validate(join(folder, 'good.json'));
  assert.equal(good.code, 0);
  assert.match(good.output.join('\n'), /0 errors, 0 warnings/);
  const bad = await validate(join(folder, 'bad.json'));
  assert.equal(bad.code, 1);
  assert.match(
    bad.output.join('\n'),
    /E CS-V71-09 \/networking\/interfaces\/protocols: TCP\/IP is not among the protocols/,
  );
  assert.match((await validate(join(folder, 'bad.yaml'))).output.join('\n'), /CS-V71-01/);
  assert.match(
    (await validate(join(folder, 'printed.md'))).output.join('\n'),
    /CS-V75-01[\s\S]*section 2 Table of Contents is missing|CS-V71-03/,
  );
  const html = join(folder, 'report.html');
  assert.equal((await validate(join(folder, 'bad.json'), '--format', 'html', '--to', html)).code, 1);
  assert.match(readFileSync(html, 'utf8'), /certifies nothing/);
});

test('what people waived and attested is taken from a file, and errors stay', async (context) => {
  const person = { author: 'A', date: '2026-11-21' };
  const folder = folderWith(context, {
    'bad.json': JSON.stringify(broken),
    'judgements.json': JSON.stringify({ waivers: [{ rule: 'CS-V71-09', reason: 'No.', ...person }] }),
    'wrong.json': '{"waivers": [{"rule": "X"}]}',
  });
  const validate = (judgements: string) =>
    concord(['conformance', 'validate', join(folder, 'bad.json'), '--judgements', join(folder, judgements)]);
  const refused = await validate('judgements.json');
  assert.equal(refused.code, 1);
  assert.match(refused.output.join('\n'), /not waived CS-V71-09/);
  assert.match((await validate('wrong.json')).notes.join(), /waivers\.0/);
});

test('no file, two sources, no statement: told in one line', async (context) => {
  const folder = folderWith(context, { 'not.json': '{', 'deep.json': `${'['.repeat(100_000)}${']'.repeat(100_000)}` });
  const validate = (...argv: string[]) => concord(['conformance', 'validate', ...argv]);
  assert.equal((await validate()).code, 2);
  assert.equal((await validate('a.json', '--url', 'http://127.0.0.1:1')).code, 2);
  assert.match((await validate(join(folder, 'not.json'))).notes.join(), /not JSON/);
  assert.match((await validate(join(folder, 'missing.json'))).notes.join(), /cannot be read/);
  assert.equal((await validate(join(folder, 'deep.json'))).code, 2);
  assert.match((await validate('--rules')).output.join('\n'), /CS-V6-01 E s PS3\.2 6\.1/);
});

test('a recording is explained, and what is none says so', async (context) => {
  const record = {
    callingAeTitle: 'CT\u001b[31m',
    calledAeTitle: 'ARCHIVE',
    contexts: [
      { id: 1, abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', offeredTransferSyntaxes: ['1.2.840.10008.1.2'], result: 3 },
    ],
    operations: [],
    end: { kind: 'released', detail: 'released' },
  };
  const folder = folderWith(context, { 'record.json': JSON.stringify(record), 'no.txt': 'hello' });
  const explain = (...argv: string[]) => concord(['validate-association', ...argv]);
  const told = await explain(join(folder, 'record.json'));
  assert.match(told.output.join('\n'), /CT\\x1b\[31m → ARCHIVE[\s\S]*CT Image Storage: refused with 3/);
  const none = await explain(join(folder, 'no.txt'), '--format', 'json');
  assert.equal(none.code, 1);
  assert.equal(JSON.parse(none.output.join('\n')).kind, 'unknown');
  assert.match((await explain(join(folder, 'missing'))).notes.join(), /cannot be read/);
});
