// `concord conformance statement` against a server that runs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folderWith } from '../../testing/folder.ts';
import { type RunningConcord, startConcord } from '../../testing/server.ts';
import { concord } from '../../testing/terminal.ts';

/** A system that answers C-ECHO, and one of which nothing can be tested. */
const accepting = (...uids: readonly string[]) => ({
  id: 'Answerer',
  networking: {
    applicationEntities: [
      {
        id: 'main',
        acceptance: {
          activities: uids.map((uid) => ({
            id: 'accept',
            contexts: [{ abstractSyntax: { uid }, transferSyntaxes: [{ uid: '1.2.840.10008.1.2' }], role: 'SCP' }],
          })),
        },
      },
    ],
  },
});

async function everyVerb(context: TestContext, { httpPort, peer }: RunningConcord): Promise<void> {
  const server = ['--server', `http://127.0.0.1:${httpPort}`];
  const folder = folderWith(context, {
    'answerer.json': JSON.stringify(accepting('1.2.840.10008.1.1')),
    'printer.json': JSON.stringify(accepting('1.2.840.10008.5.1.1.9')),
    'empty.json': '{}',
    'own.json': '',
    'plan.json': '',
    'print-plan.json': '',
    'broken.json': '{',
    'text.txt': 'CT Image Storage 1.2.840.10008.5.1.4.1.1.2 Implicit VR Little Endian 1.2.840.10008.1.2 SCP None\n',
  });
  const file = (name: string) => join(folder, name);
  const verb = async (...argv: string[]) => {
    const { code, output } = await concord([
      'conformance',
      ...argv.map((each) => (/^[a-z-]+\.[a-z]+$/.test(each) ? file(each) : each)),
    ]);
    return { code, json: () => JSON.parse(output.join('\n')) };
  };
  const codeOf = async (...argv: string[]) => (await verb(...argv)).code;
  assert.equal(await codeOf('generate', '--format', 'json', '--to', 'own.json', ...server), 0);
  assert.equal(await codeOf('generate', '--server', 'http://127.0.0.1:1'), 2);
  const rules = await verb('rules', '--format', 'json');
  assert.deepEqual([rules.code, rules.json().length >= 125], [0, true]);
  assert.deepEqual((await verb('validate', '--rules', '--format', 'json')).json(), rules.json());
  assert.equal(await codeOf('rules', '--format', 'pdf'), 2);
  const validated = await verb('validate', 'own.json', '--format', 'json');
  assert.deepEqual([validated.code, Array.isArray(validated.json().findings)], [0, true]);
  assert.equal(await codeOf('validate', 'empty.json'), 1);
  assert.equal(await codeOf('validate', 'broken.json'), 2);
  const imported = await verb('import', 'text.txt');
  assert.deepEqual([imported.code, imported.json().edition], [0, 'imported']);
  assert.equal(await codeOf('import', 'empty.json'), 1);
  assert.equal(await codeOf('import', 'none.json'), 2);
  assert.equal(await codeOf('probe', 'NOBODY@127.0.0.1:1', '--timeout', '1'), 1);
  assert.equal(await codeOf('probe', 'nowhere'), 2);
  const compared = await verb('compare', 'answerer.json', 'answerer.json', '--format', 'json');
  assert.deepEqual([compared.code, compared.json().directions.length], [0, 2]);
  assert.equal(await codeOf('compare', 'own.json', 'answerer.json'), 1, 'what we send is not taken');
  assert.equal(await codeOf('compare', 'own.json', 'broken.json'), 2);
  assert.equal(await codeOf('plan', 'answerer.json', '--format', 'json', '--to', 'plan.json'), 0);
  assert.equal(await codeOf('plan', 'empty.json'), 1);
  assert.equal(await codeOf('plan', 'none.json'), 2);
  assert.equal(await codeOf('run', 'plan.json', peer), 1, 'nobody has approved it');
  assert.equal(await codeOf('approve', 'plan.json', '--by', 'Ann'), 0);
  const chosen = ['--item', 'verification', '--format', 'json'];
  assert.equal(await codeOf('run', 'plan.json', peer, ...chosen, '--to', 'run.json'), 0);
  assert.equal(await codeOf('run', 'empty.json', peer), 2);
  assert.equal((await verb('report', 'run.json', '--format', 'json')).json().format, 'concord-test-run-1');
  assert.equal(await codeOf('report', 'run.json', '--format', 'junit', '--to', 'junit.xml'), 0);
  assert.match(readFileSync(file('junit.xml'), 'utf8'), /<testsuites>/);
  assert.equal(await codeOf('report', 'plan.json'), 2);
  assert.equal(await codeOf('report'), 2);
  assert.equal(await codeOf('plan', 'printer.json', '--format', 'json', '--to', 'print-plan.json'), 0);
  const print = ['--draft', '--clinical', '--service', 'Negotiation'];
  assert.equal(await codeOf('run', 'print-plan.json', peer, ...print, '--format', 'json', '--to', 'print-run.json'), 1);
  assert.equal(await codeOf('report', 'print-run.json', '--format', 'json'), 1);
}

async function everyForm(context: TestContext, { httpPort }: RunningConcord): Promise<void> {
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
}

async function itsTexts(context: TestContext, { httpPort }: RunningConcord): Promise<void> {
  const texts = (...argv: string[]) =>
    concord(['conformance', 'texts', ...argv, '--server', `http://127.0.0.1:${httpPort}`]);
  const words = join(folderWith(context, { 'words.txt': 'Concord keeps images.\n' }), 'words.txt');
  const overview = async () => (await texts()).output.find((line) => line.startsWith('overview ')) ?? '';
  assert.match(await overview(), /current +as shipped/);
  assert.equal((await texts()).code, 0);
  assert.equal((await texts('confirm', 'overview', 'grayscale', '--by', 'A. Physicist')).code, 0);
  assert.match(await overview(), /as shipped +A\. Physicist, \d{4}/);
  assert.equal((await texts('edit', 'overview', '--by', 'B. Author', '--text', words)).code, 0);
  assert.match(await overview(), /current +edited +B\. Author/);
  const all = JSON.parse((await texts('--format', 'json')).output.join('\n'));
  assert.ok(all.some(({ id, text }: Record<string, string>) => id === 'overview' && text === 'Concord keeps images.'));
  assert.equal((await texts('restore', 'overview')).code, 0);
  assert.match(await overview(), /as shipped$/);
  assert.notEqual((await texts('confirm', 'no-such-text', '--by', 'A')).code, 0);
  assert.notEqual((await texts('edit', 'overview', '--by', 'A', '--text', `${words}.none`)).code, 0);
  assert.notEqual((await texts('confirm', 'overview')).code, 0, 'nobody is named');
}

test('a running server', async (context) => {
  const server = await startConcord(context);
  await context.test(
    '[CS-UI-06] every verb has JSON, and says by its exit code: fine, found what is wrong, could not look',
    (inner) => everyVerb(inner, server),
  );
  await context.test('its statement in every form', (inner) => everyForm(inner, server));
  await context.test('its texts are listed, confirmed, written and restored', (inner) => itsTexts(inner, server));
});

test('no server, no form of that name: told in one line', async () => {
  const silent = await concord(['conformance', 'statement', '--server', 'http://127.0.0.1:1']);
  assert.deepEqual([silent.code, silent.notes], [2, ['concord: no Concord server answers at http://127.0.0.1:1']]);
  assert.equal((await concord(['conformance', 'statement', '--format', 'word'])).code, 2);
});
