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
  const dry = await concord(['conformance', 'run', '--draft', plan!, peer, '--dry-run', ...chosen]);
  assert.equal(dry.code, 0);
  assert.match(dry.output.join('\n'), /Dry run: nothing was sent/);
  const done = await concord([
    'conformance',
    'run',
    '--draft',
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
  const item = ['--item', 'store/1-2-840-10008-5-1-4-1-1-2', '--cleanup-url', 'http://127.0.0.1:1/'];
  const narrow = await concord(['conformance', 'run', '--draft', plan!, peer, ...item]);
  assert.equal(narrow.code, 0);
  assert.match(narrow.output.join('\n'), /To be deleted on the system/);
  assert.match(
    narrow.output.join('\n'),
    /\| ZZTEST-\w+ \| 2\.25\.\d+ \| 1 \| nobody answers at http:\/\/127\.0\.0\.1:1\//,
  );
  const report = join(folder, 'report.json');
  assert.equal(
    (
      await concord([
        'conformance',
        'run',
        '--draft',
        plan!,
        peer,
        '--item',
        'verification',
        '--format',
        'json',
        '--to',
        report,
      ])
    ).code,
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
  assert.deepEqual([other.code, /another statement/.test(other.notes.join())], [2, true]);
  assert.equal((await concord(['conformance', 'validate', claims!, '--report', claims!])).code, 2);
  // It accepts many classes that the statement does not list.
  const more = await concord(['conformance', 'run', '--draft', plan!, peer, '--service', 'Negotiation']);
  assert.equal(more.code, 1);
  assert.match(more.notes.join('\n'), /failed: What is not stated is refused/);
});

test('a file that is no plan, a system that is none', async (context) => {
  const folder = folderWith(context, { 'claims.json': statement() });
  const claims = join(folder, 'claims.json');
  assert.match((await concord(['conformance', 'run', claims, 'A@127.0.0.1:1'])).notes[0] ?? '', /is no test plan/);
  assert.equal((await concord(['conformance', 'run', claims, 'nowhere'])).code, 2);
  for (const address of ['nowhere', 'file:///etc'])
    assert.equal((await concord(['conformance', 'run', claims, 'A@127.0.0.1:1', '--cleanup-url', address])).code, 2);
  assert.match((await concord(['conformance', 'plan', claims])).notes[0] ?? '', /nothing to test/);
  writeFileSync(claims, '[]');
  assert.equal((await concord(['conformance', 'plan', claims])).code, 1);
});

test('[CS-EXE-01] only an approved plan is run, and only while its statement is the same; what failed is repeated, what has changed is told', async (context) => {
  const one = statement('1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2');
  const folder = folderWith(context, { 'claims.json': one });
  const { peer } = await startStorescp(context);
  const [claims, plan, report] = ['claims.json', 'plan.json', 'run.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  assert.equal((await concord(['conformance', 'plan', claims, '--format', 'json', '--to', plan])).code, 0);
  const run = (...more: readonly string[]) =>
    concord(['conformance', 'run', plan, peer, '--item', 'verification', 'negotiation/unstated', ...more]);
  const refused = await run();
  assert.equal(refused.code, 1);
  assert.match(refused.notes.join(), /the plan has not been approved/);
  assert.equal((await run('--dry-run')).code, 0);
  assert.equal((await concord(['conformance', 'approve', plan, '--by', ' '])).code, 2);
  assert.equal(
    (await concord(['conformance', 'approve', plan, '--by', 'A. Physicist', '--statement', claims])).code,
    0,
  );
  const done = await run('--statement', claims, '--format', 'json', '--to', report);
  assert.equal(done.code, 1, 'storescp accepts more than the statement lists');
  const again = await concord(['conformance', 'run', plan, peer, '--repeat', report]);
  assert.match(again.notes.join('\n'), /failed: What is not stated is refused/);
  const early = await concord(['conformance', 'run', plan, peer, '--pre-checks']);
  assert.equal(early.code, 0);
  assert.match(early.notes.join('\n'), /2\/2 passed: Verification is answered/);
  writeFileSync(claims, statement('1.2.840.10008.1.1'));
  const changed = await run('--statement', claims);
  assert.match(changed.notes.join(), /the statement of Receiver has changed since the plan was made/);
  const stale = await concord(['conformance', 'approve', plan, '--by', 'A', '--statement', claims]);
  assert.equal(stale.code, 1);
  assert.match(stale.output.join('\n'), /^obsolete: store\//m);
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('Verification is answered', 'Another title'));
  assert.match((await run()).notes.join(), /has changed since A\. Physicist approved it/);
});

test('[CS-EXE-15] a comparison takes what a run has observed', async (context) => {
  const silent = JSON.parse(statement('1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'));
  for (const activity of silent.networking.applicationEntities[0].acceptance.activities)
    if (!activity.id.endsWith('.1.1')) activity.contexts[0].transferSyntaxes = [];
  const sender = JSON.parse(statement('1.2.840.10008.5.1.4.1.1.2'));
  sender.id = 'Sender';
  const [entity] = sender.networking.applicationEntities;
  entity.acceptance.activities[0].contexts[0].role = 'SCU';
  sender.networking.applicationEntities = [{ id: 'main', initiation: entity.acceptance }];
  const folder = folderWith(context, { 'silent.json': JSON.stringify(silent), 'sender.json': JSON.stringify(sender) });
  const [theirs, ours, plan, report] = ['silent.json', 'sender.json', 'plan.json', 'run.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const { peer } = await startStorescp(context);
  assert.equal(
    (await concord(['conformance', 'plan', theirs, '--partner', ours, '--format', 'json', '--to', plan])).code,
    0,
  );
  await concord([
    'conformance',
    'run',
    '--draft',
    plan,
    peer,
    '--service',
    'In place of the partner',
    '--format',
    'json',
    '--to',
    report,
  ]);
  const pairs = async (...more: readonly string[]) => {
    const { output } = await concord(['conformance', 'compare', ours, theirs, '--format', 'json', ...more]);
    return JSON.parse(output.join('\n')).directions[0].pairs[0].verdict;
  };
  assert.equal(await pairs(), 'unknown');
  assert.notEqual(await pairs('--observed', report), 'unknown');
  assert.equal((await concord(['conformance', 'compare', ours, theirs, '--observed', plan])).code, 2);
});
