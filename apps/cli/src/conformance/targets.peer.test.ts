// `concord conformance run` and `probe` over TLS, and with a system of several entities.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { testAuthority } from '../../../../packages/network/testing/certificates.ts';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { startDcmqrscp, startStorescp } from '../../testing/dcmtk.ts';
import { folderWith } from '../../testing/folder.ts';
import { concord } from '../../testing/terminal.ts';

const authority = testAuthority();
after(() => authority[Symbol.dispose]());
const [device, ours] = [authority.issue('device'), authority.issue('ours')];
const [verification, ct, find] = ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.2.1.1'];

const entity = (id: string, ...uids: readonly string[]) => ({
  id,
  acceptance: {
    activities: uids.map((uid) => ({
      id: uid,
      contexts: [{ abstractSyntax: { uid }, transferSyntaxes: [{ uid: '1.2.840.10008.1.2' }], role: 'SCP' }],
    })),
  },
});
const statement = (...applicationEntities: readonly object[]) =>
  JSON.stringify({ id: 'System', networking: { applicationEntities } });

/** A plan of the statement, in a file. */
async function planOf(context: Parameters<typeof folderWith>[0], text: string): Promise<string> {
  const folder = folderWith(context, { 'claims.json': text });
  const [claims, plan] = [join(folder, 'claims.json'), join(folder, 'plan.json')];
  assert.equal((await concord(['conformance', 'plan', claims, '--format', 'json', '--to', plan])).code, 0);
  return plan;
}

test('over TLS: a certificate that the system asks for is shown, and its own is checked', async (context) => {
  const port = await freePort();
  const files = ['+tls', device.keyFile, device.certificateFile, '+cf', authority.file];
  const storescp = await start('storescp', ['--ignore', ...files, String(port)], port);
  context.after(() => storescp.stop());
  const peer = `RECEIVER@127.0.0.1:${port}`;
  const secure = [
    '--tls-authorities',
    authority.file,
    '--tls-certificate',
    ours.certificateFile,
    '--tls-key',
    ours.keyFile,
  ];
  const plan = await planOf(context, statement(entity('main', verification, ct)));
  const chosen = ['--item', 'reach', 'store/1-2-840-10008-5-1-4-1-1-2', '--rate', '1000'];
  const run = await concord(['conformance', 'run', '--draft', plan, peer, ...chosen, ...secure]);
  assert.equal(run.code, 0, run.notes.join('\n'));
  assert.match(run.output.join('\n'), /called as CSPROBE over TLS/);
  const stranger = await concord([
    'conformance',
    'run',
    '--draft',
    plan,
    peer,
    '--item',
    'reach',
    'verification',
    '--tls',
  ]);
  assert.equal(stranger.code, 1, 'a certificate of an authority that nobody knows');
  const seen = await concord(['conformance', 'probe', peer, '--pause', '0', ...secure]);
  assert.equal(seen.code, 0, seen.notes.join('\n'));
  assert.match(seen.output.join('\n'), /"1\.2\.840\.10008\.1\.1"/);
  const plain = await concord(['conformance', 'probe', peer, '--pause', '0', '--timeout', '2']);
  assert.equal(plain.code, 1, 'without TLS');
});

describe('a system of two entities', () => {
  test('each is called where it is', async (context) => {
    const [store, archive] = [await startStorescp(context), await startDcmqrscp(context, 9)];
    const plan = await planOf(
      context,
      statement(entity('store', verification, ct), entity('find', verification, find)),
    );
    const chosen = ['--service', 'Verification'];
    const where = [`store=${store.peer}`, `find=${archive.peer}`];
    const run = await concord(['conformance', 'run', '--draft', plan, ...where, ...chosen]);
    assert.equal(run.code, 0, run.notes.join('\n'));
    assert.match(run.output.join('\n'), /Entity find: ARCHIVE at 127\.0\.0\.1/);
    const swapped = await concord([
      'conformance',
      'run',
      '--draft',
      plan,
      `find=${store.peer}`,
      archive.peer,
      '--service',
      'Query/Retrieve',
    ]);
    assert.equal(swapped.code, 1, 'a receiver finds nothing');
  });

  test('wrong use is told with the names that there are', async (context) => {
    const plan = await planOf(context, statement(entity('store', verification), entity('find', verification)));
    const run = (...systems: readonly string[]) =>
      concord(['conformance', 'run', '--draft', plan, ...systems, '--dry-run']);
    assert.equal((await run('A@127.0.0.1:1')).code, 0);
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['store=A@127.0.0.1:1'], /where is the entity "find"/],
      [['store=A@127.0.0.1:1', 'store=B@127.0.0.1:2', 'C@127.0.0.1:3'], /named twice/],
      [['A@127.0.0.1:1', 'B@127.0.0.1:2'], /one system for all entities/],
      [['keep=A@127.0.0.1:1'], /no entity "keep".*store, find/],
      [['store=nowhere'], /is no system/],
    ];
    for (const [systems, words] of wrong) {
      const { code, notes } = await run(...systems);
      assert.equal(code, 2, systems.join(' '));
      assert.match(notes.join(), words);
    }
  });
});
