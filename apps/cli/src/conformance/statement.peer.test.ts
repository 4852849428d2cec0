// `concord conformance statement` against a server that runs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../../testing/folder.ts';
import { startConcord } from '../../testing/server.ts';
import { concord } from '../../testing/terminal.ts';

test('the statement of a running server in every form', async (context) => {
  const { httpPort } = await startConcord(context);
  const statement = (...argv: string[]) =>
    concord(['conformance', 'statement', '--server', `http://127.0.0.1:${httpPort}`, ...argv]);
  const starts = {
    markdown: /^# Concord DICOM Conformance Statement/,
    html: /^<!doctype html>/,
    docbook: /^<\?xml/,
    json: /^\{"annexes"/,
    csv: /^Table A\.1-1/,
  };
  for (const [format, start] of Object.entries(starts)) {
    const { code, output } = await statement('--format', format);
    assert.equal(code, 0);
    assert.match(output[0] ?? '', start);
  }
  const folder = folderWith(context);
  for (const [format, start] of [
    ['pdf', '%PDF'],
    ['docx', 'PK'],
  ] as const) {
    const made = join(folder, `statement.${format}`);
    assert.equal((await statement('--format', format, '--to', made)).code, 0);
    assert.ok(readFileSync(made, 'latin1').startsWith(start));
  }
  assert.equal((await statement('--format', 'pdf')).code, 2);
  assert.match(
    (await statement('--template', 'annex-n')).output.join('\n'),
    /## 5 Service and Interoperability Description/,
  );
  const file = join(folder, 'statement.json');
  assert.equal((await statement('--format', 'json', '--edition', 'as-shipped', '--to', file)).code, 0);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).edition, 'as-shipped');
});

test('no server, no form of that name: told in one line', async () => {
  const silent = await concord(['conformance', 'statement', '--server', 'http://127.0.0.1:1']);
  assert.deepEqual([silent.code, silent.notes], [1, ['concord: no Concord server answers at http://127.0.0.1:1']]);
  assert.equal((await concord(['conformance', 'statement', '--format', 'word'])).code, 2);
});
