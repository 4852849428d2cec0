// The profile query-retrieve-server: what STORAGE-SCP opens by itself, how fast it takes objects, and how long they stay.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { newUid } from '@concord/dicom';
import {
  bind,
  storageCommitmentSopClass as commitmentClass,
  commitmentReportOf,
  connect,
  listen,
  type NormalizedRequest,
  requestCommitment,
  service,
  storageCommitmentReports,
} from '@concord/network';
import { asPart10, ctSlice, encoded, implicitVrLittleEndian as implicit, inPieces } from '../../testing/data-sets.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { contextsOf, queryRetrieve, storeTitle } from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { failure, startScriptedS3 } from '../../testing/scripted-s3.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const ultrasoundLoop = '1.2.840.10008.5.1.4.1.1.3.1';
const study = '1.2.3.1';
const random = () => newUid(crypto.getRandomValues(new Uint8Array(16)));

/** A place for reports that counts with others how many associations are open at a time. */
async function startListener(t: { after(end: () => Promise<void>): void }, aeTitle: string, counts: Counts) {
  const declaration = service({
    ...storageCommitmentReports,
    operations: { 'N-EVENT-REPORT': { statuses: { 0x0000: 'noted' } } },
  });
  const bound = bind(declaration, {
    'N-EVENT-REPORT': async (request: NormalizedRequest, { association }) => {
      counts.reports.push(
        `${association.callingAeTitle} to ${aeTitle}: event ${request.eventTypeId}, ${commitmentReportOf(request)?.instances.length}`,
      );
      counts.most = Math.max(counts.most, counts.open().length);
      await pause(50);
      return { code: 0x0000 };
    },
  });
  const acceptor = await listen({
    ...{ host: '127.0.0.1', port: 0, applicationEntities: [{ aeTitle, services: [bound] }] },
    onAssociation: ({ contexts }) =>
      counts.proposed.push(...contexts.map(({ abstractSyntax }: { abstractSyntax: string }) => abstractSyntax)),
  });
  t.after(() => acceptor.close({ graceMs: 0 }));
  return acceptor;
}

interface Counts {
  readonly reports: string[];
  readonly proposed: string[];
  most: number;
  open: () => readonly unknown[];
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await pause(10))
    if (Date.now() > end) assert.fail('it did not come to that within 30 s');
}

/** Asks for commitment to one instance, and is gone when the answer is there. */
async function ask(server: ProfiledServer, callingAeTitle: string, sopInstanceUid: string): Promise<void> {
  const port = server.ports.get(storeTitle) ?? 0;
  const peer = { host: '127.0.0.1', port, calledAeTitle: storeTitle, callingAeTitle };
  await using association = await connect(peer, contextsOf(commitmentClass));
  const asked = { transactionUid: random(), instances: [{ sopClassUid: ct, sopInstanceUid }] };
  assert.equal((await requestCommitment(association, asked)).code, 0x0000);
}

const instance = (number: number) => {
  const sopInstanceUid = `${study}.1.${number}`;
  const open = () => inPieces(encoded(ctSlice({ SOPInstanceUID: sopInstanceUid }), implicit));
  return { sopClassUid: ct, sopInstanceUid, transferSyntaxUid: implicit, open };
};

