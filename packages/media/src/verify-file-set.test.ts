// Sets that are not what was written, and sets that break one rule of a profile each: what is wrong is named.
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type DataSet, explicitVrLittleEndian, implicitVrLittleEndian, uidName } from '@concord/dicom';
import { ct, instance, mr, options, part10, planOf, read, sourceOf, temporaryFolder } from '../testing/file-sets.ts';
import { folderMedium } from './folder.ts';
import { planFileSet } from './plan-file-set.ts';
import { type FileSetReport, verifyFileSet } from './verify-file-set.ts';
import { type WrittenFileSet, writeFileSet } from './write-file-set.ts';

const image = 'DICOM/PA000001/ST000001/SE000001/IM000001';

/** A written set, changed by `change`, as it is verified afterwards. */
async function verified(
  context: TestContext,
  change: (folder: string) => void,
  digests: 'known' | 'unknown' = 'unknown',
  dataSets: readonly DataSet[] = [instance(ct, 1), instance(mr, 2)],
): Promise<FileSetReport> {
  const folder = join(temporaryFolder(context), 'set');
  const written: WrittenFileSet = await writeFileSet(await planOf(dataSets), folder);
  change(folder);
  return verifyFileSet(await folderMedium(folder), digests === 'known' ? { digests: written.digests } : {});
}

/** One byte of a file turned over, from the end. */
const flip = (folder: string, path: string, fromEnd: number): void => {
  const bytes = read(folder, path);
  const at = bytes.length - fromEnd;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(folder, path), bytes);
};

describe('[RV-WV-01] what is read back is compared with what was to be written', () => {
  test('a byte that changed in the pixels, where no record could tell, is found in its file', async (context) => {
    const { findings, verdicts } = await verified(context, (folder) => flip(folder, image, 1), 'known');
    assert.deepEqual(
      findings.map(({ fault, severity, place }) => [fault, severity, place]),
      [['changed-file', 'error', image]],
    );
    assert.ok(verdicts.every(({ conforms }) => !conforms));
    const unknown = await verified(context, (folder) => flip(folder, image, 1));
    assert.deepEqual(unknown.findings, []);
  });

  test('a changed directory, a file that is cut, and one that is gone', async (context) => {
    const directory = await verified(context, (folder) => flip(folder, 'DICOMDIR', 3), 'known');
    assert.ok(directory.findings.some(({ fault, place }) => fault === 'changed-file' && place === 'DICOMDIR'));
    const cut = await verified(
      context,
      (folder) => writeFileSync(join(folder, image), read(folder, image).slice(0, -2)),
      'known',
    );
    assert.ok(cut.findings.some(({ fault, place }) => fault === 'changed-file' && place === image));
    const gone = await verified(context, (folder) => rmSync(join(folder, image)), 'known');
    assert.ok(gone.findings.some(({ fault, place }) => fault === 'missing-file' && place === image));
  });
});

test('[RV-WV-02] the directory is read from the medium, each reference resolved, and each file compared with its record', async (context) => {
  const gone = await verified(context, (folder) => rmSync(join(folder, image)));
  assert.deepEqual(
    gone.findings.map(({ fault, place }) => [fault, place]),
    [['missing-file', image]],
  );
  const other = part10(instance(mr, 9));
  const { findings } = await verified(context, (folder) => writeFileSync(join(folder, image), other));
  assert.deepEqual([...new Set(findings.map(({ fault }) => fault))], ['different-file']);
  const syntax = part10(instance(ct, 1), implicitVrLittleEndian);
  const converted = await verified(context, (folder) => writeFileSync(join(folder, image), syntax));
  assert.match(converted.findings.map(({ text }) => text).join(), /Transfer Syntax UID is 1\.2\.840\.10008\.1\.2,/);
  const none = await verified(context, (folder) => rmSync(join(folder, 'DICOMDIR')));
  assert.deepEqual(
    none.findings.map(({ fault }) => fault),
    ['no-directory'],
  );
});

