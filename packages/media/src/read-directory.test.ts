// Directories that are damaged, hostile or unusual: what can be reached is read, what is wrong is said, and nothing runs for ever.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet, readPart10 } from '@concord/dicom';
import { mediumOf, options } from '../testing/file-sets.ts';
import { directoryFileSet } from './directory-file-set.ts';
import type { MediaError, MediaFinding } from './error.ts';
import { instancesOf } from './file-set.ts';
import { readDirectory } from './read-directory.ts';
import { directoryBytes, type NewRecord } from './write-directory.ts';

const record = (
  type: string,
  values: Readonly<Record<string, string | readonly string[]>>,
  ...below: readonly NewRecord[]
): NewRecord => {
  const keys = new DataSet();
  for (const [keyword, value] of Object.entries(values)) keys.set(keyword, value);
  return { type, keys, below };
};

const leaf = (type: string, fileId: readonly string[], uid = '1.2.3.4'): NewRecord =>
  record(type, {
    InstanceNumber: '1',
    ReferencedFileID: fileId,
    ReferencedSOPClassUIDInFile: '1.2.840.10008.5.1.4.1.1.2',
    ReferencedSOPInstanceUIDInFile: uid,
    ReferencedTransferSyntaxUIDInFile: '1.2.840.10008.1.2.1',
  });

const patient = (...below: readonly NewRecord[]) =>
  record('PATIENT', { PatientID: 'P1', PatientName: 'DOE^JANE' }, ...below);
const study = (...below: readonly NewRecord[]) =>
  record('STUDY', { StudyInstanceUID: '1.2.3', StudyDate: '20260101', StudyTime: '10', StudyID: '1' }, ...below);
const series = (...below: readonly NewRecord[]) =>
  record('SERIES', { SeriesInstanceUID: '1.2.3.9', Modality: 'CT', SeriesNumber: '1' }, ...below);

const bytesOf = (...records: readonly NewRecord[]): Uint8Array => directoryBytes(records, options, options.writer);
const whole = (): Uint8Array =>
  bytesOf(patient(study(series(leaf('IMAGE', ['IM1']), leaf('IMAGE', ['IM2'], '1.2.3.5')))));

const faultsOf = (findings: readonly MediaFinding[]): string[] =>
  [...new Set(findings.map(({ fault }) => fault))].sort();

/** The file-set of a directory on a medium with these files. */
function fileSetOf(bytes: Uint8Array, ...paths: readonly string[]) {
  const medium = mediumOf(Object.fromEntries(paths.map((path) => [path, new Uint8Array()])));
  return directoryFileSet(readDirectory(bytes, 'DICOMDIR'), medium, 'DICOMDIR');
}

/** A copy with the UL value at the n-th place of an element changed. */
function changed(bytes: Uint8Array, tag: readonly number[], place: number, value: number): Uint8Array {
  const copy = bytes.slice();
  const header = Buffer.from([...tag, 0x55, 0x4c, 4, 0]);
  let at = -1;
  for (let count = 0; count <= place; count += 1) at = Buffer.from(copy.buffer).indexOf(header, at + 1);
  assert.ok(at > 0);
  new DataView(copy.buffer).setUint32(at + 8, value, true);
  return copy;
}
const [next, lower] = [
  [4, 0, 0, 0x14],
  [4, 0, 0x20, 0x14],
];

/** Where each record lies. */
const offsets = (bytes: Uint8Array): number[] =>
  readPart10(bytes)
    .dataSet.items('DirectoryRecordSequence')
    .map(({ offset }) => offset);

test('patients, studies, series and instances come as the offsets link them', () => {
  const fileSet = fileSetOf(whole(), 'IM1', 'im2', 'DICOMDIR', 'README.TXT');
  assert.deepEqual(fileSet.findings, []);
  const [one] = fileSet.patients;
  assert.deepEqual([one?.patientId, one?.patientName], ['P1', 'DOE^JANE']);
  assert.equal(one?.studies[0]?.studyInstanceUid, '1.2.3');
  assert.equal(one?.studies[0]?.series[0]?.modality, 'CT');
  assert.deepEqual(
    [...instancesOf(fileSet)].map(({ fileId, path, sopInstanceUid }) => [fileId, path, sopInstanceUid]),
    [
      ['IM1', 'IM1', '1.2.3.4'],
      ['IM2', 'im2', '1.2.3.5'],
    ],
  );
  assert.deepEqual(fileSet.unreferenced, ['README.TXT']);
});

