// Query/Retrieve with DCMTK on the other side, both ways.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataSet, readPart10 } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { memoryArchive } from '../../testing/archive.ts';
import { ctSlice, explicitVrLittleEndian } from '../../testing/instances.ts';
import { assertSays, freePort, type Running, run, start, temporaryFolder } from '../../testing/programs.ts';
import {
  connect,
  contextsFor,
  type ProposedContext,
  queryRetrieveSopClasses,
  type RetrieveProgress,
} from '../index.ts';

const slices = [1, 2, 3, 4, 5].map((number) => ctSlice(number));
const otherStudy = ctSlice(1, { study: 2 });
const studyUid = '1.2.826.0.1.3680043.8.498.1';

test('findscu finds studies, series and images, with the keys it asked for', async () => {
  await using acceptor = await testAcceptor(memoryArchive([...slices, otherStudy]).services);
  const find = (...keys: string[]) =>
    run('findscu', [
      '-v',
      '-S',
      '-aec',
      'CONCORD',
      '127.0.0.1',
      `${acceptor.port}`,
      ...keys.flatMap((key) => ['-k', key]),
    ]);
  const studies = await find('QueryRetrieveLevel=STUDY', 'StudyInstanceUID', 'PatientName');
  assert.equal(studies.code, 0, studies.output);
  assert.equal(studies.output.match(/PatientName/g)?.length, 3, 'one request and two matches');
  assertSays(studies.output, /Doe\^Jane2/);
  const images = await find(
    'QueryRetrieveLevel=IMAGE',
    `StudyInstanceUID=${studyUid}`,
    `SeriesInstanceUID=${studyUid}.1`,
    'SOPInstanceUID',
  );
  assert.equal(images.output.match(/Find Response: \d+ \(Pending\)/g)?.length, 5, images.output);
});

test('getscu gets every instance, byte for byte', async () => {
  using folder = temporaryFolder();
  await using acceptor = await testAcceptor(memoryArchive([...slices, otherStudy]).services);
  const { code, output } = await run('getscu', [
    '-v',
    '-S',
    '+B',
    '-od',
    folder.path,
    '-aec',
    'CONCORD',
    '127.0.0.1',
    `${acceptor.port}`,
    '-k',
    'QueryRetrieveLevel=STUDY',
    '-k',
    `StudyInstanceUID=${studyUid}`,
  ]);
  assert.equal(code, 0, output.slice(-2000));
  assertSays(output, /Number of Completed Suboperations\s*: 5|Completed Suboperations/);
  const received = readdirSync(folder.path).map((name) => readPart10(readFileSync(join(folder.path, name))).dataSet);
  assert.deepEqual(
    received.map((dataSet) => dataSet.string('SOPInstanceUID')).sort(),
    slices.map(({ sopInstanceUid }) => sopInstanceUid),
  );
  const pixels = received.find((dataSet) => dataSet.number('InstanceNumber') === 3)?.bytes('PixelData');
  assert.deepEqual(Buffer.from(pixels ?? []), Buffer.from(slices[2]?.dataSet.bytes('PixelData') ?? []));
});

test('movescu moves a study to storescp, with the counters of each step and the originator in each C-STORE', async () => {
  using folder = temporaryFolder();
  const port = await freePort();
  const destination = await start('storescp', ['-d', '-aet', 'DEST', '-od', folder.path, `${port}`], port);
  try {
    const archive = memoryArchive(slices, {
      DEST: { host: '127.0.0.1', port, calledAeTitle: 'DEST', callingAeTitle: 'CONCORD' },
    });
    await using acceptor = await testAcceptor(archive.services);
    const { code, output } = await run('movescu', [
      '-d',
      '-S',
      '-aet',
      'MOVER',
      '-aem',
      'DEST',
      '-aec',
      'CONCORD',
      '127.0.0.1',
      `${acceptor.port}`,
      '-k',
      'QueryRetrieveLevel=STUDY',
      '-k',
      `StudyInstanceUID=${studyUid}`,
    ]);
    assert.equal(code, 0, output.slice(-2000));
    assert.deepEqual(
      [...output.matchAll(/Remaining Suboperations\s*: (\w+)/g)].map(([, count]) => count),
      ['5', '4', '3', '2', '1', '0', 'none'],
    );
    assert.equal(readdirSync(folder.path).length, 5);
    assert.match(destination.output(), /Move Originator AE Title\s*: MOVER/);
  } finally {
    await destination.stop();
  }
});

test('movescu to a destination that is not known is answered A801 with its name', async () => {
  await using acceptor = await testAcceptor(memoryArchive(slices).services);
  const { output } = await run('movescu', [
    '-d',
    '-S',
    '-aem',
    'NOWHERE',
    '-aec',
    'CONCORD',
    '127.0.0.1',
    `${acceptor.port}`,
    '-k',
    'QueryRetrieveLevel=STUDY',
    '-k',
    `StudyInstanceUID=${studyUid}`,
  ]);
  assertSays(output, /0xa801: Refused: Move Destination unknown/);
});

