// Media as they come: with a directory and without, with names in any case, with files that are missing, swapped, bare or something else.
import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { explicitVrBigEndian, explicitVrLittleEndian, implicitVrLittleEndian, writeDataSet } from '@concord/dicom';
import { ct, instance, mediumOf, mr, part10, planOf, temporaryFolder } from '../testing/file-sets.ts';
import { instancesOf } from './file-set.ts';
import { folderMedium } from './folder.ts';
import type { Medium } from './medium.ts';
import { openFileSet, openInstance } from './open-file-set.ts';
import { scanMedium } from './scan-medium.ts';
import { writeFileSet } from './write-file-set.ts';

const two = () => [instance(ct, 1, { PatientID: 'P1' }), instance(mr, 2, { PatientID: 'P1' })];

/** The files of a written set, by name. */
async function written(context: Parameters<typeof temporaryFolder>[0]): Promise<Record<string, Uint8Array>> {
  const folder = join(temporaryFolder(context), 'set');
  await writeFileSet(await planOf(two()), folder);
  const { paths } = await folderMedium(folder);
  return Object.fromEntries(paths.map((path) => [path, new Uint8Array(readFileSync(join(folder, path)))]));
}

const renamed = (files: Record<string, Uint8Array>, rename: (path: string) => string) =>
  mediumOf(Object.fromEntries(Object.entries(files).map(([path, bytes]) => [rename(path), bytes])));

const countOf = async (medium: Medium): Promise<number> => [...instancesOf(await openFileSet(medium))].length;

test('[RV-IMP-06] names are found in lower case, with a version, and with a closing dot', async (context) => {
  const files = await written(context);
  for (const rename of [
    (path: string) => path.toLowerCase(),
    (path: string) => `${path};1`,
    (path: string) => `${path}.;1`,
    (path: string) => `${path}.`,
  ]) {
    const medium = renamed(files, rename);
    const fileSet = await openFileSet(medium);
    assert.deepEqual([fileSet.from, fileSet.findings, fileSet.unreferenced], ['directory', [], []]);
    for (const entry of instancesOf(fileSet)) assert.deepEqual((await openInstance(medium, entry)).findings, []);
  }
});

test('[RV-IMP-07] a file that is missing, one that is another, and one that is no DICOM are told, and the rest goes on', async (context) => {
  const files = await written(context);
  const [first = '', second = ''] = Object.keys(files).filter((path) => path !== 'DICOMDIR');
  const { [first]: gone, ...rest } = files;
  assert.ok(gone);
  const missing = await openFileSet(mediumOf(rest));
  assert.deepEqual(
    missing.findings.map(({ fault, place }) => [fault, place]),
    [['missing-file', first]],
  );
  const [absent, present] = [...instancesOf(missing)];
  await assert.rejects(openInstance(mediumOf(rest), absent!), { name: 'MediaError', fault: 'missing-file' });
  assert.deepEqual((await openInstance(mediumOf(rest), present!)).findings, []);

  const swapped = mediumOf({ ...files, [first]: files[second]! });
  const [other] = [...instancesOf(await openFileSet(swapped))];
  const { file, findings } = await openInstance(swapped, other!);
  assert.equal(file.dataSet.string('SOPClassUID'), mr);
  assert.deepEqual(
    findings.map(({ fault, text }) => [fault, / the (.*) is /.exec(text)?.[1]]),
    [
      ['different-file', 'SOP Class UID'],
      ['different-file', 'SOP Instance UID'],
    ],
  );
  const text = mediumOf({ ...files, [first]: Buffer.from('no DICOM at all, but long enough to be looked at') });
  const [none] = [...instancesOf(await openFileSet(text))];
  await assert.rejects(openInstance(text, none!), { name: 'MediaError', fault: 'bad-instance' });
});

test('[RV-IMP-02] two thousand files are known from the directory alone, with what the files themselves say', async () => {
  const dataSet = instance(ct, 1, { PatientID: 'P1', PatientName: 'DOE^JANE', StudyDescription: 'HEAD' });
  const many = Array.from({ length: 2000 }, (_, index) => {
    const one = dataSet.clone();
    one.set('SOPInstanceUID', `1.2.3.${index + 1}`);
    one.set('InstanceNumber', String(index + 1));
    return one;
  });
  const { directory, files } = await planOf(many);
  const asked = new Set<string>();
  const medium: Medium = {
    paths: ['DICOMDIR', ...files.map(({ fileId }) => fileId.join('/'))],
    async read(path, offset, length) {
      asked.add(path);
      return directory.subarray(offset, offset + length);
    },
  };
  const fileSet = await openFileSet(medium);
  assert.deepEqual([...asked], ['DICOMDIR']);
  assert.deepEqual(fileSet.findings, []);
  const [patient] = fileSet.patients;
  const [study] = patient?.studies ?? [];
  assert.deepEqual([patient?.patientName, study?.keys.string('StudyDescription')], ['DOE^JANE', 'HEAD']);
  assert.deepEqual(
    [...instancesOf(fileSet)].map(({ sopInstanceUid }) => sopInstanceUid),
    many.map((one) => one.string('SOPInstanceUID')),
  );
});

