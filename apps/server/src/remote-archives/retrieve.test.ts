// What a retrieval makes of what the other archive says and sends: nothing counts that is not in the index.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSet } from '@concord/dicom';
import { type AnsweringOptions, startAnsweringArchive } from '../../testing/answering-archive.ts';
import { asPart10, dataSetOf } from '../../testing/data-sets.ts';
import { listing, series, slice, startRetrieving, study, uid } from '../../testing/retrieving.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';

/** An archive of ours, another one that answers as told, and a job that fetches. */
async function start(t: TestContext, options: AnsweringOptions, peer: Partial<ConfiguredPeer> = {}) {
  const remote = await startAnsweringArchive(t, options);
  return { remote, ...(await startRetrieving(t, remote, peer)) };
}

test('[IC-MOVE-01] [IC-MOVE-03] a study goes as one STUDY request to our own title, a series as SERIES, chosen images as IMAGE with their list', async (t) => {
  const { remote, own, fetch } = await start(t, {
    find: listing(3),
    move: async (keys) => {
      for (const wanted of keys.string('QueryRetrieveLevel') === 'IMAGE' ? [2] : [1, 2, 3])
        await own.put(slice(wanted));
      return 0x0000;
    },
  });
  await fetch({ seriesInstanceUid: series, sopInstanceUid: [uid(2)] });
  await fetch();
  await fetch({ seriesInstanceUid: series, anew: true });
  await fetch({ anew: true });
  const said = remote.moved.map(({ keys, destination }) => [
    destination,
    keys.string('QueryRetrieveLevel'),
    keys.strings('SOPInstanceUID').length,
  ]);
  assert.deepEqual(said, [
    ['CONCORD', 'IMAGE', 1],
    ['CONCORD', 'IMAGE', 2],
    ['CONCORD', 'SERIES', 0],
    ['CONCORD', 'STUDY', 0],
  ]);
});

test('[IC-MOVE-08] what is here already is ticked off and not moved again, unless it is wanted anew', async (t) => {
  const { remote, own, fetch } = await start(t, {
    find: listing(2),
    move: async () => {
      await own.put(slice(1));
      await own.put(slice(2));
      return 0x0000;
    },
  });
  await own.put(slice(1));
  await own.put(slice(2));
  const { outcome, instances } = await fetch();
  assert.deepEqual(outcome, { kind: 'done' });
  assert.deepEqual(instances, [`${uid(1)} sent held already`, `${uid(2)} sent held already`]);
  assert.equal(remote.moved.length, 0);
  assert.deepEqual((await fetch({ anew: true })).outcome, { kind: 'done' });
  assert.equal(remote.moved.length, 1);
});

test('[IC-MOVE-06] an image that is announced as sent and does not arrive is named as not received', async (t) => {
  const { own, fetch } = await start(t, {
    find: listing(3),
    move: async () => {
      await own.put(slice(1));
      // One archive answers first and sends later.
      setTimeout(() => void own.put(slice(2)), 300);
      return 0x0000;
    },
  });
  const { outcome, instances } = await fetch();
  assert.deepEqual(instances, [
    `${uid(1)} sent`,
    `${uid(2)} sent`,
    `${uid(3)} failed not received: the archive says it has sent it`,
  ]);
  assert.deepEqual(outcome, {
    kind: 'failed',
    detail: '1 instance not received: the archive says it has sent it',
  });
});

test('[IC-MOVE-05] A801 ends the job with what to register there; other failures are tried again, with their words', async (t) => {
  let status = 0xa801;
  const { fetch } = await start(t, { find: listing(1), move: () => status });
  const unknown = await fetch();
  assert.equal(unknown.outcome.kind, 'failed');
  assert.match(
    JSON.stringify(unknown.outcome),
    /register this station at REMOTE: AE title CONCORD, its address, port 11112/,
  );
  for (status of [0xa701, 0xa702, 0xa900, 0xc001]) {
    const { outcome, instances } = await fetch();
    assert.equal(outcome.kind, 'again');
    assert.match(JSON.stringify(outcome), new RegExp(`${status.toString(16)}H.*as the test wants it`, 'i'));
    assert.deepEqual(instances, [`${uid(1)} pending`]);
  }
});

test('[IC-MOVE-07] what the archive has OFFLINE is said so before anything is moved; NEARLINE is fetched', async (t) => {
  const { remote, fetch } = await start(t, { find: listing(1, { availability: 'OFFLINE' }) });
  assert.deepEqual((await fetch()).instances, [`${uid(1)} failed the archive has it OFFLINE`]);
  assert.equal(remote.moved.length, 0);
  const near = await start(t, { find: listing(1, { availability: 'NEARLINE' }), move: () => 0xa702 });
  await near.fetch();
  assert.equal(near.remote.moved.length, 1);
});

test('[IC-MOVE-04] Patient Root alone: the Patient ID that the archive told goes along', async (t) => {
  const { remote, own, fetch } = await start(t, {
    models: ['patient'],
    find: listing(1),
    move: async () => {
      await own.put(slice(1));
      return 0x0000;
    },
  });
  assert.deepEqual((await fetch({ patientId: 'P1' })).outcome, { kind: 'done' });
  assert.equal(remote.moved[0]?.keys.string('PatientID'), 'P1');
});

