// What `concord get` leaves on the disk: whole files under names of ours, or nothing.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { explicitVrLittleEndian, readPart10 } from '@concord/dicom';
import { folderWith } from '../testing/folder.ts';
import { instanceFile, secondaryCapture } from '../testing/instance.ts';
import { keep } from './keep.ts';

const context = { id: 1, abstractSyntax: secondaryCapture, transferSyntax: explicitVrLittleEndian };
const uid = '1.2.3.4';

/** The data set of an instance, in two pieces. */
async function* pieces(bytes: Uint8Array) {
  yield bytes.subarray(0, 100);
  yield bytes.subarray(100);
}
const dataSetOf = (file: Uint8Array) => file.subarray(readPart10(file).dataSetOffset);
const requestFor = (sopInstanceUid: string, dataSet: AsyncIterable<Uint8Array>) => ({
  affectedSopClassUid: secondaryCapture,
  affectedSopInstanceUid: sopInstanceUid,
  dataSet,
});
const whole = dataSetOf(instanceFile({ sopInstanceUid: uid }));

test('an instance becomes a Part 10 file named by its UID, byte for byte', async (t) => {
  const folder = folderWith(t);
  assert.deepEqual(await keep(folder, requestFor(uid, pieces(whole)), context), { code: 0 });
  assert.deepEqual(readdirSync(folder), ['1.2.3.4.dcm']);
  const file = readFileSync(join(folder, '1.2.3.4.dcm'));
  const { meta, transferSyntaxUid, dataSetOffset } = readPart10(file);
  assert.equal(transferSyntaxUid, explicitVrLittleEndian);
  assert.equal(meta.string('MediaStorageSOPInstanceUID'), uid);
  assert.deepEqual(new Uint8Array(file.subarray(dataSetOffset)), new Uint8Array(whole));
});

test('a UID that is none becomes no file name', async (t) => {
  const outer = folderWith(t, { 'inner/marker': '' });
  const folder = join(outer, 'inner');
  for (const name of ['../1.2.3', '..', '/etc/passwd', '1.2/../../x', '', '1.2\u0000.3', `1.${'2'.repeat(64)}`, '<b>'])
    assert.equal((await keep(folder, requestFor(name, pieces(whole)), context)).code, 0xa900, JSON.stringify(name));
  assert.deepEqual([readdirSync(outer), readdirSync(folder)], [['inner'], ['marker']]);
});

test('a data set that contradicts the request is refused and leaves nothing', async (t) => {
  const folder = folderWith(t);
  assert.equal((await keep(folder, requestFor('1.2.3.5', pieces(whole)), context)).code, 0xa900);
  assert.deepEqual(readdirSync(folder), []);
});

test('a data set that ends inside an element is refused and leaves nothing', async (t) => {
  const folder = folderWith(t);
  const cut = whole.subarray(0, whole.length - 2);
  assert.equal((await keep(folder, requestFor(uid, pieces(cut)), context)).code, 0xc000);
  assert.deepEqual(readdirSync(folder), []);
});

test('a connection that breaks off leaves nothing', async (t) => {
  const folder = folderWith(t);
  async function* broken() {
    yield whole.subarray(0, 200);
    throw new Error('connection lost');
  }
  await assert.rejects(keep(folder, requestFor(uid, broken()), context), /connection lost/);
  assert.deepEqual(readdirSync(folder), []);
});