describe('without a directory', () => {
  test('[RV-IMP-03] no DICOMDIR, one that is cut, and one of zeros: the same tree comes from the files', async (context) => {
    const files = await written(context);
    const { DICOMDIR: directory, ...rest } = files;
    const damaged = [
      rest,
      { ...files, DICOMDIR: directory!.slice(0, 200) },
      { ...files, DICOMDIR: new Uint8Array(4096) },
    ];
    for (const each of damaged) {
      const fileSet = await openFileSet(mediumOf(each));
      assert.equal(fileSet.from, 'files');
      assert.equal(fileSet.findings.length, 1, 'why is said');
      assert.deepEqual(
        fileSet.patients.map(({ patientId, studies }) => [patientId, studies.map(({ series }) => series.length)]),
        [['P1', [2]]],
      );
      assert.equal([...instancesOf(fileSet)].length, 2);
    }
    const below = Object.entries(files).map(([path, bytes]) => [`A/B/C/${path}`, bytes] as const);
    const loose = [['LOOSE', part10(instance(ct, 7, { PatientID: 'P7' }))] as const];
    const deep = await openFileSet(mediumOf(Object.fromEntries([...below, ...loose])));
    assert.equal([...instancesOf(deep)].length, 3);
    assert.deepEqual(deep.unreferenced, []);
  });

  test('data sets without preamble and File Meta Information are read in the syntax that they seem to have', async () => {
    const dataSet = instance(ct, 1);
    for (const uid of [implicitVrLittleEndian, explicitVrLittleEndian, explicitVrBigEndian]) {
      const medium = mediumOf({
        A: writeDataSet(dataSet, uid),
        'NOTES.TXT': Buffer.from('words that are no data set at all'),
      });
      const fileSet = await scanMedium(medium);
      const [entry] = [...instancesOf(fileSet)];
      assert.equal(entry?.transferSyntaxUid, uid);
      assert.equal(entry?.sopInstanceUid, dataSet.string('SOPInstanceUID'));
      assert.deepEqual(fileSet.unreferenced, ['NOTES.TXT']);
    }
  });

  test('names do not matter; empty files, other files and files that cannot be read stop nothing', async () => {
    const good = mediumOf({
      'a/b/x.txt': part10(instance(ct, 1)),
      EMPTY: new Uint8Array(),
      'z.dcm': Buffer.from('<html>'),
    });
    const medium: Medium = { paths: [...good.paths, 'broken'], read: good.read };
    const steps: number[] = [];
    const fileSet = await scanMedium(medium, { progress: (done) => steps.push(done) });
    assert.deepEqual(
      [...instancesOf(fileSet)].map(({ path }) => path),
      ['a/b/x.txt'],
    );
    assert.deepEqual(fileSet.unreferenced, ['EMPTY', 'z.dcm', 'broken']);
    assert.deepEqual(
      fileSet.findings.map(({ fault }) => fault),
      ['unreadable-file'],
    );
    assert.deepEqual(steps, [1, 2, 3, 4]);
  });

  test('a scan stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort();
    const medium = mediumOf({ A: part10(instance(ct, 1)) });
    await assert.rejects(scanMedium(medium, { signal: controller.signal }), { name: 'AbortError' });
  });
});

test('a folder is read without following links, and one that is not there is refused', async (context) => {
  const folder = temporaryFolder(context, { A: part10(instance(ct, 1)), 'B/C': part10(instance(mr, 2)) });
  symlinkSync('..', join(folder, 'B/loop'));
  symlinkSync('/etc/passwd', join(folder, 'B/secret'));
  const medium = await folderMedium(folder);
  assert.deepEqual(medium.paths, ['A', 'B/C']);
  assert.equal(await countOf(medium), 2);
  assert.equal((await medium.read('A', 128, 4)).toString(), Buffer.from('DICM').join());
  assert.equal((await medium.read('A', 1 << 30, 10)).length, 0);
  await assert.rejects(folderMedium(join(folder, 'none')), { name: 'MediaError', fault: 'unreadable' });
});