test('fewer instances than the archive announces is no success', async (t) => {
  const { own, fetch } = await start(t, {
    find: listing(2, { announced: 5 }),
    move: async () => {
      await own.put(slice(1));
      await own.put(slice(2));
      return 0x0000;
    },
  });
  assert.deepEqual((await fetch()).outcome, { kind: 'failed', detail: 'the archive announces 5 instances and gave 2' });
});

test('an archive that answers no deeper than studies is fetched from all the same, and counted against its own number', async (t) => {
  const deep = listing(2, { announced: 2 });
  const { own, fetch } = await start(t, {
    find: (keys) => (keys.string('QueryRetrieveLevel') === 'STUDY' ? deep(keys) : [0xa900]),
    move: async () => {
      await own.put(slice(1));
      await own.put(slice(2));
      return 0x0000;
    },
  });
  const { outcome, instances } = await fetch();
  assert.deepEqual([outcome.kind, instances], ['done', [`${uid(1)} sent`, `${uid(2)} sent`]]);
});

test('[IC-MOVE-09] a job that is stopped goes back to the queue and keeps what came', async (t) => {
  const stop = new AbortController();
  const { own, fetch } = await start(t, {
    find: listing(2),
    move: async () => {
      await own.put(slice(1));
      stop.abort();
      await pause(50);
      return 0xa702;
    },
  });
  const { outcome } = await fetch({}, stop.signal);
  assert.equal(outcome.kind, 'again');
  assert.equal((await own.archive.instances({ studyInstanceUid: study })).length, 1);
});

/** A web service whose answer to any retrieval is given. */
async function webService(t: TestContext, answer: { type: string; body: Buffer; status?: number }) {
  const list = listing(2);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://x').pathname;
    const level = path.endsWith('/studies') ? 'STUDY' : path.endsWith('/series') ? 'SERIES' : 'IMAGE';
    if (request.headers.accept === 'application/dicom+json') {
      const found = list(dataSetOf({ QueryRetrieveLevel: level }));
      response.setHeader('content-type', 'application/dicom+json');
      response.end(JSON.stringify(found.map((dataSet) => json(dataSet))));
    } else response.writeHead(answer.status ?? 200, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  return `http://127.0.0.1:${address.port}/dicom-web`;
}

const json = (dataSet: DataSet) =>
  Object.fromEntries(
    [...dataSet.elements()].map(({ tag, vr }) => [
      tag.toString(16).padStart(8, '0').toUpperCase(),
      { vr, Value: vr === 'IS' ? dataSet.numbers(tag) : dataSet.strings(tag) },
    ]),
  );

const multipart = (parts: readonly Uint8Array[], closed = true) =>
  Buffer.concat([
    ...parts.flatMap((part) => [Buffer.from('\r\n--B\r\nContent-Type: application/dicom\r\n\r\n'), part]),
    Buffer.from(closed ? '\r\n--B--\r\n' : ''),
  ]);
const related = 'multipart/related; type="application/dicom"; boundary="B"';

test('WADO-RS: every part is stored as it comes and the list is ticked off', async (t) => {
  const body = multipart([asPart10(slice(1)), asPart10(slice(2))]);
  const dicomweb = await webService(t, { type: related, body });
  const { own, fetch } = await start(t, {}, { retrieve: 'WADO-RS', query: 'QIDO-RS', dicomweb });
  const { outcome, instances } = await fetch();
  assert.deepEqual([outcome, instances], [{ kind: 'done' }, [`${uid(1)} sent`, `${uid(2)} sent`]]);
  assert.equal((await own.archive.instances({ studyInstanceUid: study })).length, 2);
});

test('WADO-RS: a body that breaks off, garbage in a part, another type or an error status are failures in words, and what came stays', async (t) => {
  const attempt = async (answer: { type: string; body: Buffer; status?: number }) => {
    const dicomweb = await webService(t, answer);
    const { own, fetch } = await start(t, {}, { retrieve: 'WADO-RS', query: 'QIDO-RS', dicomweb });
    const { outcome } = await fetch();
    return [JSON.stringify(outcome), (await own.archive.instances({ studyInstanceUid: study })).length] as const;
  };
  const [broken, kept] = await attempt({
    type: related,
    body: multipart([asPart10(slice(1)), asPart10(slice(2))], false),
  });
  assert.match(broken, /again.*cannot be read/);
  assert.equal(kept, 1);
  const [garbage] = await attempt({ type: related, body: multipart([asPart10(slice(1)), Buffer.alloc(500, 7)]) });
  assert.match(garbage, /failed.*1 instance not received/);
  assert.match((await attempt({ type: 'text/html', body: Buffer.from('<html>') }))[0], /again.*not multipart/);
  assert.match((await attempt({ type: 'text/html', body: Buffer.from(''), status: 503 }))[0], /again.*HTTP status 503/);
});