test('[CS-V72-11][RV-IMP-05] records that are private or of an unknown type are passed over, with their files, and what is below them is read', () => {
  const strange = record('ZZUNKNOWN', { ReferencedFileID: ['ODD'] }, leaf('IMAGE', ['IM3'], '1.2.3.6'));
  const fileSet = fileSetOf(
    bytesOf(
      patient(study(series(leaf('IMAGE', ['IM1']), strange))),
      record('PRIVATE', { PrivateRecordUID: '1.2.3.99', ReferencedFileID: ['SECRET'] }),
    ),
    ...['IM1', 'IM3', 'ODD', 'SECRET'],
  );
  assert.deepEqual(
    [...instancesOf(fileSet)].map(({ path }) => path),
    ['IM1', 'IM3'],
  );
  assert.deepEqual(fileSet.passedOver, ['ODD', 'SECRET']);
  assert.deepEqual(faultsOf(fileSet.findings), ['private-record', 'unknown-record']);
  assert.ok(fileSet.findings.every(({ severity }) => severity === 'information'));
});

describe('offsets that lead astray', () => {
  test('[RV-IMP-05] a circle is walked once; an offset that leads nowhere, and records that nothing leads to, are told', () => {
    const bytes = whole();
    const [root = 0, , , first = 0, second = 0] = offsets(bytes);
    const circle = fileSetOf(changed(bytes, next, 4, first), 'IM1', 'IM2');
    assert.deepEqual(faultsOf(circle.findings), ['cycle']);
    assert.equal([...instancesOf(circle)].length, 2);
    const upwards = fileSetOf(changed(bytes, lower, 4, root), 'IM1', 'IM2');
    assert.deepEqual(faultsOf(upwards.findings), ['cycle']);
    const nowhere = fileSetOf(changed(bytes, next, 3, 0xfffffff0), 'IM1', 'IM2');
    assert.deepEqual(faultsOf(nowhere.findings), ['bad-offset', 'lost-record']);
    assert.deepEqual(
      [...instancesOf(nowhere)].map(({ path }) => path),
      ['IM1'],
    );
    assert.ok(nowhere.findings.some(({ place }) => place === `IMAGE record at ${second}`));
  });

  test('[RV-IMP-05] a record that is not in use is not shown, nor what is below it', () => {
    const bytes = whole();
    const at = Buffer.from(bytes.buffer).indexOf(
      Buffer.from([4, 0, 0x10, 0x14, 0x55, 0x53, 2, 0, 0xff, 0xff]),
      offsets(bytes)[2],
    );
    bytes.set([0, 0], at + 8);
    const fileSet = fileSetOf(bytes, 'IM1', 'IM2');
    assert.deepEqual([...instancesOf(fileSet)], []);
    assert.deepEqual(fileSet.findings, []);
  });

  test('[RV-IMP-05] items in any order are found by their offsets', () => {
    const bytes = whole();
    const [, , , first = 0, second = 0] = offsets(bytes);
    const swapped = changed(changed(changed(bytes, lower, 2, second), next, 4, first), next, 3, 0);
    const fileSet = fileSetOf(swapped, 'IM1', 'IM2');
    assert.deepEqual(
      [...instancesOf(fileSet)].map(({ path }) => path),
      ['IM2', 'IM1'],
    );
    assert.deepEqual(fileSet.findings, []);
  });
});

test('records at a wrong level are told; an instance in no series is shown beside the patients', () => {
  const fileSet = fileSetOf(
    bytesOf(
      leaf('IMAGE', ['IM1']),
      series(leaf('IMAGE', ['IM2'], '1.2.3.5')),
      patient(patient(study(series(leaf('IMAGE', ['IM3'], '1.2.3.6'))))),
    ),
    ...['IM1', 'IM2', 'IM3'],
  );
  assert.deepEqual(faultsOf(fileSet.findings), ['misplaced-record']);
  assert.equal(fileSet.findings.length, 3);
  assert.deepEqual(
    fileSet.others.map(({ path }) => path),
    ['IM1'],
  );
  assert.deepEqual(
    fileSet.patients.map(({ patientId, studies }) => [
      patientId,
      studies.flatMap((one) => one.series.flatMap(({ instances }) => instances.length)),
    ]),
    [
      ['', [1]],
      ['P1', []],
      ['P1', [1]],
    ],
  );
});

