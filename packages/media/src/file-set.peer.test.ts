// Sets that we write, looked at by DCMTK, dicom3tools, GDCM and pydicom; and sets that they write, read here.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type DataSet, explicitVrLittleEndian, implicitVrLittleEndian } from '@concord/dicom';
import {
  ct,
  instance,
  mr,
  options,
  part10,
  planOf,
  ran,
  read,
  said,
  sourceOf,
  temporaryFolder,
} from '../testing/file-sets.ts';
import { instancesOf } from './file-set.ts';
import { folderMedium } from './folder.ts';
import { openFileSet, openInstance } from './open-file-set.ts';
import { planFileSet } from './plan-file-set.ts';
import { mediaClasses, recordTypeOf } from './record-types.ts';
import { verifyFileSet } from './verify-file-set.ts';
import { writeFileSet } from './write-file-set.ts';

const storage = '1.2.840.10008.5.1.4.1.1.';
/** Classes of which dciodvfy takes the smallest instance without an error. */
const faultless = [
  ct,
  mr,
  `${storage}7`,
  `${storage}88.11`,
  `${storage}88.59`,
  `${storage}104.1`,
  `${storage}481.5`,
  `${storage}6.1`,
];

const pythonWalk = join(import.meta.dirname, '../testing/walk-directory.py');

interface Walked {
  readonly records: readonly {
    readonly type: string;
    readonly above: string | null;
    readonly file: string | null;
    readonly inUse: number;
    readonly syntax: string | null;
    readonly name: string;
    readonly related: string | null;
  }[];
  readonly all: number;
  /** Null for records that pydicom's FileSet does not know. */
  readonly fileSet: number | null;
  readonly id: string;
  readonly flag: number;
}

const walked = async (folder: string): Promise<Walked> =>
  JSON.parse(
    (await said(folder, '/usr/bin/python3', pythonWalk, 'DICOMDIR'))
      .split('\n')
      .findLast((line) => line.startsWith('{')) ?? '',
  );

/** A set of these instances in a folder of its own, with the names of its files without the directory. */
async function written(context: TestContext, dataSets: readonly DataSet[]) {
  const folder = join(temporaryFolder(context), 'set');
  const plan = await planOf(dataSets);
  await writeFileSet(plan, folder);
  return { folder, plan, files: plan.files.map(({ fileId }) => fileId.join('/')) };
}

/** Lines of dciodvfy that say what is wrong. It knows no attribute of a record beside those that must be there. */
const errorsOf = async (folder: string, path: string): Promise<string[]> =>
  (await ran(folder, 'dciodvfy', path)).output.split('\n').filter((line) => line.startsWith('Error'));

test('[CS-MED-15][CS-V72-13][RV-DIR-01][RV-PROF-03] directory and files are without a fault for DCMTK and dicom3tools', async (context) => {
  const values = {
    Laterality: null,
    PatientID: 'P1',
    StudyDate: '20260101',
    StudyTime: '101500',
    StudyID: 'S',
    SeriesNumber: '1',
    InstanceNumber: '1',
  };
  const { folder, files, plan } = await written(
    context,
    faultless.map((uid, index) => instance(uid, index + 1, values)),
  );
  assert.ok(plan.verdicts.every(({ conforms }) => conforms));
  const tested = await said(folder, 'dcmftest', 'DICOMDIR', ...files);
  assert.equal(tested.match(/^yes: /gm)?.length, files.length + 1, tested);
  for (const path of ['DICOMDIR', ...files]) {
    assert.deepEqual(await errorsOf(folder, path), [], path);
    assert.ok(
      read(folder, path)
        .subarray(0, 128)
        .every((byte) => byte === 0),
    );
  }
  assert.doesNotMatch((await ran(folder, 'dcentvfy', ...files)).output, /Error/);
  const meta = await said(
    folder,
    'dcmdump',
    '+P',
    '0002,0000',
    '+P',
    '0002,0001',
    '+P',
    '0002,0012',
    '+P',
    '0002,0013',
    '+P',
    '0002,0016',
    ...files,
  );
  assert.equal(meta.match(/OB 00\\01/g)?.length, files.length);
  assert.equal(meta.match(/UI \[1\.2\.826\.0\.1\.3680043\.10\.1511\.99\]/g)?.length, files.length);
  assert.equal(meta.match(/SH \[TEST_1\]/g)?.length, files.length);
  assert.equal(meta.match(/AE \[TESTING\]/g)?.length, files.length);
  const directory = await said(folder, 'dcmdump', '+P', '0002,0002', '+P', '0002,0003', '+P', '0002,0010', 'DICOMDIR');
  assert.match(directory, /=MediaStorageDirectoryStorage/);
  assert.match(directory, /\[1\.2\.826\.0\.1\.3680043\.10\.1511\.77\]/);
  assert.match(directory, /=LittleEndianExplicit/);
  rmSync(join(folder, 'DICOMDIR'));
  const made = await ran(folder, 'dcmmkdir', '-Pgp', '-W', ...files);
  assert.deepEqual([made.code, made.output.match(/^[EW]: .*/gm) ?? []], [0, []]);
});

