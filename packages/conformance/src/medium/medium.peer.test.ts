// Media made by DCMTK's dcmmkdir, measured by profiles: each has its own result, and what is wrong with directory and files is found.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { explicitVrLittleEndian, writePart10 } from '@concord/dicom';
import { run, temporaryFolder } from '../../../network/testing/programs.ts';
import { testInstance, testPatient } from '../execute/test-data.ts';
import { checkMedium } from './check-medium.ts';
import { folderMedium } from './folder-medium.ts';

const [ct, us] = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.6.1'];

/** A medium with an image of each class, under the general purpose profile. */
async function madeMedium(classes: readonly string[]) {
  const folder = temporaryFolder();
  const patient = testPatient();
  mkdirSync(join(folder.path, 'IMAGES'));
  for (const [index, sopClass] of classes.entries()) {
    const own = { ...patient, seriesInstanceUid: `${patient.seriesInstanceUid}.${index + 1}`.slice(0, 64) };
    const { dataSet } = testInstance(own, sopClass, { transferSyntaxUid: explicitVrLittleEndian });
    dataSet.delete('SpecificCharacterSet');
    const file = join(folder.path, 'IMAGES', `IM${index + 1}`);
    writeFileSync(file, writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian }));
  }
  const names = classes.map((_, index) => `IMAGES/IM${index + 1}`);
  const { code, output } = await run('dcmmkdir', ['-Pgp', '-Nxc', '-W', ...names], folder.path);
  assert.equal(code, 0, output);
  return folder;
}

const measured = async (path: string, ...profiles: readonly string[]) =>
  checkMedium(await folderMedium(path), profiles);

test('[CS-V75-02] the medium is measured by each profile apart: what STD-GEN-CD allows, STD-CTMR-CD does not', async () => {
  using folder = await madeMedium([ct, us]);
  const report = await measured(folder.path, 'STD-GEN-CD', 'STD-CTMR-CD');
  assert.deepEqual(report.findings, []);
  assert.deepEqual(report.notes, []);
  assert.deepEqual([report.files, report.instances], [3, 2]);
  assert.deepEqual(report.profiles, [
    { profile: 'STD-GEN-CD', findings: [] },
    {
      profile: 'STD-CTMR-CD',
      findings: ['IMAGES/IM2: Ultrasound Image Storage in Explicit VR Little Endian is not in the profile'],
    },
  ]);
  const none = await measured(folder.path, 'STD-NONE');
  assert.deepEqual(none.profiles[0]?.findings, ['PS3.11 has no profile STD-NONE']);
});

describe('what is wrong with a medium', () => {
  test('a file that is gone, one that another record describes, and one that no record names', async () => {
    using folder = await madeMedium([ct, us]);
    const [first, second] = ['IM1', 'IM2'].map((name) => join(folder.path, 'IMAGES', name));
    assert.ok(first && second);
    renameSync(first, join(folder.path, 'IMAGES', 'IM3'));
    const gone = await measured(folder.path);
    assert.deepEqual(gone.findings, ['a IMAGE record names IMAGES/IM1, which is not there']);
    assert.deepEqual(gone.notes, ['IMAGES/IM3 is named by no record']);
    writeFileSync(first, readFileSync(second));
    const { findings } = await measured(folder.path);
    assert.match(
      findings.join(),
      /IMAGES\/IM1: MediaStorageSOPClassUID is 1\.2\.840\.10008\.5\.1\.4\.1\.1\.6\.1, and 1\.2/,
    );
    writeFileSync(first, 'no DICOM file at all, but some text that is long enough');
    assert.ok((await measured(folder.path)).findings.some((text) => text.startsWith('IMAGES/IM1')));
  });

  test('a record of an unknown type is passed over; links that lead nowhere are found', async () => {
    using folder = await madeMedium([ct]);
    const file = join(folder.path, 'DICOMDIR');
    const bytes = readFileSync(file);
    const at = bytes.indexOf('IMAGE ', 128);
    bytes.write('XMAGE ', at, 'latin1');
    writeFileSync(file, bytes);
    const unknown = await measured(folder.path, 'STD-GEN-CD');
    assert.deepEqual(unknown.notes, ['a record of type XMAGE is not known, and passed over']);
    assert.deepEqual([unknown.findings, unknown.profiles[0]?.findings], [[], []]);
    bytes.writeUInt32LE(77, bytes.indexOf(Buffer.from('04000012554c0400', 'hex')) + 8);
    writeFileSync(file, bytes);
    const { findings } = await measured(folder.path);
    assert.match(findings.join(), /offset 77 leads to no record.*linked from nowhere/);
  });

  test('no directory, one that is cut anywhere, and one that is something else', async () => {
    using folder = await madeMedium([ct]);
    const file = join(folder.path, 'DICOMDIR');
    const bytes = readFileSync(file);
    for (let length = 0; length < bytes.length; length += 37) {
      writeFileSync(file, bytes.subarray(0, length));
      assert.ok((await measured(folder.path)).findings.length > 0, `${length} of ${bytes.length} bytes`);
    }
    writeFileSync(file, readFileSync(join(folder.path, 'IMAGES', 'IM1')));
    assert.match((await measured(folder.path)).findings.join(), /not of the class Media Storage Directory/);
    rmSync(file);
    assert.deepEqual((await measured(folder.path)).findings, ['there is no DICOMDIR at the root']);
  });
});
