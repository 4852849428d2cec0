// What is planned and written: names, records, keys, File Meta Information; and that what goes wrong leaves nothing behind.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DataSet, readPart10 } from '@concord/dicom';
import { ct, instance, mr, options, part10, planOf, read, sourceOf, temporaryFolder } from '../testing/file-sets.ts';
import { instancesOf } from './file-set.ts';
import { folderMedium } from './folder.ts';
import { isFileId } from './medium.ts';
import { readFileSet } from './open-file-set.ts';
import { planFileSet } from './plan-file-set.ts';
import { verifyFileSet } from './verify-file-set.ts';
import { writeFileSet } from './write-file-set.ts';

/** The records of a plan by their type. */
const recordsOf = (directory: Uint8Array): Map<string, DataSet[]> =>
  Map.groupBy(
    readPart10(directory).dataSet.items('DirectoryRecordSequence'),
    (record) => record.string('DirectoryRecordType') ?? '',
  );

test('[RV-DIR-06] File IDs are legal, without a name of a patient, and the same whatever the order of the instances', async () => {
  const dataSets = ['3', '1', '2'].map((number, index) =>
    instance(index === 1 ? mr : ct, index + 1, { PatientID: 'DOE', PatientName: 'DOE^JANE', InstanceNumber: number }),
  );
  const plans = [await planOf(dataSets), await planOf(dataSets.toReversed())];
  const [one, other] = plans.map(({ files }) =>
    files.map(({ fileId, sopInstanceUid }) => [fileId.join('/'), sopInstanceUid]),
  );
  assert.deepEqual(one, other);
  for (const { fileId } of plans[0]?.files ?? []) {
    assert.ok(isFileId(fileId) && fileId.length <= 8, fileId.join());
    assert.doesNotMatch(fileId.join('/'), /DOE|JANE/);
  }
  assert.deepEqual(plans[0]?.directory, plans[1]?.directory);
});

test('[RV-DIR-04] one record for each patient, study and series; every file is named by one record', async (context) => {
  const again = instance(ct, 4, { PatientID: 'P1', SeriesInstanceUID: instance(ct, 1).string('SeriesInstanceUID') });
  const sets = [
    ...[1, 2].map((number) => instance(ct, number, { PatientID: 'P1' })),
    again,
    instance(mr, 3, { PatientID: 'P2', StudyInstanceUID: '1.2.3.4' }),
  ];
  const plan = await planOf(sets);
  const records = recordsOf(plan.directory);
  assert.deepEqual(
    ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'].map((type) => records.get(type)?.length),
    [2, 2, 3, 4],
  );
  const folder = join(temporaryFolder(context), 'set');
  await writeFileSet(plan, folder);
  const medium = await folderMedium(folder);
  const fileSet = await readFileSet(medium);
  assert.deepEqual(fileSet.findings, []);
  assert.deepEqual(fileSet.unreferenced, []);
  assert.deepEqual(
    [...instancesOf(fileSet)].map(({ path }) => path).sort(),
    medium.paths.filter((path) => path !== 'DICOMDIR'),
  );
});

