// What the viewer does at other archives: one thing at a time, asked for by a person, and never called back by C-CANCEL.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, NetworkError } from '@concord/network';
import { startAnsweringArchive, studyMatch } from '../../testing/answering-archive.ts';
import { listing, startAsking, study } from '../../testing/asking-profile.ts';
import { ctSlice, dataSetOf, encoded, inPieces } from '../../testing/data-sets.ts';
import { jobClient } from '../../testing/job-client.ts';
import { startProfile } from '../../testing/profile.ts';
import { readConfiguration } from '../settings/read-configuration.ts';

const [ct, verification, explicit] = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.1', '1.2.840.10008.1.2.1'];

test('[VW-GEN-04] a search that is asked for while something is fetched begins when that is over', async (t) => {
  const steps: string[] = [];
  const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { server, search, call } = await startAsking(t, 'viewer', {
    find: (keys) => {
      if (keys.string('PatientName') === 'LATER') steps.push('asked');
      return listing(keys);
    },
    move: async () => {
      steps.push('fetching');
      begun.resolve();
      await held.promise;
      steps.push('fetched');
      return 0x0000;
    },
  });
  const { body } = await call('POST', '/api/archives/REMOTE/retrieve', { studyInstanceUid: study });
  await begun.promise;
  const searched = search({ PatientName: 'LATER' });
  searched.catch(() => undefined);
  // Time in which a server that does not wait would have asked.
  await pause(300);
  held.resolve();
  assert.equal((await searched).at(-1).state, 'done');
  assert.deepEqual(steps, ['fetching', 'fetched', 'asked']);
  await jobClient(server.httpPort).until(body.jobId, 'done');
});

test('[VW-ASSOC-04] archives are asked one after the other, and two searches too', async (t) => {
  let [open, most] = [0, 0];
  const find = async function* () {
    open += 1;
    most = Math.max(most, open);
    await pause(30);
    yield studyMatch('1.2.3');
    open -= 1;
  };
  const archives = [
    await startAnsweringArchive(t, { aeTitle: 'ONE', find }),
    await startAnsweringArchive(t, { aeTitle: 'TWO', find }),
  ];
  const peers = archives.map(({ aeTitle, port }) => ({ aeTitle, host: '127.0.0.1', port }));
  const { search } = await startAsking(t, 'viewer', {}, { peers });
  const answers = await Promise.all([search({ PatientID: 'VET-0042' }), search({ PatientID: 'VET-0042' })]);
  for (const events of answers) assert.equal(events.filter(({ kind }) => kind === 'archive').length, 2);
  assert.deepEqual([most, archives.map(({ asked }) => asked.length)], [1, [2, 2]]);
});

const faultOf = (signal: AbortSignal): string =>
  signal.reason instanceof NetworkError ? signal.reason.fault : String(signal.reason);

test('[VW-FIND-12] [VW-MOVE-08] what is wanted no more is ended with its association, never by C-CANCEL; nothing extended is negotiated', async (t) => {
  const faults: string[] = [];
  const note = (signal: AbortSignal) =>
    signal.addEventListener('abort', () => faults.push(faultOf(signal)), { once: true });
  async function* endless(_: unknown, signal: AbortSignal) {
    note(signal);
    for (let number = 1; !signal.aborted; number += 1) {
      yield studyMatch(`1.2.${number}`);
      await pause(5);
    }
  }
  const moving = Promise.withResolvers<void>();
  const { tap, search, call, server } = await startAsking(t, 'viewer', {
    find: (keys, signal) => (keys.string('PatientName') === 'ENDLESS' ? endless(keys, signal) : listing(keys)),
    move: async (_, __, signal) => {
      note(signal);
      moving.resolve();
      if (!signal.aborted) await once(signal, 'abort');
      return 0x0000;
    },
  });
  const events = await search({ PatientName: 'ENDLESS' }, 'STUDY', { limit: 3 });
  assert.deepEqual([events.at(-1).state, events.at(-1).matches], ['limit', 3]);
  const { body } = await call('POST', '/api/archives/REMOTE/retrieve', { studyInstanceUid: study });
  await moving.promise;
  assert.equal((await call('POST', `/api/jobs/${body.jobId}/cancel`)).status, 200);
  await jobClient(server.httpPort).until(body.jobId, 'cancelled');
  for (let wait = 0; faults.length < 2 && wait < 400; wait += 1) await pause(25);
  assert.deepEqual(
    faults.map((fault) => fault === 'cancelled'),
    [false, false],
    faults.join(),
  );
  for (const { user } of tap.requests) assert.ok(!user.includes(0x56) && !user.includes(0x57));
});

test('[VW-MOVE-10] a retrieval is over when the archive says so; what is here is what was stored', async (t) => {
  const seen: { server?: Awaited<ReturnType<typeof startAsking>>['server'] } = {};
  let [sends, code] = [0, 0x0000];
  const storeAt = async (count: number) => {
    const peer = { host: '127.0.0.1', port: seen.server?.ports.get('VIEWER') ?? 0 };
    const titles = { calledAeTitle: 'VIEWER', callingAeTitle: 'REMOTE' };
    await using association = await connect({ ...peer, ...titles }, [
      { abstractSyntax: ct, transferSyntaxes: [explicit] },
    ]);
    for (let number = 1; number <= count; number += 1) {
      const sopInstanceUid = `${study}.1.${number}`;
      const uids = { StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: sopInstanceUid };
      const open = () => inPieces(encoded(ctSlice(uids)));
      await association.store({ sopClassUid: ct, sopInstanceUid, transferSyntaxUid: explicit, open });
    }
  };
  const { server, retrieve } = await startAsking(t, 'viewer', {
    find: (keys) =>
      keys.string('QueryRetrieveLevel') === 'IMAGE'
        ? [1, 2, 3].map((number) => dataSetOf({ SOPInstanceUID: `${study}.1.${number}`, SOPClassUID: ct }))
        : listing(keys),
    move: async () => {
      await storeAt(sends);
      return code;
    },
  });
  seen.server = server;
  const held = async () => {
    const response = await fetch(`http://127.0.0.1:${server.httpPort}/dicom-web/instances?StudyInstanceUID=${study}`);
    return (await response.json()).length;
  };
  assert.equal((await retrieve({ studyInstanceUid: study })).state, 'done', 'it said so');
  assert.equal(await held(), 0);
  [sends, code] = [2, 0xb000];
  const partly = await retrieve({ studyInstanceUid: study });
  assert.deepEqual([partly.state, partly.sent], ['failed', 2], partly.detail);
  assert.equal(await held(), 2);
});

