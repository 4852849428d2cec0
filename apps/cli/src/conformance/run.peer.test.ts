// `concord conformance plan` and `run` with a real program as the system under test.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStorescp } from '../../testing/dcmtk.ts';
import { folderWith } from '../../testing/folder.ts';
import { concord } from '../../testing/terminal.ts';

const implicit = '1.2.840.10008.1.2';
const statement = (...uids: string[]) =>
  JSON.stringify({
    id: 'Receiver',
    networking: {
      applicationEntities: [
        {
          id: 'main',
          acceptance: {
            activities: uids.map((uid) => ({
              id: uid,
              contexts: [{ abstractSyntax: { uid }, transferSyntaxes: [{ uid: implicit }], role: 'SCP' }],
            })),
          },
        },
      ],
    },
  });

test('plan, dry run, run: exit codes and the report', async (context) => {
  const folder = folderWith(context, { 'claims.json': statement('1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2') });
  const { peer } = await startStorescp(context);
  const [claims, plan, junit] = ['claims.json', 'plan.json', 'junit.xml'].map((name) => join(folder, name));
  assert.equal((await concord(['conformance', 'plan', claims!, '--format', 'json', '--to', plan!])).code, 0);
  const chosen = ['--service', 'Storage', 'Verification'];
  const dry = await concord(['conformance', 'run', plan!, peer, '--dry-run', ...chosen]);
  assert.equal(dry.code, 0);
  assert.match(dry.output.join('\n'), /Dry run: nothing was sent/);
  const done = await concord([
    'conformance',
    'run',
    plan!,
    peer,
    '--rate',
    '1000',
    '--format',
    'junit',
    '--to',
    junit!,
    ...chosen,
  ]);
  assert.equal(done.code, 0);
  assert.match(readFileSync(junit!, 'utf8'), /<testsuite name="Receiver: Storage"/);
  const narrow = await concord(['conformance', 'run', plan!, peer, '--item', 'verification']);
  assert.equal(narrow.code, 0);
  const report = join(folder, 'report.json');
  assert.equal(
    (await concord(['conformance', 'run', plan!, peer, '--item', 'verification', '--format', 'json', '--to', report]))
      .code,
    0,
  );
  const judged = await concord(['conformance', 'validate', claims!, '--report', report]);
  assert.match(judged.output.join('\n'), /decided CS-V71-06: Test of C-ECHO to each entity, Receiver/);
  assert.match(
    judged.output.join('\n'),
    /open CS-V71-08, decided by a person who attests it: .*registration authority/,
  );
  writeFileSync(claims!, statement('1.2.840.10008.1.1'));
  const other = await concord(['conformance', 'validate', claims!, '--report', report]);
  assert.deepEqual([other.code, /another statement/.test(other.notes.join())], [1, true]);
  assert.equal((await concord(['conformance', 'validate', claims!, '--report', claims!])).code, 1);
  // It accepts many classes that the statement does not list.
  const more = await concord(['conformance', 'run', plan!, peer, '--service', 'Negotiation']);
  assert.equal(more.code, 1);
  assert.match(more.notes.join('\n'), /failed: What is not stated is refused/);
});

test('a file that is no plan, a system that is none', async (context) => {
  const folder = folderWith(context, { 'claims.json': statement() });
  const claims = join(folder, 'claims.json');
  assert.match((await concord(['conformance', 'run', claims, 'A@127.0.0.1:1'])).notes[0] ?? '', /is no test plan/);
  assert.equal((await concord(['conformance', 'run', claims, 'nowhere'])).code, 2);
  assert.match((await concord(['conformance', 'plan', claims])).notes[0] ?? '', /nothing to test/);
  writeFileSync(claims, '[]');
  assert.equal((await concord(['conformance', 'plan', claims])).code, 1);
});