test('[QR-STO-01] [QR-STO-03] STORAGE-SCP calls to report, in its own name, for nothing else, and one peer at a time', async (t) => {
  const counts: Counts = {
    reports: [],
    proposed: [],
    most: 0,
    open: () => acceptors.flatMap((each) => each.associations()),
  };
  const acceptors = [await startListener(t, 'CT1', counts), await startListener(t, 'CT2', counts)];
  const peers = acceptors.map(({ port }, index) => ({ aeTitle: `CT${index + 1}`, host: '127.0.0.1', port }));
  const server = await startProfile(t, queryRetrieve, { peers, commitmentReportsOver: 'new association' });
  await using association = await server.associate(storeTitle, contextsOf(ct, '1.2.840.10008.1.1'));
  assert.equal((await association.echo()).code, 0x0000);
  assert.equal((await association.store(instance(1))).code, 0x0000);
  for (let round = 0; round < 2; round += 1)
    await Promise.all(['CT1', 'CT2'].map((title) => ask(server, title, `${study}.1.1`)));
  await until(() => counts.reports.length >= 4);
  assert.deepEqual(counts.reports.toSorted(), [
    ...Array.from({ length: 2 }, () => 'EX_STORE_SCP to CT1: event 1, 1'),
    ...Array.from({ length: 2 }, () => 'EX_STORE_SCP to CT2: event 1, 1'),
  ]);
  assert.equal(counts.most, 1, 'associations for reports open at a time');
  await server.close();
  assert.deepEqual([...new Set(counts.proposed)], [commitmentClass]);
});

test('[QR-RCV-09] [QR-CMT-33] what this server had moved to itself is kept for a while, until somebody has it committed', async (t) => {
  const server = await startProfile(t, queryRetrieve);
  const temporary = async () => {
    const answer = await server.json(`/api/storage/studies/${study}`);
    return Object(answer).temporary;
  };
  await using association = await server.associate(storeTitle, contextsOf(ct));
  const store = async (number: number, aeTitle?: string) => {
    const moveOriginator = aeTitle === undefined ? undefined : { aeTitle, messageId: 7 };
    const { code } = await association.store(instance(number), { moveOriginator });
    assert.equal(code, 0x0000);
    return temporary();
  };
  assert.equal(await store(1), 0, 'sent by itself');
  assert.equal(await store(2, 'SOMEBODY'), 0, 'moved for somebody else');
  assert.equal(await store(3, 'EX_STORE_SCU'), 1);
  assert.equal(await store(4, 'EX_QUERY_SCP'), 2);
  assert.equal(await store(1, 'EX_STORE_SCU'), 2, 'what was to stay stays');
  await ask(server, 'CT1', `${study}.1.3`);
  assert.equal(await temporary(), 1, 'what is committed stays from then on');
});

/** An ultrasound loop of 1024 frames, 1 GiB, made as it is sent. */
async function* loop(sopInstanceUid: string): AsyncGenerator<Uint8Array> {
  const [frames, rows, columns] = [1024, 1024, 1024];
  const described = {
    NumberOfFrames: frames,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
  };
  const ids = { SOPClassUID: ultrasoundLoop, SOPInstanceUID: sopInstanceUid, Modality: 'US' };
  yield encoded(ctSlice({ ...ids, ...described, PixelData: undefined }), implicit);
  const pixelData = Buffer.from('e07f100000000000', 'hex');
  pixelData.writeUInt32LE(frames * rows * columns, 4);
  yield pixelData;
  const frame = new Uint8Array(rows * columns);
  for (let number = 0; number < frames; number += 1) yield frame;
}

test('[QR-STO-11] [QR-RCV-10] [QR-NET-10] 5000 small objects and one of 1 GiB over one association, faster than 6 MB/s', async (t) => {
  const server = await startProfile(t, queryRetrieve);
  await using association = await server.associate(storeTitle, contextsOf(ct, ultrasoundLoop));
  const small = encoded(ctSlice({ SOPInstanceUID: `${study}.10000` }), implicit);
  const place = Buffer.from(small).indexOf(`${study}.10000`) + study.length + 1;
  for (let number = 10_001; number <= 15_000; number += 1) {
    const bytes = Buffer.from(small);
    bytes.write(String(number), place, 'latin1');
    const stored = { ...instance(0), sopInstanceUid: `${study}.${number}`, open: () => inPieces(bytes) };
    assert.equal((await association.store(stored)).code, 0x0000);
  }
  const sopInstanceUid = `${study}.2.1`;
  const began = performance.now();
  const open = () => loop(sopInstanceUid);
  const large = { sopClassUid: ultrasoundLoop, sopInstanceUid, transferSyntaxUid: implicit, open };
  assert.equal((await association.store(large)).code, 0x0000);
  const seconds = (performance.now() - began) / 1000;
  assert.ok(2 ** 30 / seconds > 6_000_000, `${seconds} s for 1 GiB`);
  const { statistics } = JSON.parse(JSON.stringify(await server.json('/api/system')));
  assert.equal(statistics.instances, 5001);
  assert.ok(statistics.bytes > 2 ** 30);
});