test('movescu to a destination that is down is answered A702 with the UIDs that did not arrive', async () => {
  const port = await freePort();
  const archive = memoryArchive(slices, {
    DEST: { host: '127.0.0.1', port, calledAeTitle: 'DEST', callingAeTitle: 'CONCORD' },
  });
  await using acceptor = await testAcceptor(archive.services);
  const { output } = await run('movescu', [
    '-d',
    '-S',
    '-aem',
    'DEST',
    '-aec',
    'CONCORD',
    '127.0.0.1',
    `${acceptor.port}`,
    '-k',
    'QueryRetrieveLevel=STUDY',
    '-k',
    `StudyInstanceUID=${studyUid}`,
  ]);
  assertSays(output, /0xa702/);
  assertSays(output, /Failed Suboperations\s*: 5/);
});

async function withDcmqrscp(work: (port: number, ours: number) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  const [port, ours] = [await freePort(), await freePort()];
  const configuration = join(folder.path, 'dcmqrscp.cfg');
  writeFileSync(
    configuration,
    `NetworkTCPPort = ${port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n` +
      `HostTable BEGIN\nconcord = (CONCORD, 127.0.0.1, ${ours})\nHostTable END\nVendorTable BEGIN\nVendorTable END\n` +
      `AETable BEGIN\nQR ${folder.path} RW (200, 1024mb) ANY\nAETable END\n`,
  );
  const server: Running = await start('dcmqrscp', ['-c', configuration], port);
  try {
    await work(port, ours);
  } finally {
    await server.stop();
  }
}

const { studyRootFind, studyRootGet, studyRootMove } = queryRetrieveSopClasses;
const proposed: readonly ProposedContext[] = [
  ...[studyRootFind, studyRootGet, studyRootMove].map((abstractSyntax) => ({
    abstractSyntax,
    transferSyntaxes: [explicitVrLittleEndian],
  })),
  ...contextsFor(slices).map((context) => ({ ...context, roles: { scu: true, scp: true } })),
];

test('we store to dcmqrscp, find there, get back and move to ourselves', async () => {
  await withDcmqrscp(async (port, ours) => {
    const archive = memoryArchive();
    await using acceptor = await testAcceptor(archive.services, { port: ours });
    await using association = await connect(
      { host: '127.0.0.1', port, calledAeTitle: 'QR', callingAeTitle: 'CONCORD' },
      proposed,
    );
    for (const slice of slices) assert.deepEqual(await association.store(slice), { code: 0 });

    const keys = new DataSet();
    keys.set('QueryRetrieveLevel', 'STUDY');
    keys.set('StudyInstanceUID', null);
    const matches = await Array.fromAsync(association.find(studyRootFind, keys));
    assert.deepEqual(
      matches.map(({ status, identifier }) => [status.code, identifier?.string('StudyInstanceUID')]),
      [
        [0xff00, studyUid],
        [0, undefined],
      ],
    );

    keys.set('StudyInstanceUID', studyUid);
    const got: string[] = [];
    const onStore = async (request: { affectedSopInstanceUid: string }) => {
      got.push(request.affectedSopInstanceUid);
      return { code: 0 };
    };
    const progress = await Array.fromAsync(association.get(studyRootGet, keys, { onStore }));
    assert.deepEqual(last(progress), {
      status: { code: 0 },
      remaining: undefined,
      completed: 5,
      failed: 0,
      warning: 0,
      failedUids: [],
    });
    assert.deepEqual(
      got.sort(),
      slices.map(({ sopInstanceUid }) => sopInstanceUid),
    );

    assert.equal(last(await Array.fromAsync(association.move(studyRootMove, keys, 'CONCORD'))).completed, 5);
    assert.deepEqual(
      Buffer.from(archive.instances.get(`${studyUid}.1.3`)?.bytes ?? []),
      Buffer.from(slices[2]?.bytes ?? []),
    );
    assert.deepEqual((await acceptor.nextRecord()).counts, { 'C-STORE 0000H': 5 });
  });
});

test('leaving a C-FIND early sends C-CANCEL, and the association goes on', async () => {
  await withDcmqrscp(async (port) => {
    await using association = await connect(
      { host: '127.0.0.1', port, calledAeTitle: 'QR', callingAeTitle: 'CONCORD' },
      proposed,
    );
    for (let study = 1; study <= 20; study += 1) await association.store(ctSlice(1, { study }));
    const keys = new DataSet();
    keys.set('QueryRetrieveLevel', 'STUDY');
    keys.set('StudyInstanceUID', null);
    for await (const { status } of association.find(studyRootFind, keys)) {
      assert.equal(status.code, 0xff00);
      break;
    }
    assert.equal((await Array.fromAsync(association.find(studyRootFind, keys))).length, 21);
  });
});

const last = (progress: readonly RetrieveProgress[]): RetrieveProgress => {
  const final = progress.at(-1);
  assert.ok(final);
  return final;
};