test('[RV-DIR-05] keys that must have a value and have none are supplied in the directory, told, and never in the instance', async (context) => {
  const bare = {
    PatientID: undefined,
    StudyDate: undefined,
    StudyTime: undefined,
    StudyID: null,
    SeriesNumber: null,
    InstanceNumber: undefined,
  };
  const dataSet = instance(ct, 1, { ...bare, AcquisitionDate: '20200202' });
  const study = { StudyInstanceUID: '1.2.9', StudyDate: '20200101', StudyTime: '10', StudyID: 'S' };
  const complete = { PatientID: 'UNKNOWN_1', ...study, SeriesNumber: '5', InstanceNumber: '7' };
  const plan = await planOf([dataSet, instance(mr, 2, complete)]);
  assert.ok(plan.supplied.every(({ place }) => place.includes('PA000001')));
  const supplied = new Map(plan.supplied.map(({ keyword, value }) => [keyword, value]));
  assert.equal(supplied.get('PatientID'), 'UNKNOWN_1000001', "the ID is nobody else's");
  assert.deepEqual(
    ['StudyDate', 'StudyTime', 'StudyID', 'SeriesNumber', 'InstanceNumber'].map((keyword) => supplied.get(keyword)),
    ['20200202', '101500', '1', '1', '1'],
  );
  const records = recordsOf(plan.directory);
  assert.equal(records.get('STUDY')?.[0]?.string('StudyID'), '1');
  const folder = join(temporaryFolder(context), 'set');
  await writeFileSet(plan, folder);
  const file = plan.files.find(({ sopInstanceUid }) => sopInstanceUid === dataSet.string('SOPInstanceUID'));
  const own = readPart10(read(folder, file?.fileId.join('/') ?? '')).dataSet;
  assert.deepEqual([own.has('PatientID'), own.string('StudyID'), own.has('StudyDate')], [false, undefined, false]);
});

describe('keys', () => {
  test('[RV-DIR-07] those of both tables of PS3.11 are copied, from the shared functional groups too', async () => {
    const reference = new DataSet();
    reference.set('ReferencedSOPClassUID', ct);
    reference.set('ReferencedSOPInstanceUID', '1.2.3.4');
    const place = new DataSet();
    place.set('ImagePositionPatient', '1\\2\\3');
    const shared = new DataSet();
    shared.set('PlanePositionSequence', [place]);
    const values = {
      ...{
        PatientID: 'P1',
        PatientBirthDate: '19700101',
        PatientSex: 'F',
        InstitutionName: 'CLINIC',
        InstitutionAddress: 'HERE',
      },
      ...{ PerformingPhysicianName: 'DR^X', ImageType: 'ORIGINAL\\PRIMARY', ReferencedImageSequence: [reference] },
      ...{
        LossyImageCompressionRatio: '10',
        AcquisitionDateTime: '20200101',
        FrameOfReferenceUID: '1.2.7',
        CalibrationImage: 'NO',
      },
    };
    const enhanced = instance('1.2.840.10008.5.1.4.1.1.4.1', 2, {
      ...values,
      SharedFunctionalGroupsSequence: [shared],
    });
    const plan = await planOf([instance(ct, 1, { PatientID: 'P1', PatientBirthDate: null }), enhanced]);
    const records = recordsOf(plan.directory);
    const [patient] = records.get('PATIENT') ?? [];
    assert.deepEqual([patient?.string('PatientBirthDate'), patient?.string('PatientSex')], ['19700101', 'F']);
    const series = records.get('SERIES')?.find((record) => record.has('InstitutionName'));
    assert.deepEqual(
      ['InstitutionName', 'InstitutionAddress', 'PerformingPhysicianName'].map((keyword) => series?.string(keyword)),
      ['CLINIC', 'HERE', 'DR^X'],
    );
    const image = records.get('IMAGE')?.find((record) => record.items('ReferencedImageSequence').length > 0);
    assert.equal(image?.string('ReferencedImageSequence[0].ReferencedSOPInstanceUID'), '1.2.3.4');
    for (const keyword of [
      'ImageType',
      'LossyImageCompressionRatio',
      'AcquisitionDateTime',
      'FrameOfReferenceUID',
      'CalibrationImage',
    ])
      assert.deepEqual(image?.strings(keyword), enhanced.strings(keyword), keyword);
    assert.deepEqual(image?.strings('ImagePositionPatient'), ['1', '2', '3']);
    assert.deepEqual([image?.number('Rows'), image?.number('Columns')], [2, 2]);
  });

  test('[RV-DIR-08] a record names the character set of its texts, each its own', async () => {
    const greek = instance(ct, 1, { SpecificCharacterSet: 'ISO_IR 126', PatientName: 'Διονυσιος', PatientID: 'G' });
    const latin = instance(mr, 2, {
      SpecificCharacterSet: 'ISO_IR 100',
      PatientName: 'Äneas',
      PatientID: 'L',
      StudyInstanceUID: '1.2.3',
    });
    const records = recordsOf((await planOf([greek, latin])).directory);
    assert.deepEqual(
      records.get('PATIENT')?.map((record) => [record.string('SpecificCharacterSet'), record.string('PatientName')]),
      [
        ['ISO_IR 126', 'Διονυσιος'],
        ['ISO_IR 100', 'Äneas'],
      ],
    );
  });

  test('[RV-DIR-09] no icon images are written, though an instance has one', async () => {
    const icon = new DataSet();
    icon.set('Rows', 2);
    const plan = await planOf([instance(ct, 1, { IconImageSequence: [icon] })]);
    assert.equal(recordsOf(plan.directory).get('IMAGE')?.[0]?.has('IconImageSequence'), false);
  });
});

