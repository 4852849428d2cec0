// Exam types: a list without doubles, and the studies that match it by any of four attributes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice } from '../../testing/data-sets.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { createExamTypes } from './exam-types.ts';

const study = '1.2.826.0.1.3680043.10.81.1';
const other = '1.2.826.0.1.3680043.10.81.2';

test('[QR-DB-10] [QR-DB-12] [QR-DB-14] [QR-DB-15] a study is of the types that its descriptions, body parts and Image Type name', async (t) => {
  const { put, database } = await openRealArchive(t);
  const image = (number: number, studyInstanceUid: string, more: object) =>
    put(
      ctSlice({
        StudyInstanceUID: studyInstanceUid,
        SeriesInstanceUID: `${studyInstanceUid}.${number}`,
        SOPInstanceUID: `${studyInstanceUid}.${number}.1`,
        StudyDescription: 'CT CHEST',
        SeriesDescription: undefined,
        BodyPartExamined: undefined,
        ImageType: undefined,
        ...more,
      }),
    );
  await image(1, study, { SeriesDescription: 'Lung  1.0', BodyPartExamined: 'CHEST' });
  await image(2, study, { ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'] });
  await image(1, other, { StudyDescription: 'MR HEAD', ImageType: ['AXIAL', 'PRIMARY'] });
  const types = createExamTypes(database, () => new Date('2026-05-01T12:00:00Z'));
  assert.deepEqual(await types.ofStudy(study), [], 'nothing is in the list');
  for (const name of ['CT CHEST', 'lung 1.0', 'Chest', 'AXIAL', 'PRIMARY', 'KNEE'])
    assert.equal(await types.add(name, 'vet'), 'added');
  assert.deepEqual(await types.ofStudy(study), [
    { name: 'CT CHEST', from: 'Study Description' },
    { name: 'lung 1.0', from: 'Series Description' },
    { name: 'Chest', from: 'Body Part Examined' },
    { name: 'AXIAL', from: 'Image Type' },
  ]);
  assert.deepEqual(await types.ofStudy(other), [], 'a first or second value of Image Type is none');
  assert.deepEqual(await types.ofStudy('9.9.9'), []);
  assert.equal(await types.remove('ct chest'), true);
  assert.deepEqual(
    (await types.ofStudy(study)).map(({ name }) => name),
    ['lung 1.0', 'Chest', 'AXIAL'],
  );
});

test('the list is in order, without doubles in another spelling, and what is not there cannot be taken out', async (t) => {
  const { database } = await openRealArchive(t);
  const types = createExamTypes(database, () => new Date('2026-05-01T12:00:00Z'));
  assert.equal(await types.add(' knee ', 'vet'), 'added');
  assert.equal(await types.add('KNEE', 'vet'), 'there already');
  assert.equal(await types.add('Ärm', 'vet'), 'added');
  assert.equal(await types.remove('elbow'), false);
  const names = (await types.list()).map(({ name }) => name);
  assert.deepEqual(names, ['knee', 'Ärm']);
});