test('[VW-ASSOC-15] whoever is stored to and echoed calls nobody', async (t) => {
  const { tap, server } = await startAsking(t, 'viewer', { find: listing });
  await using association = await server.associate('VIEWER', [
    { abstractSyntax: verification, transferSyntaxes: [explicit] },
    { abstractSyntax: ct, transferSyntaxes: [explicit] },
  ]);
  const open = () => inPieces(encoded(ctSlice()));
  const instance = { sopClassUid: ct, sopInstanceUid: '1.2.3.1.1.1', transferSyntaxUid: explicit, open };
  assert.equal((await association.store(instance)).code, 0x0000);
  assert.equal((await association.echo()).code, 0x0000);
  await association.release();
  await pause(300);
  assert.equal(tap.requests.length, 0);
  const opened = (await (await fetch(`http://127.0.0.1:${server.httpPort}/api/associations`)).json()).map(
    ({ requestor }: { requestor: boolean }) => requestor,
  );
  assert.deepEqual(opened, [false]);
});

test('[VW-FIND-06] single values, wildcards, ranges and nothing go out as they were typed; a wildcard in a date, number or UID is refused', async (t) => {
  const { archive, search, call } = await startAsking(t, 'viewer', { find: () => [] });
  await search({ PatientName: 'DOE*', StudyDate: '20240101-20241231', AccessionNumber: 'A-17', StudyID: '' });
  const keys = archive.asked[0]?.keys;
  assert.ok(keys);
  const sent = ['PatientName', 'StudyDate', 'AccessionNumber', 'StudyID', 'StudyInstanceUID'].map((key) =>
    keys.strings(key).join('\\'),
  );
  assert.deepEqual(sent, ['DOE*', '20240101-20241231', 'A-17', '', '']);
  assert.ok(keys.has('StudyID') && keys.has('StudyInstanceUID'));
  const at = (level: string, wrong: object) => call('POST', '/api/archives/search', { level, keys: wrong });
  const above = { StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.3' };
  for (const [level, wrong] of [
    ['STUDY', { StudyDate: '2024*' }],
    ['STUDY', { StudyTime: '08*' }],
    ['STUDY', { StudyInstanceUID: '1.2.*' }],
    ['STUDY', { PatientAge: '0?0Y' }],
    ['SERIES', { ...above, SeriesNumber: '1*' }],
    ['IMAGE', { ...above, SliceLocation: '?' }],
    ['IMAGE', { ...above, AcquisitionDateTime: '2024*' }],
  ] as const)
    assert.equal((await at(level, wrong)).status, 400, JSON.stringify(wrong));
  assert.equal(archive.asked.length, 1);
});

test('[VW-CFG-01] names, titles and addresses stand in a file; the lengths and numbers are those of the table', async (t) => {
  const peers = [{ name: 'Radiology', aeTitle: 'PACS', host: 'localhost', port: 104 }];
  const file = { peers, aeTitle: 'OTHER' };
  const { entities, ...read } = readConfiguration(['--profile', 'viewer', '--config', 'site.json'], {}, () =>
    JSON.stringify(file),
  );
  assert.deepEqual([read.peers, read.aeTitle], [peers, 'OTHER']);
  assert.deepEqual(
    entities.map(({ aeTitle, maximumPduLength }) => [aeTitle, maximumPduLength]),
    [['VIEWER', 16_384]],
  );
  const { maximumAssociations, jobs, sendAssociations, activities, toleratedPduLength } = read;
  assert.deepEqual([maximumAssociations, jobs, sendAssociations, activities], [10_000, 1, 1, 'one at a time']);
  assert.ok(toleratedPduLength >= 16 << 20, 'longer PDUs than it announces are taken');
  const server = await startProfile(t, 'viewer', { peers: read.peers });
  for (const path of ['/api/peers', '/api/archives']) {
    const [peer] = Object.values(Object(await server.json(path)));
    assert.deepEqual([Object(peer).name, Object(peer).aeTitle], ['Radiology', 'PACS']);
  }
  assert.throws(() =>
    readConfiguration(['--config', 'f'], {}, () => JSON.stringify({ peers: [{ ...peers[0], name: '' }] })),
  );
});

test('[VW-FIND-11] a study that an archive names twice is two matches', async (t) => {
  const { search } = await startAsking(t, 'viewer', { find: () => [studyMatch('1.2.3'), studyMatch('1.2.3')] });
  const events = await search({ PatientID: 'VET-0042' });
  assert.deepEqual(
    events.map(({ kind, uid }) => [kind, uid].filter(Boolean).join(' ')),
    ['asked', 'match 1.2.3', 'match 1.2.3', 'archive'],
  );
  assert.equal(events.at(-1).matches, 2);
});
