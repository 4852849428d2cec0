// Images that lack what showing them takes are refused where the settings ask for it, and kept for diagnosis where they ask for that.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces, type Values } from '../../testing/data-sets.ts';
import { openRealArchive, temporaryFolder } from '../../testing/real-archive.ts';
import { forgetRefused, startForgetting } from './refused-objects.ts';

const lacking: readonly (readonly [Values, number])[] = [
  [{ PhotometricInterpretation: undefined }, 0x00280004],
  [{ PhotometricInterpretation: null }, 0x00280004],
  [{ Rows: undefined }, 0x00280010],
  [{ Columns: 0 }, 0x00280011],
  [{ BitsAllocated: undefined }, 0x00280100],
  [{ BitsStored: null }, 0x00280101],
  [{ PixelData: undefined }, 0x7fe00010],
  [{ PixelData: new Uint8Array() }, 0x7fe00010],
];
const report = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11', Modality: 'SR' };

test('an image without what showing it takes is refused with A900 and the tag; a report needs none of it', async (t) => {
  const { archive, put } = await openRealArchive(t, { more: { incompleteImages: 'refuse' } });
  for (const [values, tag] of lacking) {
    const { status } = await put(ctSlice(values));
    assert.deepEqual([status.code, status.offending], [0xa900, [tag]], status.comment);
  }
  assert.equal((await archive.statistics()).instances, 0);
  const nothing = Object.assign({}, ...lacking.map(([values]) => values), report);
  assert.equal((await put(ctSlice(nothing))).status.code, 0x0000);
  assert.equal((await put(ctSlice())).status.code, 0x0000, 'the class of the request is that of the object');
});

test('where nothing is asked for such images are kept', async (t) => {
  const { put } = await openRealArchive(t);
  for (const [index, [values]] of lacking.entries())
    assert.equal((await put(ctSlice({ SOPInstanceUID: `1.2.3.1.1.${index}`, ...values }))).status.code, 0x0000);
});

test('a restored image is not measured again', async (t) => {
  const first = await openRealArchive(t);
  await first.put(ctSlice({ BitsStored: undefined }));
  await first.archive.reject({ studyInstanceUid: '1.2.3.1' }, { by: 'me', reason: 'test' });
  await first.close();
  const { archive } = await openRealArchive(t, { folder: first.folder, more: { incompleteImages: 'refuse' } });
  assert.equal(await archive.restore('1.2.3.1', { by: 'vet', reason: '' }), 1);
});

const hourMs = 3_600_000;

async function keeping(mostBytes = 1_000_000) {
  const folder = join(await temporaryFolder(), 'refused');
  const refused = { folder, staysMs: hourMs, mostBytes };
  const names = (end: string) => readdirSync(folder).filter((name) => name.endsWith(end));
  return { refused, names, more: { incompleteImages: 'refuse', refused } as const };
}

test('what is refused is kept as a file with the reason, what is stored is not', async (t) => {
  const { refused, names, more } = await keeping();
  const { archive, put } = await openRealArchive(t, { more });
  assert.equal((await put(ctSlice())).status.code, 0x0000);
  assert.deepEqual(names(''), []);
  const bytes = encoded(ctSlice({ SOPInstanceUID: '1.2.3.1.1.9', BitsAllocated: undefined }));
  const said = { sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: '1.2.3.1.1.9' };
  const origin = { via: 'DIMSE', callingAeTitle: 'CT1' } as const;
  const transferSyntaxUid = explicitVrLittleEndian;
  const incoming = { ...said, transferSyntaxUid, origin, dataSet: inPieces(bytes, 100) };
  assert.equal((await archive.receive(incoming)).status.code, 0xa900);
  const [file = ''] = names('.dcm');
  const kept = readPart10(readFileSync(join(refused.folder, file)));
  assert.equal(kept.transferSyntaxUid, explicitVrLittleEndian);
  assert.deepEqual(Buffer.from(encoded(kept.dataSet)), Buffer.from(bytes), 'all of it, also what came after the fault');
  const reason = JSON.parse(readFileSync(join(refused.folder, file.replace('dcm', 'json')), 'utf8'));
  assert.deepEqual(
    [reason.status, reason.comment, reason.from.callingAeTitle, reason.sopInstanceUid],
    ['A900', 'the image has no Bits Allocated', 'CT1', said.sopInstanceUid],
  );
  const garbage = { ...incoming, dataSet: inPieces(Buffer.alloc(3000, 0x5a), 100) };
  assert.equal((await archive.receive(garbage)).status.code, 0xc000);
  assert.equal(names('.dcm').length, 2);
  assert.deepEqual(names('.part'), []);
});

test('they are few: too large a one is not kept, the oldest go first, and each when its time is over', async (t) => {
  const { refused, names, more } = await keeping(2000);
  const { archive } = await openRealArchive(t, { more });
  const refuse = (length: number) =>
    archive.receive({
      transferSyntaxUid: explicitVrLittleEndian,
      origin: { via: 'import' },
      dataSet: inPieces(Buffer.alloc(length, 0x5a), 100),
    });
  assert.equal((await refuse(5000)).status.code, 0xc000);
  assert.deepEqual(names(''), []);
  for (let times = 0; times < 4; times += 1) await refuse(900);
  assert.equal(names('.dcm').length, 2);
  const parts = {
    ...refused,
    now: () => new Date(),
    log: { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 },
  };
  const [old = ''] = names('.dcm');
  utimesSync(join(refused.folder, old), 0, 0);
  await forgetRefused(parts);
  assert.equal(names('.dcm').includes(old), false);
  assert.deepEqual([names('.dcm').length, names('.json').length], [1, 1]);
  writeFileSync(join(refused.folder, 'cut-off.part'), 'x');
  await (await startForgetting(parts)).close();
  assert.deepEqual(names('.part'), []);
  assert.equal(names('.dcm').length, 1);
});

test('where copies cannot be written objects are stored and refused as ever, and the log says so', async (t) => {
  const file = join(await temporaryFolder(), 'no-folder');
  writeFileSync(file, '');
  const refused = { folder: join(file, 'refused'), staysMs: hourMs, mostBytes: 1000 };
  const { put, complaints } = await openRealArchive(t, { more: { incompleteImages: 'refuse', refused } });
  assert.equal((await put(ctSlice())).status.code, 0x0000);
  assert.equal((await put(ctSlice({ Rows: undefined, SOPInstanceUID: '1.2.3.1.1.2' }))).status.code, 0xa900);
  assert.match(complaints.join(), /cannot be kept for diagnosis/);
});