test('[QR-RST-03] an image without what identifies or shows it is refused with A900, not indexed, and kept for diagnosis where that is on', async (t) => {
  const server = await startProfile(t, queryRetrieve, { refusedObjects: 'for a while' });
  const file = join(server.folder, 'image.dcm');
  const refused = () =>
    readdirSync(join(server.folder, 'data', 'refused')).filter((name) => name.endsWith('.dcm')).length;
  const send = () => run('storescu', '-v', '-xi', ...server.called(storeTitle), file);
  const erased = ['0020,000d', '0028,0004', '0028,0100', '0028,0101', '7fe0,0010'];
  for (const [index, tag] of erased.entries()) {
    writeFileSync(file, asPart10(ctSlice(), implicit));
    const { exitCode, output } = await run('dcmodify', '-nb', '-ea', `(${tag})`, file);
    assert.equal(exitCode, 0, output);
    assert.match((await send()).output, /0xa900|A900|DataSetDoesNotMatchSOPClass/i, tag);
    assert.equal(refused(), index + 1);
  }
  const { statistics } = JSON.parse(JSON.stringify(await server.json('/api/system')));
  assert.equal(statistics.instances, 0);
  writeFileSync(file, asPart10(ctSlice(), implicit));
  assert.match((await send()).output, /Success/);
  assert.equal(refused(), erased.length);
  assert.equal(
    server.entries.filter(({ level, line }) => level === 'warn' && /kept for diagnosis/.test(line)).length,
    5,
  );
});

test('[QR-CMT-03] what is in the database is committed, also while nothing can be written to the second store', async (t) => {
  const counts: Counts = { reports: [], proposed: [], most: 0, open: () => [] };
  const listener = await startListener(t, 'MODALITY', counts);
  const s3 = await startScriptedS3(t, {
    // It says whose it is, and takes nothing else.
    'PUT object': ({ url = '', headers }, response, body) => {
      if (!/concord-(archive|server)/.test(url)) return;
      const name = url.split('?')[0] ?? '';
      if (headers['if-none-match'] === '*' && s3.kept.has(name))
        return void failure(412, 'PreconditionFailed')(response);
      s3.kept.set(name, body);
      response.writeHead(200, { etag: '"x"' }).end();
    },
  });
  const data = join(await temporaryFolder(), 'data');
  const first = await startProfile(t, queryRetrieve, { data });
  const sent = async (server: ProfiledServer, number: number) => {
    await using association = await server.associate(storeTitle, contextsOf(ct));
    assert.equal((await association.store(instance(number))).code, 0x0000);
  };
  await sent(first, 1);
  await first.close();
  const server = await startProfile(t, queryRetrieve, {
    ...{ data, moveTo: 's3://concord/old', moveAfter: 0 },
    ...{ s3Endpoint: s3.endpoint, s3AccessKey: 'a', s3SecretKey: 'b' },
    peers: [{ aeTitle: 'MODALITY', host: '127.0.0.1', port: listener.port }],
    commitmentReportsOver: 'new association',
  });
  await until(() => s3.asked.includes('PUT object'));
  await sent(server, 2);
  for (const number of [1, 2]) {
    await ask(server, 'MODALITY', `${study}.1.${number}`);
    await until(() => counts.reports.length >= number);
  }
  assert.deepEqual(counts.reports, Array(2).fill('EX_STORE_SCP to MODALITY: event 1, 1'));
  assert.deepEqual(
    [...s3.kept.keys()].filter((name) => name.endsWith('.dcm')),
    [],
    'nothing was written there',
  );
});
