// `concord media`: what is told before anything is written, what is refused, and what was written and is verified.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { explicitVrLittleEndian, implicitVrLittleEndian, readPart10, writePart10 } from '@concord/dicom';
import { minimalObject } from '../../../../packages/dicom/testing/minimal-object.ts';
import { folderWith } from '../../testing/folder.ts';
import { concord } from '../../testing/terminal.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';

function file(
  number: number,
  values: Readonly<Record<string, string>> = {},
  syntax = explicitVrLittleEndian,
): Uint8Array {
  const dataSet = minimalObject(ct, number);
  const complete = { PatientID: 'P1', StudyInstanceUID: '1.2.3', StudyDate: '20260101', StudyTime: '10', StudyID: 'S' };
  for (const [keyword, value] of Object.entries({ ...complete, SeriesNumber: '1', InstanceNumber: '1', ...values }))
    dataSet.set(keyword, value);
  return writePart10({ dataSet, transferSyntaxUid: syntax });
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
const hashes = (folder: string): string[] =>
  filesBelow(folder).map((path) => path + createHash('sha256').update(readFileSync(path)).digest('hex'));
const syntaxesIn = (folder: string): Set<string> =>
  new Set(filesBelow(folder).map((path) => readPart10(readFileSync(path)).transferSyntaxUid));

describe('concord media create', () => {
  test('[RV-PROF-02] writes, verifies, and names every profile that the set satisfies', async (context) => {
    const folder = folderWith(context, { 'in/1': file(1), 'in/2': file(2), 'in/notes.txt': 'words, no image' });
    const out = join(folder, 'out');
    const { code, output, notes } = await concord([
      'media',
      'create',
      '--out',
      out,
      '--id',
      'DISC_1',
      join(folder, 'in'),
    ]);
    assert.deepEqual([code, notes], [0, []]);
    assert.match(output[0] ?? '', /^2 files, .*, 1 not DICOM, passed by$/);
    for (const profile of ['STD-GEN-CD', 'STD-GEN-DVD-RAM', 'STD-GEN-DVD-JPEG', 'STD-GEN-DVD-J2K'])
      assert.ok(output.includes(`${profile}: yes`), output.join('\n'));
    assert.match(output.at(-1) ?? '', /^verified: 2 instances, .* read back$/);
    assert.equal(readPart10(readFileSync(join(out, 'DICOMDIR'))).dataSet.string('FileSetID'), 'DISC_1');
  });

  test('[RV-EXP-06] tells size, files, profiles and why not before anything is written', async (context) => {
    const folder = folderWith(context, { 'in/1': file(1), 'in/2': file(2, {}, implicitVrLittleEndian) });
    const args = ['media', 'create', '--out', join(folder, 'out'), join(folder, 'in')];
    const { code, output } = await concord([...args, '--plan']);
    assert.equal(code, 0);
    assert.match(output[0] ?? '', /^2 files, \d+(\.\d+)? k?B$/);
    assert.equal(
      output[output.indexOf('STD-GEN-CD: no') + 1]?.replace(/ \(.*/, ''),
      '  1 x Implicit VR Little Endian is not in the profile',
    );
    assert.equal(existsSync(join(folder, 'out')), false);
    const refused = await concord([...args, '--profile', 'STD-GEN-CD']);
    assert.equal(refused.code, 1);
    assert.match(refused.notes.join(), /does not conform to STD-GEN-CD: nothing was written/);
    assert.equal(existsSync(join(folder, 'out')), false);
  });

  test('[RV-EXP-08][RV-EXP-09] --conform converts copies to a syntax of the profile, and what was given stays as it is', async (context) => {
    const folder = folderWith(context, { 'in/1': file(1), 'in/2': file(2, {}, implicitVrLittleEndian) });
    const before = hashes(join(folder, 'in'));
    const off = join(folder, 'off');
    assert.equal((await concord(['media', 'create', '--out', off, join(folder, 'in')])).code, 0);
    assert.deepEqual(syntaxesIn(off), new Set([explicitVrLittleEndian, implicitVrLittleEndian]));
    const on = join(folder, 'on');
    const { code, output } = await concord([
      'media',
      'create',
      '--out',
      on,
      '--profile',
      'STD-GEN-CD',
      '--conform',
      join(folder, 'in'),
    ]);
    assert.equal(code, 0, output.join('\n'));
    assert.deepEqual(syntaxesIn(on), new Set([explicitVrLittleEndian]));
    assert.deepEqual(hashes(join(folder, 'in')), before);
  });

  test('[RV-EXP-05] --strict refuses a class outside of the standard by its name; without it the set claims no profile', async (context) => {
    const folder = folderWith(context, { 'in/1': file(1), 'in/2': file(2, { SOPClassUID: '1.2.3.4.5.6' }) });
    const args = ['media', 'create', '--out', join(folder, 'out'), join(folder, 'in')];
    const strict = await concord([...args, '--strict']);
    assert.equal(strict.code, 1);
    assert.match(strict.notes.join('\n'), /in\/2: .*1\.2\.3\.4\.5\.6/);
    assert.equal(existsSync(join(folder, 'out')), false);
    const { code, output } = await concord(args);
    assert.equal(code, 0, output.join('\n'));
    assert.ok(
      readPart10(readFileSync(join(folder, 'out/DICOMDIR'))).dataSet.items('DirectoryRecordSequence').length > 0,
    );
  });

  test('[RV-DIR-05] lists what was supplied in the directory, as words and as JSON', async (context) => {
    const folder = folderWith(context, { '1': file(1, { StudyID: '' }) });
    const words = await concord(['media', 'create', '--out', join(folder, 'a'), join(folder, '1')]);
    assert.ok(words.output.includes('  supplied: STUDY DICOM/PA000001/ST000001: StudyID 1'), words.output.join('\n'));
    const json = await concord(['media', 'create', '--out', join(folder, 'b'), '--json', join(folder, '1')]);
    const report = JSON.parse(json.output.join(''));
    const fileSetUids = ['a', 'b'].map((name) =>
      readPart10(readFileSync(join(folder, name, 'DICOMDIR'))).meta.string('MediaStorageSOPInstanceUID'),
    );
    assert.equal(new Set(fileSetUids).size, 2, 'each set has a UID of its own');
    assert.deepEqual(report.supplied, [{ keyword: 'StudyID', value: '1', place: 'STUDY DICOM/PA000001/ST000001' }]);
    assert.deepEqual(
      [report.files[0].fileId, report.verification.findings],
      ['DICOM/PA000001/ST000001/SE000001/IM000001', []],
    );
  });

  test('wrong use ends with 2: nothing to write, two sources, no such profile, and a configuration that creates none', async (context) => {
    const folder = folderWith(context, { '1': file(1) });
    const create = ['media', 'create', '--out', join(folder, 'out')];
    const codes = [
      await concord(create),
      await concord([...create, '--study', '1.2.3', join(folder, '1')]),
      await concord([...create, '--profile', 'STD-NONE', join(folder, '1')]),
      await concord([...create, '--conform', join(folder, '1')]),
      await concord([...create, '--title', 'TOO LONG FOR A TITLE', join(folder, '1')]),
      await concord([...create, join(folder, '1')], { environment: { CONCORD_PROFILE: 'viewer' } }),
    ].map(({ code }) => code);
    assert.deepEqual(codes, [2, 2, 2, 2, 2, 2]);
    assert.equal(existsSync(join(folder, 'out')), false);
  });

  test('a folder with something in it, and a file that is no DICOM, end with 1', async (context) => {
    const folder = folderWith(context, { '1': file(1), 'full/KEEP': 'mine', 'text.dcm': 'no image at all' });
    const full = await concord(['media', 'create', '--out', join(folder, 'full'), join(folder, '1')]);
    assert.deepEqual([full.code, readdirSync(join(folder, 'full'))], [1, ['KEEP']]);
    const text = await concord([
      'media',
      'create',
      '--out',
      join(folder, 'out'),
      join(folder, '1'),
      join(folder, 'text.dcm'),
    ]);
    assert.equal(text.code, 1);
    assert.match(text.notes.join(), /text\.dcm: not a DICOM file/);
    assert.equal(existsSync(join(folder, 'out/DICOMDIR')), true, 'the rest is written');
  });
});

describe('concord media list and verify', () => {
  test('list what is there, by the directory and without it', async (context) => {
    const folder = folderWith(context, {
      'in/1': file(1),
      'in/2': file(2, { PatientID: 'P2', StudyInstanceUID: '1.2.4' }),
    });
    const out = join(folder, 'out');
    await concord(['media', 'create', '--out', out, join(folder, 'in')]);
    const listed = await concord(['media', 'list', out]);
    assert.deepEqual([listed.code, listed.notes], [0, []]);
    assert.deepEqual(
      listed.output.slice(1).map((line) => line.split(/ {2,}/)[0]),
      ['P1', 'P2'],
    );
    const scanned = await concord(['media', 'list', join(folder, 'in'), '--json']);
    assert.equal(scanned.code, 0);
    assert.deepEqual(
      scanned.output.map((line) => JSON.parse(line).path),
      ['1', '2'],
    );
    assert.match(scanned.notes.join(), /no DICOMDIR in the root/);
  });

  test('[RV-IMP-08] files that no record names are counted, and shown when the files are looked at', async (context) => {
    const folder = folderWith(context, { 'in/1': file(1) });
    const out = join(folder, 'out');
    await concord(['media', 'create', '--out', out, join(folder, 'in')]);
    for (const number of [8, 9]) writeFileSync(join(out, `STRAY${number}`), file(number));
    const listed = await concord(['media', 'list', out, '--json']);
    assert.deepEqual([listed.code, listed.output.length], [0, 1]);
    assert.deepEqual(listed.notes, ['2 files are named by no record (--scan looks at them)']);
    assert.equal((await concord(['media', 'list', out, '--json', '--scan'])).output.length, 3);
  });

  test('a damaged set ends with 1 and the file is named; a folder that is not there with 2, one without DICOM with 1', async (context) => {
    const folder = folderWith(context, { 'in/1': file(1), 'other/a.txt': 'words' });
    const out = join(folder, 'out');
    await concord(['media', 'create', '--out', out, join(folder, 'in')]);
    assert.equal((await concord(['media', 'verify', out, '--profile', 'STD-GEN-CD'])).code, 0);
    const image = 'DICOM/PA000001/ST000001/SE000001/IM000001';
    writeFileSync(join(out, image), file(9));
    const { code, output } = await concord(['media', 'verify', out]);
    assert.equal(code, 1);
    assert.ok(
      output.some((line) => line.startsWith(`  error: ${image}: the SOP Instance UID is `)),
      output.join('\n'),
    );
    assert.equal((await concord(['media', 'verify', join(folder, 'none')])).code, 2);
    assert.equal((await concord(['media', 'list', join(folder, 'none')])).code, 2);
    assert.equal((await concord(['media', 'list', join(folder, 'other')])).code, 1);
    assert.equal((await concord(['media', 'verify', join(folder, 'other')])).code, 1);
  });
});