test('[RV-DIR-03][RV-DIR-04] pydicom reaches every record once by its offsets, and every file by one record', async (context) => {
  const { folder, files } = await written(context, [
    instance(ct, 1, { PatientID: 'P1' }),
    instance(mr, 2, { PatientID: 'P1', RelatedGeneralSOPClassUID: '1.2.840.10008.5.1.4.1.1.4' }),
    instance(`${storage}88.11`, 3, { PatientID: 'P2', StudyInstanceUID: '1.2.3' }),
  ]);
  const { records, all, fileSet, id, flag } = await walked(folder);
  assert.deepEqual([records.length, fileSet, id, flag], [all, 3, 'TEST', 0]);
  assert.deepEqual(
    records.flatMap(({ related }) => related ?? []),
    [mr],
  );
  assert.deepEqual(
    records.map(({ type, above }) => [type, above]),
    [
      ['PATIENT', null],
      ['STUDY', 'PATIENT'],
      ['SERIES', 'STUDY'],
      ['IMAGE', 'SERIES'],
      ['SERIES', 'STUDY'],
      ['IMAGE', 'SERIES'],
      ['PATIENT', null],
      ['STUDY', 'PATIENT'],
      ['SERIES', 'STUDY'],
      ['SR DOCUMENT', 'SERIES'],
    ],
  );
  assert.ok(records.every(({ inUse }) => inUse === 0xffff));
  assert.deepEqual(
    records.flatMap(({ file }) => file ?? []),
    files,
  );
});

test('[RV-DIR-08] names in the character set of the instances are read by pydicom', async (context) => {
  const names = ['Äneas', 'Διονυσιος', 'Люкceмбypг', '山田^太郎'];
  const sets = ['ISO_IR 100', 'ISO_IR 126', 'ISO_IR 144', 'ISO_IR 192'];
  const { folder } = await written(
    context,
    sets.map((set, index) =>
      instance(ct, index + 1, {
        SpecificCharacterSet: set,
        PatientName: names[index],
        PatientID: `P${index}`,
        StudyInstanceUID: `1.2.${index}`,
      }),
    ),
  );
  const { records } = await walked(folder);
  assert.deepEqual(
    records.filter(({ type }) => type === 'PATIENT').map(({ name }) => name),
    names,
  );
});

/** The smallest instance of any class; those without an IOD any more look like a captured image. */
function anyInstance(uid: string, number: number): DataSet {
  try {
    return instance(uid, number);
  } catch {
    return instance(`${storage}7`, number, { SOPClassUID: uid, OverlayNumber: '1', CurveNumber: '1', LUTNumber: '1' });
  }
}

/** The classes that a reviewing station says it writes: 58, and the directory. */
function seedClasses(): readonly string[] {
  const seed: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../docs/seeds/reviewer.json'), 'utf8'),
  );
  const uids = new Set(
    JSON.stringify(seed, ['media', 'entities', 'profiles', 'sopClasses', 'sopClass', 'uid']).match(/[0-9.]{10,}/g),
  );
  uids.delete('1.2.840.10008.1.3.10');
  assert.equal(uids.size, 58);
  return [...uids];
}

test('[CS-V72-08][RV-EXP-05] one instance of every class is written in Explicit VR Little Endian, and has its record', async (context) => {
  const { folder, files, plan } = await written(
    context,
    mediaClasses.map((uid, index) => anyInstance(uid, index + 1)),
  );
  assert.equal(files.length, mediaClasses.length);
  for (const uid of seedClasses()) assert.ok(mediaClasses.includes(uid), uid);
  assert.deepEqual(plan.findings, []);
  const { records } = await walked(folder);
  const leaves = records.filter(({ file }) => file !== null);
  assert.deepEqual(leaves.map(({ file }) => file).sort(), files.toSorted());
  assert.ok(leaves.every(({ syntax }) => syntax === explicitVrLittleEndian));
  const dumped = await said(folder, 'dcmdump', '+P', '0002,0010', ...files);
  assert.equal(dumped.match(/=LittleEndianExplicit/g)?.length, files.length);
  const types = new Map(plan.files.map(({ fileId, sopClassUid }) => [fileId.join('/'), recordTypeOf(sopClassUid)]));
  for (const { file, type } of leaves) assert.equal(types.get(file ?? ''), type);
});

