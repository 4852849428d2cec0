// A disk that becomes read-only, an index that is locked or gone: senders hear it, the log says it, and when it is over all goes on.
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { connect, queryRetrieveSopClasses } from '@concord/network';
import { ctImageStorage, ctSlice, dataSetOf, encoded, explicitVrLittleEndian, inPieces } from '../testing/data-sets.ts';
import { run, startServerProcess } from '../testing/programs.ts';
import { temporaryFolder } from '../testing/real-archive.ts';

const noRoot = process.getuid?.() === 0 ? false : 'only root can make a folder read-only for everybody';

/** Runs it until it does what it is told: a mount is busy while the server has a file of it open. Throws after 20 s. */
async function insist(command: string, ...args: readonly string[]): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { exitCode, output } = await run(command, ...args);
    if (exitCode === 0) return;
    if (tries === 100) throw new Error(`${command} ${args.join(' ')}: ${output}`);
    await setTimeout(200);
  }
}

async function start(t: TestContext, ...settings: readonly string[]) {
  const data = await temporaryFolder();
  const server = await startServerProcess(t, data, ...settings);
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: 'TESTER' };
  const association = await connect(peer, [
    { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] },
    { abstractSyntax: queryRetrieveSopClasses.studyRootFind, transferSyntaxes: [explicitVrLittleEndian] },
  ]);
  let number = 0;
  const store = async (size = 1000) => {
    number += 1;
    const sopInstanceUid = `1.2.99.${number}`;
    const bytes = encoded(ctSlice({ SOPInstanceUID: sopInstanceUid, PixelData: new Uint8Array(size) }));
    const sent = { sopClassUid: ctImageStorage, sopInstanceUid, transferSyntaxUid: explicitVrLittleEndian };
    const { code } = await association.store({ ...sent, open: () => inPieces(bytes, 60_000) });
    return code;
  };
  const stored = async () => {
    const keys = dataSetOf({ QueryRetrieveLevel: 'STUDY', NumberOfStudyRelatedInstances: null });
    const [answer] = await Array.fromAsync(association.find(queryRetrieveSopClasses.studyRootFind, keys));
    return answer?.identifier?.number('NumberOfStudyRelatedInstances');
  };
  const end = async () => {
    await association.release();
    assert.equal(await server.end(), 0);
  };
  /** Starts once more and finds as many objects as were confirmed. */
  const restart = async () => {
    const again = await startServerProcess(t, data, ...settings);
    assert.doesNotMatch(again.log(), /missing or incomplete/);
    await again.end();
  };
  return { data, server, store, stored, end, restart };
}

for (const layout of ['files', 'containers'])
  test(`a disk that becomes read-only is A701, queries go on; when it can be written again so do senders (${layout})`, {
    skip: noRoot,
    timeout: 60_000,
  }, async (t) => {
    const { data, server, store, stored, end, restart } = await start(t, '--store-layout', layout);
    assert.equal(await store(), 0);
    const objects = join(data, 'objects');
    await insist('mount', '--bind', objects, objects);
    let readOnly = true;
    const writable = async () => {
      if (readOnly) await insist('umount', objects);
      readOnly = false;
    };
    t.after(writable);
    await insist('mount', '-o', 'remount,ro,bind', objects);
    const codes: number[] = [];
    // Objects over a mebibyte have files of their own in either layout; some of those are made in advance.
    while (codes.at(-1) !== 0xa701 && codes.length < 60) codes.push(await store(1_100_000));
    const confirmed = 1 + codes.filter((code) => code === 0).length;
    assert.deepEqual([codes.at(-1), codes.filter((code) => code !== 0).length], [0xa701, 1]);
    await server.logged(/EROFS/);
    assert.equal(await stored(), confirmed);
    await writable();
    assert.equal(await store(1_100_000), 0);
    assert.equal(await stored(), confirmed + 1);
    await end();
    await restart();
  });

test('an index that another program holds locked is A701; queries go on, and so do senders when it is free', {
  timeout: 60_000,
}, async (t) => {
  const { data, server, store, stored, end, restart } = await start(t);
  assert.equal(await store(), 0);
  const other = new DatabaseSync(join(data, 'index.sqlite'), { timeout: 10_000 });
  other.exec('begin immediate');
  const refused = store();
  assert.equal(await refused, 0xa701);
  await server.logged(/locked/);
  other.exec('rollback');
  other.close();
  assert.equal(await store(), 0);
  assert.equal(await stored(), 2);
  await end();
  await restart();
});

test('an index file that is moved away is A701: no row goes where nobody finds it; put back, all goes on', {
  timeout: 60_000,
}, async (t) => {
  const { data, server, store, stored, end, restart } = await start(t);
  assert.equal(await store(), 0);
  const [file, away] = [join(data, 'index.sqlite'), join(data, 'elsewhere.sqlite')];
  await rename(file, away);
  assert.equal(await store(), 0xa701);
  await server.logged(/the index file is gone/);
  await rename(away, file);
  assert.equal(await store(), 0);
  assert.equal(await stored(), 2);
  await end();
  await restart();
});
