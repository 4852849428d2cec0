// The viewer's questions to other archives: the whole tree over one association, whatever the archive says in between.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DataSet } from '@concord/dicom';
import { keywordOf } from '@concord/dicom';
import { startAnsweringArchive } from '../../testing/answering-archive.ts';
import { startAsking } from '../../testing/asking-profile.ts';
import { dataSetOf, type Values } from '../../testing/data-sets.ts';
import { madeFile } from '../../testing/instances.ts';
import { run } from '../../testing/programs.ts';

const wholeTree = { depth: 'IMAGE' };
const uids = (above: string, count: number) => Array.from({ length: count }, (_, index) => `${above}.${index + 1}`);

/** Two studies of two series of three images; what more an answer says at each level. */
const tree =
  (more: Readonly<Record<string, Values>> = {}) =>
  (keys: DataSet): readonly DataSet[] => {
    const level = keys.string('QueryRetrieveLevel') ?? '';
    const [study = '', series = ''] = [keys.string('StudyInstanceUID'), keys.string('SeriesInstanceUID')];
    const found: Readonly<Record<string, readonly Values[]>> = {
      STUDY: uids('1.2', 2).map((uid) => ({ StudyInstanceUID: uid })),
      SERIES: uids(study, 2).map((uid) => ({ SeriesInstanceUID: uid })),
      IMAGE: uids(series, 3).map((uid) => ({ SOPInstanceUID: uid })),
    };
    return (found[level] ?? []).map((values) => dataSetOf({ ...values, ...more[level] }));
  };

type Event = Readonly<Record<string, string>>;
const seen = (events: readonly Event[]) =>
  ['match', 'below', 'branch'].map((kind) => events.filter((event) => event.kind === kind).length);

test('[VW-FIND-02] [VW-FIND-03] [VW-FIND-09] the whole tree of an archive that tells unique keys only: 1 + 2 + 4 questions over one association', async (t) => {
  const { archive, tap, search } = await startAsking(t, 'viewer', { find: tree() });
  const events = await search({ PatientName: '*' }, 'STUDY', wholeTree);
  const levels = archive.asked.map(({ keys }) => keys.string('QueryRetrieveLevel'));
  assert.deepEqual(levels, ['STUDY', 'SERIES', 'IMAGE', 'IMAGE', 'SERIES', 'IMAGE', 'IMAGE']);
  assert.equal(tap.requests.length, 1);
  assert.deepEqual(seen(events), [2, 4 + 12, 0]);
  const last = events.filter(({ level }) => level === 'IMAGE').at(-1);
  assert.deepEqual([last.study, last.series, last.uid], ['1.2.2', '1.2.2.2', '1.2.2.2.3']);
  assert.deepEqual([events.at(-1).state, archive.cancelled], ['done', 0]);
});

