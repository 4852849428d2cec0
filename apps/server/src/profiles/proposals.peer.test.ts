// What each profile proposes when it sends, searches and fetches, and in which transfer syntax objects then go out.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { startDestination } from '../../testing/answering-destination.ts';
import { madeFile } from '../../testing/instances.ts';
import { jobClient, storeOverWeb } from '../../testing/job-client.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { contextsOf, identifier, models, queryRetrieve, queryTitle } from '../../testing/profiled-archive.ts';
import { run } from '../../testing/programs.ts';
import { proposedContexts } from '../../testing/proposed-contexts.ts';
import {
  clinicArchiveStorage,
  reviewerStorage,
  veterinaryViewerStorage,
  viewerStorage,
} from '../settings/profiles/storage-classes.ts';
import type { Configuration } from '../settings/settings.ts';

const [implicit, explicit, big, lossless] = [
  'LittleEndianImplicit',
  'LittleEndianExplicit',
  'BigEndianExplicit',
  'JPEGLossless:Non-hierarchical-1stOrderPrediction',
];
const jpeg = 'JPEGBaseline';
const study = '1.2.826.0.1.9';
const [us, usRetired, usMulti, usMultiRetired, cr, ct, mr, sc, nm] = [
  '6.1',
  '6',
  '3.1',
  '3',
  '1',
  '2',
  '4',
  '7',
  '5',
].map((end) => `1.2.840.10008.5.1.4.1.1.${end}`);

/** One object of each class, all of one study. */
const filesOf = (sopClasses: readonly (string | undefined)[], transferSyntaxUid = '1.2.840.10008.1.2.1') =>
  sopClasses.map((sopClassUid = '', index) =>
    madeFile({
      instance: `${study}.${index + 1}`,
      study,
      series: `${study}.0`,
      transferSyntaxUid,
      change: (dataSet) => dataSet.set('SOPClassUID', sopClassUid),
    }),
  );

/** storescp, which says what it was asked for and keeps what it got. */
async function startReceiver(t: TestContext, ...args: readonly string[]) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'concord-received-'));
  const storescp = await start('storescp', ['-d', '+B', '-od', folder, ...args, String(port)], port);
  t.after(async () => {
    await storescp.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    peers: [{ aeTitle: 'DEST', host: '127.0.0.1', port }],
    received: () => readdirSync(folder).map((name) => join(folder, name)),
    output: storescp.output,
    associations: () => proposedContexts(storescp.output()).filter((contexts) => contexts.length > 0),
  };
}

/** A server of the profile with objects in it. */
async function startWith(
  t: TestContext,
  profile: string,
  files: readonly Uint8Array<ArrayBuffer>[],
  changes: Partial<Configuration>,
) {
  const server = await startProfile(t, profile, { sendAttempts: 1, ...changes });
  const jobs = jobClient(server.httpPort);
  await storeOverWeb(jobs.origin, files);
  const send = async () => jobs.until(await jobs.send('DEST', { studyInstanceUid: study }), 'done', 'failed');
  return { server, jobs, send };
}

const shown = (contexts: ReturnType<typeof proposedContexts>[number] = []) =>
  contexts.map(({ abstractSyntax, transferSyntaxes }) => `${abstractSyntax} ${transferSyntaxes.join(' ')}`);

async function moveStudy(server: ProfiledServer) {
  await using association = await server.associate(queryTitle, contextsOf(models.studyMove));
  const keys = identifier('STUDY', { StudyInstanceUID: study });
  return (await Array.fromAsync(association.move(models.studyMove, keys, 'DEST'))).at(-1);
}

const p1 = [
  ...[
    'UltrasoundImageStorage',
    'RETIRED_UltrasoundImageStorage',
    'UltrasoundMultiframeImageStorage',
    'RETIRED_UltrasoundMultiframeImageStorage',
    'SecondaryCaptureImageStorage',
  ].flatMap((name) => [implicit, explicit, jpeg].map((syntax) => `${name} ${syntax}`)),
  ...['ComputedRadiographyImageStorage', 'CTImageStorage', 'MRImageStorage'].flatMap((name) =>
    [implicit, explicit].map((syntax) => `${name} ${syntax}`),
  ),
].sort();