test('[RV-DIR-02] a File-set ID is of capitals, digits and underscores, at most 16, or empty', async () => {
  const named = readPart10((await planOf([instance(ct, 1)])).directory).dataSet;
  assert.equal(named.string('FileSetID'), 'TEST');
  const unnamed = readPart10((await planOf([instance(ct, 1)], { fileSetId: '' })).directory).dataSet;
  assert.deepEqual([unnamed.has('FileSetID'), unnamed.string('FileSetID')], [true, undefined]);
  for (const fileSetId of ['lower', 'WITH BLANK', 'A'.repeat(17), 'A.B', 'Ä'])
    await assert.rejects(planOf([instance(ct, 1)], { fileSetId }), { name: 'MediaError', fault: 'bad-file-id' });
});

test('an instance that comes twice is written once; what has no place in a study is left out, and the rest is written', async () => {
  const dataSet = instance(ct, 1);
  const plan = await planOf([dataSet, dataSet, instance(mr, 2, { SeriesInstanceUID: undefined })]);
  assert.equal(plan.files.length, 1);
  assert.deepEqual(
    plan.findings.map(({ fault, severity, place }) => [fault, severity, place]),
    [
      ['same-instance', 'warning', '1'],
      ['bad-instance', 'error', '2'],
    ],
  );
  await assert.rejects(planOf([]), { name: 'MediaError', fault: 'nothing' });
  await assert.rejects(planFileSet([sourceOf('x', Buffer.from('no DICOM'))], options), { fault: 'nothing' });
});

describe('writing', () => {
  test('a folder that is not empty is left alone', async (context) => {
    const folder = temporaryFolder(context, { 'KEEP.TXT': Buffer.from('mine') });
    await assert.rejects(writeFileSet(await planOf([instance(ct, 1)]), folder), { fault: 'not-empty' });
    assert.deepEqual(readdirSync(folder), ['KEEP.TXT']);
  });

  test('a source that ends too soon, and being stopped, leave the folder empty', async (context) => {
    const bytes = part10(instance(ct, 1));
    const short = {
      ...sourceOf('short', bytes),
      read: async (at: number, length: number) => bytes.subarray(at, Math.min(at + length, bytes.length - 9)),
    };
    const plan = await planFileSet([sourceOf('whole', part10(instance(mr, 2))), short], options);
    const folder = temporaryFolder(context);
    await assert.rejects(writeFileSet(plan, folder), { fault: 'unreadable-file' });
    assert.deepEqual(readdirSync(folder), []);
    const signal = AbortSignal.abort();
    await assert.rejects(writeFileSet(await planOf([instance(ct, 1)]), folder, { signal }), { name: 'AbortError' });
    assert.deepEqual(readdirSync(folder), []);
  });

  test('what is written is found without a fault', async (context) => {
    const folder = join(temporaryFolder(context), 'new');
    const { digests, bytes } = await writeFileSet(await planOf([instance(ct, 1), instance(mr, 2)]), folder);
    const report = await verifyFileSet(await folderMedium(folder), { digests });
    assert.deepEqual([report.findings, report.instances, report.compared], [[], 2, bytes]);
    assert.ok(report.verdicts.every(({ conforms }) => conforms));
  });
});