/** The viewer's table of keys. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  STUDY: [
    ...['PatientID', 'PatientName', 'PatientBirthDate', 'PatientSex', 'PatientBirthTime', 'OtherPatientIDs'],
    ...['OtherPatientNames', 'EthnicGroup', 'PatientComments', 'StudyID', 'StudyDescription', 'ModalitiesInStudy'],
    ...['StudyDate', 'StudyTime', 'ReferringPhysicianName', 'AccessionNumber', 'PhysiciansOfRecord'],
    ...['NameOfPhysiciansReadingStudy', 'AdmittingDiagnosesDescription', 'PatientAge', 'PatientSize', 'PatientWeight'],
    ...['Occupation', 'AdditionalPatientHistory', 'StudyInstanceUID'],
  ],
  SERIES: [
    ...['SeriesNumber', 'SeriesDescription', 'Modality', 'SeriesDate', 'SeriesTime', 'PerformingPhysicianName'],
    ...['ProtocolName', 'OperatorsName', 'Laterality', 'BodyPartExamined', 'Manufacturer', 'ManufacturerModelName'],
    ...['StationName', 'InstitutionName', 'InstitutionalDepartmentName', 'SeriesInstanceUID'],
  ],
  IMAGE: [
    ...['InstanceNumber', 'ImageComments', 'ContentDate', 'ContentTime', 'ImageType', 'AcquisitionNumber'],
    ...['AcquisitionDate', 'AcquisitionTime', 'AcquisitionDateTime', 'DerivationDescription', 'ContrastBolusAgent'],
    ...['QualityControlImage', 'BurnedInAnnotation', 'LossyImageCompression', 'LossyImageCompressionRatio'],
    ...['NumberOfFrames', 'SOPInstanceUID', 'SOPClassUID'],
  ],
};
const always = ['SpecificCharacterSet', 'QueryRetrieveLevel', 'RetrieveAETitle'];

test('[VW-FIND-05] identifiers have every key of their level, those above as single values, and nothing where nothing is wanted', async (t) => {
  const { archive, search } = await startAsking(t, 'viewer', { find: tree({ STUDY: { PatientID: 'P1' } }) });
  await search({ PatientName: 'DOE*' }, 'STUDY', wholeTree);
  const given: Readonly<Record<string, readonly string[]>> = {
    STUDY: ['QueryRetrieveLevel', 'PatientName'],
    SERIES: ['QueryRetrieveLevel', 'StudyInstanceUID'],
    IMAGE: ['QueryRetrieveLevel', 'StudyInstanceUID', 'SeriesInstanceUID'],
  };
  for (const { keys } of archive.asked) {
    const level = keys.string('QueryRetrieveLevel') ?? '';
    for (const keyword of [...(keysOf[level] ?? []), ...always]) assert.ok(keys.has(keyword), `${level} ${keyword}`);
    const filled = [...keys.elements()].map(({ tag }) => keywordOf(tag) ?? '').filter((name) => keys.string(name));
    assert.deepEqual(filled.sort(), [...(given[level] ?? [])].sort());
    assert.equal(keys.strings('StudyInstanceUID').length, level === 'STUDY' ? 0 : 1);
  }
});

test('[VW-FIND-07] every request names a character set or leaves it open, and answers are read in theirs', async (t) => {
  const names = { 'ISO_IR 144': 'Люкceмбypг', 'ISO 2022 IR 87': 'Yamada^Tarou=山田^太郎', 'ISO_IR 192': 'Wang^小東' };
  const { archive, search } = await startAsking(t, 'viewer', {
    find: () =>
      Object.entries(names).map(([set, PatientName], index) =>
        dataSetOf({
          SpecificCharacterSet: set === 'ISO 2022 IR 87' ? ['', set] : set,
          StudyInstanceUID: `1.2.${index}`,
          PatientName,
        }),
      ),
  });
  const events = await search({ PatientName: '*' });
  assert.ok(archive.asked.every(({ keys }) => keys.has('SpecificCharacterSet')));
  const shown = events.flatMap(({ match }) => {
    const [name] = match?.['00100010']?.Value ?? [];
    return name ? [[name.Alphabetic, name.Ideographic].filter(Boolean).join('=')] : [];
  });
  assert.deepEqual(shown, Object.values(names));
  await search({ PatientName: '山田*' });
  assert.equal(archive.asked.at(-1)?.keys.string('SpecificCharacterSet'), 'ISO_IR 192');
});

test('[VW-FIND-10] what an archive says of a key that it ignored is told as it is', async (t) => {
  const { search } = await startAsking(t, 'viewer', {
    find: () => [dataSetOf({ StudyInstanceUID: '1.2.1', PatientWeight: '80' })],
  });
  const events = await search({ PatientWeight: '70' });
  assert.deepEqual(events.find(({ kind }) => kind === 'match').match['00101030'].Value, [80]);
});

test('[VW-FIND-14] an error ends its own question only: every other branch is complete', async (t) => {
  let question = 0;
  const all = tree();
  const { search, tap } = await startAsking(t, 'viewer', {
    find: (keys) => {
      question += 1;
      if (question === 2) return [0xa700];
      return question === 4 ? [0xc001] : all(keys);
    },
  });
  const events = await search({ PatientName: '*' }, 'STUDY', wholeTree);
  // The first study is lost whole, of the second the first series.
  assert.deepEqual(seen(events), [2, 2 + 3, 2]);
  const broken = events.filter(({ kind }) => kind === 'branch');
  assert.deepEqual(
    broken.map(({ level, study, series }) => [level, study, series]),
    [
      ['SERIES', '1.2.1', undefined],
      ['IMAGE', '1.2.2', '1.2.2.1'],
    ],
  );
  assert.match(broken[0].detail, /A700/);
  assert.deepEqual([events.at(-1).state, tap.requests.length], ['done', 1]);
});

test('[VW-FIND-04] an archive that is down or hangs up is called once', async (t) => {
  let calls = 0;
  const rude = createServer((socket) => {
    calls += 1;
    socket.on('error', () => undefined);
    socket.end();
  }).listen(0, '127.0.0.1');
  await once(rude, 'listening');
  t.after(() => rude.close());
  const address = rude.address();
  assert.ok(address && typeof address === 'object');
  const peers = [{ aeTitle: 'REMOTE', host: '127.0.0.1', port: address.port }];
  const { search } = await startAsking(t, 'viewer', {}, { peers });
  const [, end] = await search({ PatientName: '*' }, 'STUDY', wholeTree);
  assert.deepEqual([end.state, end.matches, calls], ['failed', 0, 1]);
});

test('[VW-MOVE-05] what names another archive is fetched from that one, and from nobody where it is unknown', async (t) => {
  let named = 'ELSEWHERE';
  const other = await startAnsweringArchive(t, { aeTitle: 'ELSEWHERE', move: () => 0 });
  const asked = await startAnsweringArchive(t, {
    find: (keys) => tree({ STUDY: { PatientID: 'P1', RetrieveAETitle: named } })(keys),
    move: () => 0,
  });
  const peers = [asked, other].map(({ aeTitle, port }) => ({ aeTitle, host: '127.0.0.1', port }));
  const { retrieve } = await startAsking(t, 'viewer', {}, { peers });
  await retrieve({ studyInstanceUid: '1.2.1' });
  assert.deepEqual([asked.moved.length, other.moved.length], [0, 1]);
  named = 'NOBODY';
  const { state, detail } = await retrieve({ studyInstanceUid: '1.2.1' });
  assert.deepEqual([state, detail], ['failed', 'it is to be fetched from NOBODY, which is no peer']);
  assert.deepEqual([asked.moved.length, other.moved.length], [0, 1]);
});

test('[VW-MOVE-12] [VW-STP-09] while a retrieval hangs, and after it was given up, anybody stores', async (t) => {
  const moving = Promise.withResolvers<void>();
  const { server, call } = await startAsking(t, 'viewer', {
    find: tree({ STUDY: { PatientID: 'P1' } }),
    move: async () => {
      moving.resolve();
      return await new Promise<number>(() => undefined);
    },
  });
  const { body } = await call('POST', '/api/archives/REMOTE/retrieve', { studyInstanceUid: '1.2.1' });
  await moving.promise;
  const echo = () => run('echoscu', ...server.called('VIEWER'), '-aet', 'ANYBODY');
  assert.equal((await echo()).exitCode, 0);
  assert.equal((await call('POST', `/api/jobs/${body.jobId}/cancel`)).status, 200);
  const file = join(server.folder, 'one.dcm');
  writeFileSync(file, madeFile({ instance: '1.2.3.4' }));
  const stored = await run('storescu', ...server.called('VIEWER'), '-aet', 'ANYBODY', file);
  assert.equal(stored.exitCode, 0, stored.output);
  assert.equal((await call('GET', '/api/system')).body.statistics.instances, 1);
});
