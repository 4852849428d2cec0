// The registry of PS3.6 Annex A after unpacking, and the form of UIDs. PS3.5 chapter 9.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageSopClasses } from './storage-sop-class.ts';
import { describeUid, isUid, newUid, uidName } from './uid.ts';

test('a registered UID has name, keyword, type and retirement as PS3.6 Annex A has them', () => {
  const described: readonly (readonly [string, string, string, string, boolean])[] = [
    ['1.2.840.10008.1.1', 'Verification SOP Class', 'Verification', 'SOP Class', false],
    ['1.2.840.10008.1.2.4.54', 'JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)', '', '', true],
    ['1.2.840.10008.5.1.4.1.1.2', 'CT Image Storage', 'CTImageStorage', 'SOP Class', false],
    ['1.2.840.10008.5.1.4.1.1.2.1', 'Enhanced CT Image Storage', 'EnhancedCTImageStorage', 'SOP Class', false],
    ['1.2.840.10008.6.1.2', 'Anatomic Region', 'AnatomicRegion', 'Context Group', false],
    ['1.2.840.10008.6.1.485', 'Waveform Purpose Of Reference', 'WaveformPurposeOfReference', 'Context Group', false],
    ['1.2.840.10008.15.1.1', 'Universal Coordinated Time', 'UTC', 'Synchronization Frame of Reference', false],
  ];
  for (const [uid, name, keyword, type, retired] of described) {
    const entry = describeUid(uid);
    assert.equal(entry?.name, name, uid);
    assert.equal(entry.retired, retired, uid);
    if (keyword) assert.deepEqual([entry.keyword, entry.type], [keyword, type], uid);
  }
});

test('every storage SOP Class is registered, under a UID of its own', () => {
  assert.ok(storageSopClasses.length > 180);
  assert.equal(new Set(storageSopClasses.map(({ uid }) => uid)).size, storageSopClasses.length);
  for (const { uid, name } of storageSopClasses) assert.notEqual(name, uid);
});

test('an unknown or malformed UID has no name', () => {
  for (const text of ['', '1', '1.2.840.10008.6.1', '1.2.840.10008.6.1.999999', '2.25.1', 'CT Image Storage'])
    assert.equal(uidName(text), undefined, text);
});

test('a UID is digits and dots without leading zeros, 1 to 64 characters', () => {
  for (const text of ['1', '0', '1.0.2', '2.25.340282366920938463463374607431768211455']) assert.ok(isUid(text), text);
  for (const text of ['', '.', '1.', '.1', '1..2', '01', '1.02', '1.a', ' 1', `1.${'1'.repeat(63)}`])
    assert.ok(!isUid(text), text);
});

test('a new UID is that of a version 4 UUID, and needs 16 bytes', () => {
  assert.equal(newUid(new Uint8Array(16)), `2.25.${0x00000000000040008000000000000000n}`);
  assert.equal(newUid(new Uint8Array(16).fill(255)), `2.25.${0xffffffffffff4fffbfffffffffffffffn}`);
  assert.throws(() => newUid(new Uint8Array(15)), TypeError);
});