test('[RV-EXP-03] data sets are copied byte by byte, in the transfer syntax that they have', async (context) => {
  const jpegLs = '1.2.840.10008.1.2.4.80';
  const dataSet = instance(ct, 1);
  dataSet.delete('PixelData');
  // A frame of encapsulated pixel data: an empty offset table, and one fragment.
  const pixels = Buffer.from('e07f10004f420000fffffffffeff00e000000000feff00e004000000ffd8ffd9feffdde000000000', 'hex');
  const file = Buffer.concat([part10(dataSet, jpegLs), pixels]);
  const plan = await planFileSet([sourceOf('one', new Uint8Array(file))], options);
  const folder = join(temporaryFolder(context), 'set');
  await writeFileSet(plan, folder);
  const path = plan.files[0]?.fileId.join('/') ?? '';
  const copy = Buffer.from(read(folder, path));
  const begin = (bytes: Buffer): number => 144 + bytes.readUInt32LE(140);
  assert.deepEqual(copy.subarray(begin(copy)), file.subarray(begin(file)));
  assert.match(await said(folder, 'dcmdump', '+P', '0002,0010', path), /=JPEGLSLossless/);
});

/** Files of a user's folder, as the programs below take them. */
function userFiles(
  context: TestContext,
  syntax: string,
): { readonly folder: string; readonly names: readonly string[] } {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, 'IMAGES'));
  const values = { PatientID: 'P1', PatientName: 'DOE^JANE', StudyDate: '20260101', StudyTime: '101500', StudyID: 'S' };
  const names = [ct, mr].map((uid, index) => {
    const dataSet = instance(uid, index + 1, { ...values, SeriesNumber: String(index + 1), InstanceNumber: '1' });
    writeFileSync(join(folder, 'IMAGES', `IM${index + 1}`), part10(dataSet, syntax));
    return `IMAGES/IM${index + 1}`;
  });
  return { folder, names };
}

describe('sets of other programs are read', () => {
  const makers: Readonly<Record<string, (folder: string, names: readonly string[]) => Promise<string>>> = {
    dcmmkdir: (folder, names) => said(folder, 'dcmmkdir', '-Pgp', ...names),
    gdcmgendir: (folder) => said(join(folder, 'IMAGES'), 'gdcmgendir', '-i', '.', '-o', 'DICOMDIR'),
  };
  for (const [program, make] of Object.entries(makers))
    test(`made by ${program}`, async (context) => {
      const { folder, names } = userFiles(context, explicitVrLittleEndian);
      await make(folder, names);
      // GDCM's File IDs begin in the folder of the files.
      const root = program === 'dcmmkdir' ? folder : join(folder, 'IMAGES');
      const medium = await folderMedium(root);
      const fileSet = await openFileSet(medium);
      assert.equal(fileSet.from, 'directory');
      assert.deepEqual(
        fileSet.findings.filter(({ severity }) => severity === 'error'),
        [],
      );
      assert.deepEqual([fileSet.patients.length, fileSet.patients[0]?.patientName], [1, 'DOE^JANE']);
      const entries = [...instancesOf(fileSet)];
      assert.deepEqual(
        entries.map(({ path }) => path ?? '').sort(),
        names.map((name) => (root === folder ? name : basename(name))),
      );
      for (const entry of entries) assert.deepEqual((await openInstance(medium, entry)).findings, []);
    });

  test('made by dcmmkdir for files in a transfer syntax outside of the profiles: read, and told apart by profile', async (context) => {
    const { folder, names } = userFiles(context, implicitVrLittleEndian);
    await said(folder, 'dcmmkdir', '-Pgp', '-Nxc', ...names);
    const report = await verifyFileSet(await folderMedium(folder));
    assert.equal(report.instances, 2);
    assert.ok(
      report.verdicts.every(
        ({ conforms, reasons }) => !conforms && reasons.some(({ rule }) => rule === 'transfer-syntax'),
      ),
    );
  });
});