test('a File ID that leads out of the file-set finds nothing, whatever lies there', () => {
  const ids = [
    ['..', '..', 'etc', 'passwd'],
    ['../../etc/passwd'],
    ['..\\..\\etc'],
    ['/etc/passwd'],
    ['C:', 'X'],
    ['A', '', 'B'],
  ];
  const images = ids.map((fileId, index) => leaf('IMAGE', fileId, `1.2.3.${index + 10}`));
  const fileSet = fileSetOf(bytesOf(patient(study(series(...images)))), 'etc/passwd', 'IM1', 'A/B');
  assert.deepEqual(
    [...instancesOf(fileSet)].map(({ path }) => path),
    ids.map(() => undefined),
  );
  assert.ok(
    fileSet.findings.every(
      ({ fault }) => fault === 'outside-root' || fault === 'missing-file' || fault === 'bad-file-id',
    ),
  );
  assert.equal(fileSet.findings.filter(({ severity }) => severity === 'error').length, ids.length);
});

test('[RV-IMP-06] either separator within a component leads to the file, and is told', () => {
  const images = [leaf('IMAGE', ['A/IM1']), leaf('IMAGE', ['a\\im2.;1'], '1.2.3.5')];
  const fileSet = fileSetOf(bytesOf(patient(study(series(...images)))), 'A/IM1', 'A/IM2');
  assert.deepEqual(
    [...instancesOf(fileSet)].map(({ path }) => path),
    ['A/IM1', 'A/IM2'],
  );
  assert.ok(fileSet.findings.every(({ fault, severity }) => fault === 'bad-file-id' && severity === 'warning'));
});

test('a directory that is cut anywhere is read as far as it goes, or refused', () => {
  const bytes = whole();
  for (let length = 0; length < bytes.length; length += 1)
    try {
      const fileSet = fileSetOf(bytes.slice(0, length), 'IM1', 'IM2');
      assert.ok(fileSet.findings.length > 0, `${length} bytes of ${bytes.length}`);
    } catch (error) {
      assert.equal((error as MediaError).fault, 'bad-directory', `${length} bytes of ${bytes.length}: ${error}`);
    }
});

test('bytes that are changed anywhere end in findings or in a refusal', () => {
  const bytes = whole();
  for (let at = 128; at < bytes.length; at += 1)
    for (const value of [0x00, 0xff, (bytes[at] ?? 0) ^ 0x10]) {
      const broken = bytes.slice();
      broken[at] = value;
      try {
        fileSetOf(broken, 'IM1', 'IM2');
      } catch (error) {
        assert.equal((error as MediaError).fault, 'bad-directory', `byte ${at}: ${error}`);
      }
    }
});

describe('size', () => {
  /** A directory of this many records, each below the other or beside it. */
  function huge(count: number, link: 'next' | 'lower'): Uint8Array {
    const [first = 0] = offsets(bytesOf(record('PRIVATE', {})));
    const head = bytesOf(record('PRIVATE', {})).slice(0, first);
    const item = bytesOf(record('PRIVATE', {})).slice(first);
    const bytes = new Uint8Array(head.length + count * item.length);
    const view = new DataView(bytes.buffer);
    bytes.set(head);
    view.setUint32(head.length - 4, count * item.length, true);
    const inItem = Buffer.from(item).indexOf(Buffer.from(link === 'next' ? next : lower)) + 8;
    for (let index = 0; index < count; index += 1) {
      const at = head.length + index * item.length;
      bytes.set(item, at);
      view.setUint32(at + inItem, index + 1 < count ? at + item.length : 0, true);
    }
    return bytes;
  }

  test('a million records are refused at the limit; twenty thousand, each below the last, are read', () => {
    assert.throws(() => readDirectory(huge(1_000_000, 'next'), 'DICOMDIR'), /cannot be read.*more elements or items/);
    const fileSet = fileSetOf(huge(20_000, 'lower'));
    assert.deepEqual(faultsOf(fileSet.findings), ['private-record', 'too-many']);
    assert.ok(fileSet.findings.length <= 1001, 'findings have an end');
  });

  test('more bytes than the limit are refused before they are looked at', () => {
    const limits = { bytes: 100, elements: 10 };
    assert.throws(() => readDirectory(whole(), 'DICOMDIR', limits), /more than 100 bytes/);
  });
});
