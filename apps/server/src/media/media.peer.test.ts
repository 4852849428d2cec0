// Media that DCMTK made, read by the server as the viewer: browsed, shown, imported and sent; and media that are not as they should be.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DataSet, readPart10, writeDataSet } from '@concord/dicom';
import { freePort, start } from '../../../../packages/network/testing/programs.ts';
import { asPart10 } from '../../testing/data-sets.ts';
import { jobClient } from '../../testing/job-client.ts';
import { makeDisc, mediaClient, slice } from '../../testing/media.ts';
import { type ProfiledServer, startProfile } from '../../testing/profile.ts';
import { run } from '../../testing/programs.ts';
import { startReceivingPeer } from '../../testing/receiving-peer.ts';

const folder = mkdtempSync(join(tmpdir(), 'concord-media-'));
const disc = join(folder, 'disc');
const received = join(folder, 'received');
const bytesOf = (...made: Parameters<typeof slice>) => asPart10(slice(...made));
const uid = (patient: number, instance: number) => `1.2.826.0.44.${patient}.1.${instance}`;

let server: ProfiledServer;
let client: ReturnType<typeof mediaClient>;
const ends: (() => unknown)[] = [];
/** What the peer SLOW waits for before it answers. */
const slow = Promise.withResolvers<void>();
before(async () => {
  mkdirSync(received);
  const files = [1, 2, 3].map((instance) => ({ name: `IM${instance}`, bytes: bytesOf(1, instance) }));
  const report = bytesOf(2, 2, (dataSet) => {
    dataSet.set('SOPClassUID', '1.2.840.10008.5.1.4.1.1.9.1.1');
    dataSet.set('Modality', 'ECG');
    dataSet.set('SeriesInstanceUID', '1.2.826.0.44.2.2');
    dataSet.set('ContentDate', '20260102');
    dataSet.set('ContentTime', '101112');
    dataSet.delete('Rows');
  });
  await makeDisc(disc, [...files, { name: 'IM4', bytes: bytesOf(2, 1) }, { name: 'ECG1', bytes: report }]);
  const port = await freePort();
  const storescp = await start('storescp', ['-od', received, '+uf', String(port)], port);
  ends.push(() => storescp.stop());
  const hooks = { after: (end: () => Promise<void>) => void ends.push(end) };
  const answer = () => slow.promise.then(() => undefined);
  const waiting = await startReceivingPeer(hooks, { aeTitle: 'SLOW', answer });
  server = await startProfile(hooks, 'viewer', {
    mediaFolders: [folder],
    mediaUpload: 1,
    peers: [
      { aeTitle: 'DEST', host: '127.0.0.1', port },
      { aeTitle: 'SLOW', host: '127.0.0.1', port: waiting.port },
    ],
  });
  client = mediaClient(server.httpPort);
});
after(async () => {
  for (const end of ends.reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

const sums = (of: string) =>
  readdirSync(of).map(
    (name) =>
      `${name} ${createHash('sha256')
        .update(readFileSync(join(of, name)))
        .digest('hex')}`,
  );
const arrived = () =>
  readdirSync(received)
    .map((name) => readPart10(readFileSync(join(received, name))).dataSet.string('SOPInstanceUID'))
    .sort();

test('[VW-MEDIA-01] [VW-MEDIA-03] [VW-STU-01] a disc of two patients is browsed, shown without import, sent from, and imported; it stays as it was', async () => {
  const untouched = sums(disc);
  const medium = await client.open(disc);
  const contents = await client.get(`/opened/${medium}`);
  assert.deepEqual([contents.from, contents.fileSetId, contents.instances], ['directory', 'TESTDISC', 5]);
  assert.deepEqual(
    contents.patients.map(({ name, patientId }: { name: string; patientId: string }) => [name, patientId]),
    [1, 2].map((number) => [`Media^Number${number}`, `M${number}`]),
  );
  const [first] = contents.patients[0].studies[0].series;
  const listed = await client.get(`/opened/${medium}/instances?item=${first.item}`);
  assert.deepEqual(
    listed.map(({ file }: { file: string }) => file),
    ['IM1', 'IM2', 'IM3'],
  );

  const shown = await client.act(medium, 'show', { items: [first.item] });
  assert.deepEqual([shown.state, shown.stored], ['done', 3]);
  assert.deepEqual(
    await client.instances('/shown/dicom-web'),
    [1, 2, 3].map((instance) => uid(1, instance)),
  );
  assert.deepEqual(await client.instances('/dicom-web'), []);
  const place = `/studies/1.2.826.0.44.1/series/1.2.826.0.44.1.1/instances/${uid(1, 1)}`;
  const frame = await fetch(`${client.origin}/shown/dicom-web${place}/frames/1`, {
    headers: { accept: 'application/octet-stream' },
  });
  assert.equal((await frame.arrayBuffer()).byteLength, 40);
  const post = await fetch(`${client.origin}/shown/dicom-web/studies`, {
    ...{ method: 'POST', body: 'x', headers: { 'content-type': 'application/dicom' } },
  });
  assert.equal(post.status, 405);

  const sent = await client.act(medium, 'send', { items: [listed[1].item, '1'], destination: 'DEST' });
  assert.deepEqual([sent.state, sent.detail], ['done', '']);
  assert.deepEqual(arrived(), [uid(1, 2), uid(2, 1), uid(2, 2)]);
  assert.deepEqual(await client.instances('/dicom-web'), []);

  const imported = await client.act(medium, 'import');
  assert.deepEqual([imported.state, imported.stored, imported.notes], ['done', 5, []]);
  assert.equal((await client.instances('/dicom-web')).length, 5);
  // From the list of studies, and the object that is looked at.
  const jobs = jobClient(server.httpPort);
  for (const selection of [{ studyInstanceUid: '1.2.826.0.44.2' }, { sopInstanceUid: uid(1, 3) }])
    assert.equal((await jobs.until(await jobs.send('DEST', selection), 'done', 'failed')).state, 'done');
  assert.deepEqual(arrived(), [uid(1, 2), uid(1, 3), ...[uid(2, 1), uid(2, 2)].flatMap((each) => [each, each])]);
  const again = await client.act(medium, 'import', { items: ['0'] });
  assert.deepEqual([again.stored, again.already], [0, 3]);
  assert.equal((await client.call('DELETE', `/opened/${medium}`)).status, 200);
  assert.deepEqual(await client.instances('/shown/dicom-web'), []);
  assert.deepEqual(sums(disc), untouched);
});

/** The medium, and what an import of all of it came to. */
async function imported(place: string) {
  const medium = await client.open(place);
  const action = await client.act(medium, 'import');
  const contents = await client.get(`/opened/${medium}`);
  await client.call('DELETE', `/opened/${medium}`);
  return { action, contents };
}

test('[VW-MEDIA-05] [VW-MEDIA-06] data sets without preamble and meta are read as they are guessed to be, and a JPEG file is decoded', async () => {
  const place = join(folder, 'bare');
  mkdirSync(place);
  for (const [at, option] of ['+ti', '+te', '+tb'].entries()) {
    const [whole, bare] = [join(folder, `whole${at}.dcm`), join(place, `bare${at}`)];
    writeFileSync(whole, bytesOf(3, at));
    const { exitCode, output } = await run('dcmconv', '-F', option, whole, bare);
    assert.equal(exitCode, 0, output);
  }
  writeFileSync(join(folder, 'whole3.dcm'), bytesOf(3, 3));
  const compressed = await run('dcmcjpeg', '+e1', join(folder, 'whole3.dcm'), join(place, 'jpeg'));
  assert.equal(compressed.exitCode, 0, compressed.output);
  const medium = await client.open(place);
  const shown = await client.act(medium, 'show');
  assert.deepEqual([shown.stored, shown.failed], [4, 0], JSON.stringify(shown.notes));
  const frames = await Promise.all(
    [0, 1, 2, 3].map(async (at) => {
      const place = `/studies/1.2.826.0.44.3/series/1.2.826.0.44.3.1/instances/${uid(3, at)}/frames/1`;
      const headers = { accept: 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1' };
      const response = await fetch(`${client.origin}/shown/dicom-web${place}`, { headers });
      return Buffer.from(await response.arrayBuffer()).toString('hex');
    }),
  );
  assert.equal(frames[0], Buffer.from(Uint16Array.from({ length: 20 }, (_, at) => at).buffer).toString('hex'));
  assert.deepEqual(new Set(frames).size, 1);
  await client.call('DELETE', `/opened/${medium}`);
});

test('[CS-V72-09] [CS-V72-11] a file of an invented class and records of no known type are passed over and told; the rest is imported', async () => {
  const place = join(folder, 'odd');
  const invented = bytesOf(4, 2, (dataSet) => dataSet.set('SOPClassUID', '1.2.826.0.44.99.1'));
  await makeDisc(place, [{ name: 'IM1', bytes: bytesOf(4, 1) }]);
  writeFileSync(join(place, 'IM2'), invented);
  writeFileSync(join(place, 'DICOMDIR'), withRecords(readFileSync(join(place, 'DICOMDIR'))));
  const { action, contents } = await imported(place);
  assert.deepEqual([action.state, action.stored, action.skipped, contents.from], ['done', 1, 1, 'directory']);
  assert.deepEqual(
    action.notes.map(({ file, kind }) => [file, kind]),
    [['IM2', 'skipped']],
  );
  assert.match(JSON.stringify(contents.findings), /private|not known/);
  assert.deepEqual(contents.passedOver, ['IM2', 'IM2']);

  rmSync(join(place, 'DICOMDIR'));
  const scanned = (await imported(place)).action;
  assert.deepEqual([scanned.already, scanned.skipped], [1, 1]);
  assert.match(scanned.notes[0]?.text ?? '', /1\.2\.826\.0\.44\.99\.1/);
});

/** Adds a PRIVATE record that names a file, and one of a type nobody knows, behind the patient. */
function withRecords(directory: Uint8Array): Uint8Array {
  const { dataSet, meta } = readPart10(directory);
  const records = [...dataSet.items('DirectoryRecordSequence')];
  const added = ['PRIVATE', 'SURPRISE'].map((type) => {
    const record = new DataSet();
    record.set('OffsetOfTheNextDirectoryRecord', 0);
    record.set('RecordInUseFlag', 0xffff);
    record.set('OffsetOfReferencedLowerLevelDirectoryEntity', 0);
    record.set('DirectoryRecordType', type);
    record.set('ReferencedFileID', 'IM2');
    return record;
  });
  // Their offsets are known once the file is written: the same length whatever the numbers.
  dataSet.set('DirectoryRecordSequence', [...records, ...added]);
  const write = () => writeFile(dataSet, meta);
  const offsets = readPart10(write())
    .dataSet.items('DirectoryRecordSequence')
    .map(({ offset }) => offset ?? 0);
  const [first, second] = offsets.slice(-2);
  records[0]?.set('OffsetOfTheNextDirectoryRecord', first ?? 0);
  added[0]?.set('OffsetOfTheNextDirectoryRecord', second ?? 0);
  dataSet.set('OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity', second ?? 0);
  dataSet.set('DirectoryRecordSequence', [...records, ...added]);
  return write();
}

function writeFile(dataSet: DataSet, meta: DataSet): Uint8Array {
  const explicit = '1.2.840.10008.1.2.1';
  const metaBytes = writeDataSet(meta, explicit);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), metaBytes, writeDataSet(dataSet, explicit)]);
}

test('files that are cut short, missing or not DICOM, and names that lead out of the medium, cost only themselves', async () => {
  const place = join(folder, 'broken');
  const files = [1, 2, 3].map((instance) => ({ name: `IM${instance}`, bytes: bytesOf(5, instance) }));
  await makeDisc(place, files);
  truncateSync(join(place, 'IM1'), (files[0]?.bytes.length ?? 0) - 20);
  rmSync(join(place, 'IM2'));
  const { action } = await imported(place);
  assert.deepEqual([action.state, action.stored, action.failed], ['done', 1, 2]);
  assert.deepEqual(action.notes.map(({ file }) => file).sort(), ['IM1', 'IM2']);

  // Outside of what the settings allow: asked for by name, by a way around, and by a link.
  symlinkSync('/etc', join(folder, 'link'));
  for (const path of ['/etc', join(folder, '..'), join(folder, 'link'), `${folder}/disc/../../..`])
    assert.equal((await client.call('POST', '/folders/open', { path })).status, 403, path);
  assert.equal((await client.call('POST', '/folders/open', { path: join(folder, 'nowhere') })).status, 404);
});

const zipScript = `
import sys, zipfile
kind, target = sys.argv[1:3]
if kind == 'large':
    zipfile.ZIP64_LIMIT = zipfile.ZIP_FILECOUNT_LIMIT = 1
with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED, allowZip64=True) as z:
    if kind == 'bomb':
        z.writestr('zeros', b'\\0' * 5_000_000)
    else:
        for name in ('DICOMDIR', 'IM1', 'IM2', 'IM3', 'IM4', 'ECG1'):
            z.write(sys.argv[3] + '/' + name, 'burnt/' + name)
        for name in ('../../escaped', '/etc/escaped', 'a/../../b', 'c\\\\d'):
            z.writestr(zipfile.ZipInfo(name), b'x')
`;

const zipOf = async (kind: string): Promise<Uint8Array<ArrayBuffer>> => {
  const [script, target] = [join(folder, 'zip.py'), join(folder, `${kind}.zip`)];
  writeFileSync(script, zipScript);
  const { exitCode, output } = await run('/usr/bin/python3', script, kind, target, disc);
  assert.equal(exitCode, 0, output);
  return Uint8Array.from(readFileSync(target));
};

test('[VW-MEDIA-02] a ZIP archive of the file-set, or its files as a disc names them, open like the folder; entries that lead out of it are left out and told', async () => {
  const upload = await client.upload();
  const added = await client.call('PUT', `/uploads/${upload}/zip`, await zipOf('disc'));
  assert.equal(added.status, 200, JSON.stringify(added.body));
  const medium = await client.openUpload(upload);
  const contents = await client.get(`/opened/${medium}`);
  assert.deepEqual([contents.from, contents.instances, contents.notes.length], ['directory', 5, 4]);
  assert.match(contents.notes.join(), /escaped.*escaped/);
  const action = await client.act(medium, 'import');
  assert.deepEqual([action.stored + action.already, action.failed], [5, 0]);
  await client.call('DELETE', `/opened/${medium}`);
  // With the records that archives of more than 4 GB have.
  const large = await client.upload();
  assert.equal((await client.call('PUT', `/uploads/${large}/zip`, await zipOf('large'))).status, 200);
  const wide = await client.openUpload(large);
  assert.deepEqual((await client.get(`/opened/${wide}`)).patients, contents.patients);
  await client.call('DELETE', `/opened/${wide}`);
  const named = await client.upload();
  for (const name of readdirSync(disc)) {
    const path = encodeURIComponent(`disc1/${name.toLowerCase()}.;1`);
    const put = await client.call(
      'PUT',
      `/uploads/${named}/file?path=${path}`,
      Uint8Array.from(readFileSync(join(disc, name))),
    );
    assert.equal(put.status, 200);
  }
  const asDisc = await client.openUpload(named);
  const sameContents = await client.get(`/opened/${asDisc}`);
  assert.deepEqual([sameContents.from, sameContents.patients], ['directory', contents.patients]);
  await client.call('DELETE', `/opened/${asDisc}`);
  assert.deepEqual(readdirSync(join(server.folder, 'data', 'media')), []);
});

test('an upload is refused where it is too large, packed or not, damaged, or its names are none', async () => {
  const upload = await client.upload();
  const put = (way: string, bytes: Uint8Array<ArrayBuffer>) => client.call('PUT', `/uploads/${upload}/${way}`, bytes);
  const bomb = await zipOf('bomb');
  assert.ok(bomb.length < 100_000);
  assert.equal((await put('zip', bomb)).status, 413);
  assert.equal((await put('file?path=A', new Uint8Array(1_000_001))).status, 413);
  assert.equal((await put('zip', bomb.slice(0, 3000))).status, 400);
  assert.equal((await put('zip', new Uint8Array(5))).status, 400);
  for (const path of ['../A', '/A', 'A//B', 'A/./B', 'C:/A', 'A%5CB', 'A%00', 'x/'.repeat(20)])
    assert.equal((await put(`file?path=${path}`, new Uint8Array(1))).status, 400, path);
  // What was refused takes no room.
  assert.equal((await put('file?path=A/B', new Uint8Array(900_000))).status, 200);
  assert.equal((await client.call('DELETE', `/uploads/${upload}`)).status, 200);
  assert.equal((await put('file?path=A', new Uint8Array(1))).status, 404);
});

test('[VW-MEDIA-07] the next action waits until the one before is over; one that waits can be taken back, and a busy medium not closed', async () => {
  const place = join(folder, 'many');
  mkdirSync(place);
  for (let instance = 1; instance <= 5; instance += 1) writeFileSync(join(place, `I${instance}`), bytesOf(6, instance));
  const medium = await client.open(place);
  const start = (kind: string, destination?: string) =>
    client.call('POST', `/opened/${medium}/actions`, { kind, ...(destination && { destination }) });
  // The first cannot end before the peer answers.
  const [first, second, third] = [await start('send', 'SLOW'), await start('show'), await start('import')];
  const cancelled = await client.call('POST', `/actions/${third.body.action}/cancel`);
  assert.equal(cancelled.body.state, 'cancelled');
  assert.equal((await client.call('DELETE', `/opened/${medium}`)).status, 409);
  assert.equal((await client.get(`/actions/${second.body.action}`)).state, 'waiting');
  slow.resolve();
  const [one, two] = [await client.ended(first), await client.ended(second)];
  assert.deepEqual([one.state, one.detail, two.state, two.stored], ['done', '', 'done', 5]);
  assert.ok(two.startedAt >= one.endedAt, `${two.startedAt} before ${one.endedAt}`);
  assert.equal((await client.call('POST', `/actions/${third.body.action}/cancel`)).status, 409);
  assert.equal((await client.call('DELETE', `/opened/${medium}`)).status, 200);
});

test('[RV-SEND-01] what is imported is sent on where a destination is named; a medium taken out meanwhile is told file by file', async () => {
  const place = join(folder, 'onward');
  await makeDisc(
    place,
    [1, 2].map((instance) => ({ name: `IM${instance}`, bytes: bytesOf(7, instance) })),
  );
  const medium = await client.open(place);
  const action = await client.act(medium, 'import', { destination: 'DEST' });
  assert.notEqual(action.job, '', action.detail);
  await jobClient(server.httpPort).until(action.job, 'done');
  assert.deepEqual(
    arrived().filter((each) => each?.startsWith('1.2.826.0.44.7.')),
    [uid(7, 1), uid(7, 2)],
  );
  const nobody = await client.call('POST', `/opened/${medium}/actions`, { kind: 'send', destination: 'NOBODY' });
  assert.equal(nobody.status, 404);
  rmSync(place, { recursive: true });
  const gone = await client.act(medium, 'show');
  assert.deepEqual([gone.state, gone.failed, gone.stored], ['done', 2, 0]);
});

test('[VW-CHAR-02] a name in Japanese, Korean or Greek reads the same in the DICOMDIR, after C-STORE, and when it is asked for', async () => {
  const names = [
    [['', 'ISO 2022 IR 87'], 'Yamada^Tarou=\u5c71\u7530^\u592a\u90ce=\u3084\u307e\u3060^\u305f\u308d\u3046'],
    [['', 'ISO 2022 IR 149'], 'Hong^Gildong=\u6d2a^\u5409\u6d1e=\ud64d^\uae38\ub3d9'],
    [['ISO_IR 126'], '\u0394\u03b9\u03bf\u03bd\u03c5\u03c3\u03b9\u03bf\u03c2'],
  ] as const;
  const files = names.map(([characterSet, name], at) => ({
    name: `IM${at}`,
    bytes: bytesOf(10 + at, 1, (dataSet) => {
      dataSet.set('SpecificCharacterSet', [...characterSet]);
      dataSet.set('PatientName', name);
    }),
  }));
  const place = join(folder, 'names');
  await makeDisc(place, files);
  const medium = await client.open(place);
  const listed = (await client.get(`/opened/${medium}`)).patients.map(({ name }: { name: string }) => name);
  const paths = files.map(({ name }) => join(place, name));
  const { exitCode, output } = await run('storescu', ...server.called('VIEWER'), ...paths);
  assert.equal(exitCode, 0, output);
  const asked = await Promise.all(
    names.map(async (_, at) => {
      const query = `StudyInstanceUID=1.2.826.0.44.${10 + at}&includefield=PatientName`;
      const [study] = await (await fetch(`${client.origin}/dicom-web/studies?${query}`)).json();
      const { Alphabetic = '', Ideographic = '', Phonetic = '' } = study['00100010'].Value[0];
      return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/u, '');
    }),
  );
  const wanted = names.map(([, name]) => name);
  assert.deepEqual(listed, wanted);
  assert.deepEqual(asked, wanted);
  await client.call('DELETE', `/opened/${medium}`);
});

test('[VW-MEDIA-08] the statement claims the two General Purpose profiles to be read, standard and without any addition', async () => {
  const { media, overview } = Object(await server.json('/conformance?format=json'));
  const [entity] = media.entities;
  assert.deepEqual(
    entity.profiles.map(({ name, type, roles }: { name: string; type: string; roles: string[] }) => [
      name,
      type,
      roles,
    ]),
    ['STD-GEN-CD', 'STD-GEN-DVD-RAM'].map((name) => [name, 'standard', ['FSR']]),
  );
  for (const profile of entity.profiles) assert.equal(profile.augmentations, undefined);
  for (const { write, read } of overview.mediaServices) assert.deepEqual([write, read], ['No', 'Yes']);
});