test('[QR-SPC-01] [QR-SPC-05] [QR-SPC-02] the archive proposes its table, one syntax in each context, no JPEG for CR, CT, MR', async (t) => {
  const dest = await startReceiver(t);
  const files = filesOf([us, usRetired, usMulti, usMultiRetired, cr, ct, mr, sc]);
  const { server, jobs } = await startWith(t, queryRetrieve, files, { peers: dest.peers });
  const last = await moveStudy(server);
  assert.deepEqual([last?.status.code, last?.completed], [0, 8]);
  const [contexts] = dest.associations();
  assert.deepEqual(shown(contexts).sort(), p1);
  assert.deepEqual(new Set(contexts?.map(({ role }) => role)), new Set(['Default']));
  await jobs.call('POST', '/api/peers/DEST/echo');
  assert.deepEqual(shown(dest.associations()[1]), [`VerificationSOPClass ${implicit}`]);
});

test('[QR-SPC-03] one context for each class with all its syntaxes, where the settings say so', async (t) => {
  const dest = await startReceiver(t);
  const changes = { peers: dest.peers, proposalArrangement: 'all in one' } as const;
  const { server } = await startWith(t, queryRetrieve, filesOf([us, ct]), changes);
  assert.equal((await moveStudy(server))?.completed, 2);
  assert.deepEqual(shown(dest.associations()[0]).sort(), [
    `CTImageStorage ${implicit} ${explicit}`,
    `UltrasoundImageStorage ${implicit} ${explicit} ${jpeg}`,
  ]);
});

test('[QR-SPC-04] the table can be made smaller and larger; what it does not have fails with A702', async (t) => {
  const dest = await startReceiver(t);
  const files = filesOf([us, nm]);
  const shipped = await startWith(t, queryRetrieve, files, { peers: dest.peers });
  const last = await moveStudy(shipped.server);
  assert.equal(last?.status.code, 0xa702);
  assert.deepEqual(last?.failedUids, [`${study}.2`]);
  assert.doesNotMatch(JSON.stringify(dest.associations()), /NuclearMedicine/);
  const transferSyntaxes = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'];
  const proposes = [{ service: 'storage', sopClasses: [us ?? '', nm ?? ''], transferSyntaxes }] as const;
  const other = await startWith(t, queryRetrieve, files, { peers: dest.peers, proposes });
  assert.equal((await moveStudy(other.server))?.completed, 2);
  assert.deepEqual(shown(dest.associations()[1]).sort(), [
    `RETIRED_NuclearMedicineImageStorage ${explicit}`,
    `RETIRED_NuclearMedicineImageStorage ${implicit}`,
    `UltrasoundImageStorage ${explicit}`,
    `UltrasoundImageStorage ${implicit}`,
  ]);
});

test('[IC-SEND-01] the veterinary viewer sends 65 classes over one association: a context each, Implicit VR Little Endian alone', async (t) => {
  const dest = await startReceiver(t, '+xi', '-pm');
  const { send } = await startWith(t, 'impromed-client', filesOf(veterinaryViewerStorage), { peers: dest.peers });
  const job = await send();
  assert.deepEqual([job.state, job.sent], ['done', 65], job.detail);
  const [contexts = [], ...more] = dest.associations();
  assert.deepEqual([contexts.length, more.length, dest.received().length], [65, 0, 65]);
  assert.deepEqual(new Set(contexts.map(({ transferSyntaxes }) => transferSyntaxes.join())), new Set([implicit]));
  assert.deepEqual(new Set(contexts.map(({ role }) => role)), new Set(['Default']));
});

test('[ES-SCU-02] [ES-SCU-06] the clinic archive proposes lossless JPEG apart from the uncompressed syntaxes', async (t) => {
  const dest = await startReceiver(t);
  const { send } = await startWith(t, 'echoes-server', filesOf([ct, mr]), { peers: dest.peers });
  assert.equal((await send()).state, 'done');
  const [contexts] = dest.associations();
  const uncompressed = [explicit, implicit, big].join(' ');
  assert.deepEqual(
    shown(contexts).sort(),
    ['CTImageStorage', 'MRImageStorage'].flatMap((name) => [`${name} ${lossless}`, `${name} ${uncompressed}`]).sort(),
  );
  assert.deepEqual(new Set(contexts?.map(({ role }) => role)), new Set(['Default']));
  assert.match(dest.output(), /Requested Extended Negotiation: +none/);
  const compressing = await startReceiver(t, '+xs');
  const other = await startWith(t, 'echoes-server', filesOf([ct]), { peers: compressing.peers });
  assert.equal((await other.send()).state, 'done');
  assert.equal(compressing.received().length, 1);
});