describe('[RV-PROF-03] a set that breaks a rule does not conform, and the rule is named', () => {
  const rulesOf = ({ verdicts }: FileSetReport, profile: string) =>
    verdicts.find((one) => one.profile === profile)?.reasons.map(({ rule, text }) => `${rule}: ${text}`) ?? [];

  test('a set that breaks none conforms to all four', async (context) => {
    const { verdicts } = await verified(context, () => {});
    assert.deepEqual(
      verdicts.map(({ profile, conforms }) => [profile, conforms]),
      ['STD-GEN-CD', 'STD-GEN-DVD-RAM', 'STD-GEN-DVD-JPEG', 'STD-GEN-DVD-J2K'].map((id) => [id, true]),
    );
  });

  test('a transfer syntax that the profile does not have: before anything is written', async () => {
    const jpeg = '1.2.840.10008.1.2.4.50';
    const sources = [explicitVrLittleEndian, implicitVrLittleEndian].map((uid, index) =>
      sourceOf(uid, part10(instance(ct, index + 1), uid)),
    );
    const { verdicts } = await planFileSet(sources, options);
    const words = [`transfer-syntax: ${uidName(implicitVrLittleEndian)} is not in the profile`];
    for (const { conforms, reasons } of verdicts) {
      assert.equal(conforms, false);
      assert.deepEqual(
        reasons.map(({ rule, text }) => `${rule}: ${text}`),
        words,
      );
      assert.deepEqual(
        reasons.map(({ count, places }) => [count, places]),
        [[1, [implicitVrLittleEndian]]],
      );
    }
    const compressed = instance(ct, 1);
    compressed.delete('PixelData');
    const one = await planFileSet([sourceOf('jpeg', part10(compressed, jpeg))], options);
    assert.deepEqual(
      one.verdicts.map(({ profile, conforms }) => [profile, conforms]),
      [
        ['STD-GEN-CD', false],
        ['STD-GEN-DVD-RAM', false],
        ['STD-GEN-DVD-JPEG', true],
        ['STD-GEN-DVD-J2K', false],
      ],
    );
  });

  test('a class that the standard does not have, a missing directory, and a File ID in small letters', async (context) => {
    const strange = instance(ct, 1);
    strange.set('SOPClassUID', '1.2.3.4.5');
    const report = await verified(context, () => {}, 'unknown', [strange]);
    assert.deepEqual(rulesOf(report, 'STD-GEN-CD'), ['file: there is no instance']);
    const plan = await planOf([strange]);
    assert.match(
      plan.verdicts[0]?.reasons.map(({ rule, text }) => `${rule}: ${text}`).join() ?? '',
      /sop-class: 1\.2\.3\.4\.5/,
    );
    const missing = await verified(context, (folder) => rmSync(join(folder, 'DICOMDIR')));
    assert.ok(rulesOf(missing, 'STD-GEN-CD').some((text) => text.startsWith('directory: ')));
    const small = await verified(context, (folder) => {
      const bytes = read(folder, 'DICOMDIR');
      bytes.set(Buffer.from('DICoM\\PA'), Buffer.from(bytes.buffer).indexOf('DICOM\\PA'));
      writeFileSync(join(folder, 'DICOMDIR'), bytes);
    });
    assert.ok(rulesOf(small, 'STD-GEN-CD').some((text) => text.startsWith('file-id: ')));
  });

  test('a record without a key of PS3.3 breaks every profile, one without a key of Annex H those of Annex H alone', async (context) => {
    const without = (keyword: string, tag: readonly number[]) => (folder: string) => {
      const bytes = read(folder, 'DICOMDIR');
      const at = Buffer.from(bytes.buffer).indexOf(Buffer.from(tag));
      assert.ok(at > 0, keyword);
      // Another tag of the same VR, in its place by number.
      bytes.set([tag[0] ?? 0, tag[1] ?? 0, (tag[2] ?? 0) + 1, tag[3] ?? 0], at);
      writeFileSync(join(folder, 'DICOMDIR'), bytes);
    };
    const rows = await verified(context, without('Columns', [0x28, 0, 0x11, 0, 0x55, 0x53]));
    assert.deepEqual(rulesOf(rows, 'STD-GEN-CD'), []);
    assert.deepEqual(rulesOf(rows, 'STD-GEN-DVD-JPEG'), ['key: the IMAGE record lacks Columns']);
    const modality = await verified(context, without('Modality', [0x08, 0, 0x60, 0, 0x43, 0x53]));
    assert.match(rulesOf(modality, 'STD-GEN-CD').join(), /^key: .*\(Modality\)/);
  });

  test('a file without preamble and File Meta Information', async (context) => {
    const bare = await verified(context, (folder) => {
      const bytes = read(folder, image);
      const meta = 132 + 12 + new DataView(bytes.buffer).getUint32(140, true);
      writeFileSync(join(folder, image), bytes.slice(meta));
    });
    assert.ok(rulesOf(bare, 'STD-GEN-CD').some((text) => text.startsWith('file: ') && text.includes('preamble')));
  });
});

test('verifying changes nothing on the medium', async (context) => {
  const folder = join(temporaryFolder(context), 'set');
  await writeFileSet(await planOf([instance(ct, 1)]), folder);
  const before = [readdirSync(folder, { recursive: true }), read(folder, 'DICOMDIR'), read(folder, image)];
  await verifyFileSet(await folderMedium(folder));
  assert.deepEqual([readdirSync(folder, { recursive: true }), read(folder, 'DICOMDIR'), read(folder, image)], before);
});