test('[ES-SCU-01] all classes are sent; with the list of the 63, the others are marked as not sent from here', async (t) => {
  const dest = await startReceiver(t, '-pm', '+xa');
  const files = filesOf(clinicArchiveStorage);
  const { send } = await startWith(t, 'echoes-server', files, { peers: dest.peers });
  const all = await send();
  assert.deepEqual([all.state, all.sent], ['done', 84], all.detail);
  const proposes = [
    { service: 'storage', sopClasses: clinicSending, transferSyntaxes: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'] },
  ] as const;
  const strict = await startWith(t, 'echoes-server', files, { peers: dest.peers, proposes });
  const job = await strict.send();
  assert.deepEqual([job.state, job.sent, job.failed], ['failed', 63, 21]);
  assert.match(job.detail, /is not sent from here/);
});

/** Of what the clinic archive takes, what it is said to send. */
const notSent = new Set(
  [
    ...['1.27', '1.29', '1.30', '4.1.1.10', '4.1.1.11', '4.1.1.8', '4.1.1.9', '4.1.1.12.3', '4.1.1.3', '4.1.1.6'],
    ...['4.1.1.5', '4.1.1.77.1', '4.1.1.77.2', '4.1.1.77.1.1.1', '4.1.1.77.1.2.1', '4.1.1.77.1.4.1'],
    ...['4.1.1.88.1', '4.1.1.88.2', '4.1.1.88.3', '4.1.1.88.4', '4.1.1.9.1'],
  ].map((end) => `1.2.840.10008.5.1.${end}`),
);
const clinicSending = clinicArchiveStorage.filter((uid) => !notSent.has(uid));

test('[RV-SEND-02] [RV-SEND-03] the reviewer proposes what a job needs: each stored compressed syntax alone, the uncompressed together', async (t) => {
  const dest = await startReceiver(t, '+xa');
  const plain = filesOf([ct, mr, cr, sc]);
  const { server, jobs, send } = await startWith(t, 'reviewer', plain, { peers: dest.peers });
  await compressedInto(server, jobs.origin, ['dcmcjpeg', '+e1'], 'ct.dcm', 101);
  await compressedInto(server, jobs.origin, ['dcmcjpls'], 'ls.dcm', 102);
  const job = await send();
  assert.deepEqual([job.state, job.sent], ['done', 6], job.detail);
  const [contexts] = dest.associations();
  const uncompressed = [explicit, implicit, big].join(' ');
  assert.deepEqual(
    shown(contexts).sort(),
    [
      ...['CTImageStorage', 'MRImageStorage', 'ComputedRadiographyImageStorage', 'SecondaryCaptureImageStorage'].map(
        (name) => `${name} ${uncompressed}`,
      ),
      `CTImageStorage ${lossless}`,
      'CTImageStorage JPEGLSLossless',
    ].sort(),
  );
  const every = await startReceiver(t, '-pm', '+xa');
  const sendable = reviewerStorage.filter((uid) => !/\.(481\.\d|129)$/.test(uid));
  assert.equal(sendable.length, 58);
  const wide = await startWith(t, 'reviewer', filesOf(sendable), { peers: every.peers });
  assert.equal((await wide.send()).sent, 58);
});

/** A CT object compressed by a program of DCMTK, stored over the web. */
async function compressedInto(
  { folder }: ProfiledServer,
  origin: string,
  [program = '', ...args]: readonly string[],
  name: string,
  instance: number,
) {
  const [from, to] = [join(folder, `plain-${name}`), join(folder, name)];
  writeFileSync(
    from,
    madeFile({ instance: `${study}.${instance}`, study, series: `${study}.0`, rows: 16, columns: 16 }),
  );
  const { exitCode, output } = await run(program, ...args, from, to);
  assert.equal(exitCode, 0, output);
  await storeOverWeb(origin, [Uint8Array.from(readFileSync(to))]);
}

test('[VW-GEN-08] [VW-STU-05] the viewer stores and sends 60 classes', async (t) => {
  const dest = await startReceiver(t, '-pm', '+xa');
  const { server, send } = await startWith(t, 'viewer', [], { peers: dest.peers });
  const paths = filesOf(viewerStorage).map((bytes, index) => {
    const path = join(server.folder, `class${index}.dcm`);
    writeFileSync(path, bytes);
    return path;
  });
  const stored = await run('storescu', '-v', '-R', ...server.called('VIEWER'), ...paths);
  assert.deepEqual(
    [stored.exitCode, stored.output.match(/Store Response \(Success\)/g)?.length],
    [0, 60],
    stored.output,
  );
  const job = await send();
  assert.deepEqual([job.state, job.sent, dest.received().length], ['done', 60, 60], job.detail);
});

/** Association profile of storescp. */
const bigEndianAlone = `[[TransferSyntaxes]]
[Big]
TransferSyntax1 = BigEndianExplicit
[[PresentationContexts]]
[CT]
PresentationContext1 = CTImageStorage\\Big
[[Profiles]]
[Alone]
PresentationContexts = CT
`;

test('[VW-ASSOC-14] [VW-STU-06] [VW-ASSOC-13] four contexts for a class; the first explicit syntax that the peer takes is sent, whatever is kept', async (t) => {
  const configured = join(mkdtempSync(join(tmpdir(), 'concord-storescp-')), 'storescp.cfg');
  writeFileSync(configured, bigEndianAlone);
  t.after(() => rmSync(dirname(configured), { recursive: true }));
  for (const [args, sentIn] of [
    [['+xa'], '1.2.840.10008.1.2.1'],
    [['+xi'], '1.2.840.10008.1.2'],
    [['-xf', configured, 'Alone'], '1.2.840.10008.1.2.2'],
  ] as const) {
    const dest = await startReceiver(t, ...args);
    const kept = filesOf([ct], '1.2.840.10008.1.2');
    const { send } = await startWith(t, 'viewer', kept, { peers: dest.peers });
    assert.equal((await send()).state, 'done');
    assert.deepEqual(
      shown(dest.associations()[0]),
      [explicit, big, implicit, [explicit, big, implicit].join(' ')].map((syntaxes) => `CTImageStorage ${syntaxes}`),
    );
    const [file = ''] = dest.received();
    assert.equal(readPart10(readFileSync(file)).transferSyntaxUid, sentIn);
    const converted = `${file}.explicit`;
    assert.equal((await run('dcmconv', '+te', file, converted)).exitCode, 0);
    const [sent, before] = [
      readPart10(readFileSync(converted)).dataSet,
      readPart10(kept[0] ?? new Uint8Array()).dataSet,
    ];
    assert.deepEqual(Buffer.from(sent.bytes('PixelData') ?? []), Buffer.from(before.bytes('PixelData') ?? []));
    assert.equal(sent.string('PatientName'), before.string('PatientName'));
  }
});

test('[RV-SEND-05] what the peer does not take fails alone, with its reason', async (t) => {
  const dest = await startDestination(t, () => 0, [ct ?? '']);
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port: dest.port }];
  const { send, jobs } = await startWith(t, 'reviewer', filesOf([mr, ct, cr]), { peers });
  const job = await send();
  assert.deepEqual([job.state, job.sent, job.failed, dest.asked], ['failed', 1, 2, [`${study}.2`]]);
  const { body } = await jobs.call('GET', `/api/jobs/${job.jobId}/instances`);
  const failed = body.filter((each: { state: string }) => each.state === 'failed');
  assert.equal(failed.length, 2, JSON.stringify(body));
  for (const { detail } of failed) assert.match(detail, /abstract syntax/i);
});

test('[ES-SCU-04] a title goes to the address that the settings have for it; an unknown one is refused in words', async (t) => {
  const dest = await startReceiver(t);
  const { jobs, send } = await startWith(t, 'echoes-server', filesOf([ct]), { peers: dest.peers });
  assert.equal((await send()).state, 'done');
  const selection = { studyInstanceUid: study };
  const { status, body } = await jobs.call('POST', '/api/jobs', { destination: 'NOBODY', selection });
  assert.equal(status, 404);
  assert.match(JSON.stringify(body), /NOBODY/);
  const moved = await startReceiver(t);
  const other = await startWith(t, 'echoes-server', filesOf([ct]), { peers: moved.peers });
  assert.equal((await other.send()).state, 'done');
  assert.deepEqual([dest.received().length, moved.received().length], [1, 1]);
});
