// Private elements that may stay: the list of the standard, and what the object declares.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimalObject } from '../../testing/minimal-object.ts';
import type { DataSet } from '../data-set.ts';
import { deidentify, isListedSafe } from './deidentify.ts';

const secret = new TextEncoder().encode('sixteen bytes or more of secret');
const pet = 'Philips PET Private Group';
const kept = (dataSet: DataSet): DataSet => deidentify(dataSet, { secret, options: ['retain-safe-private'] }).dataSet;

function withPrivate(): DataSet {
  const dataSet = minimalObject('1.2.840.10008.5.1.4.1.1.128');
  dataSet.set(0x70530010, pet, 'LO');
  dataSet.set(0x70531000, '1.25', 'DS');
  dataSet.set(0x70531001, 'file of Jane', 'LO');
  dataSet.set(0x70530011, 'ACME', 'LO');
  dataSet.set(0x70531100, 'of Jane', 'LO');
  return dataSet;
}

test('rows of PS3.15 Table E.3.10-1', () => {
  assert.ok(isListedSafe(pet, 0x00, 0x7053) && isListedSafe(pet, 0x09, 0x7053));
  assert.ok(isListedSafe('SIEMENS MR HEADER', 0x0c, 0x0019) && isListedSafe('GEMS_PARM_01', 0x39, 0x0043));
  assert.ok(!isListedSafe(pet, 0x01, 0x7053) && !isListedSafe('ACME', 0x00, 0x7053) && !isListedSafe('', 0, 0));
});
test('the listed stay with their creator, wherever their block is, and no others', () => {
  const after = kept(withPrivate());
  assert.equal(after.string(0x70531000), '1.25');
  assert.equal(after.string(0x70530010), pet);
  for (const tag of [0x70531001, 0x70530011, 0x70531100]) assert.ok(!after.has(tag));
  const elsewhere = minimalObject('1.2.840.10008.5.1.4.1.1.128');
  elsewhere.set(0x705300e1, pet, 'LO');
  elsewhere.set(0x7053e109, '2', 'DS');
  assert.equal(kept(elsewhere).string(0x7053e109), '2');
});
test('nothing private stays without the option', () => {
  const { dataSet } = deidentify(withPrivate(), { secret });
  assert.ok(![...dataSet.elements()].some(({ tag }) => (tag & 0x10000) !== 0));
});
test('blocks and elements the object itself calls safe', () => {
  const dataSet = withPrivate();
  const item = (index: number, creator: string, status: string): void => {
    dataSet.set(`PrivateDataElementCharacteristicsSequence[${index}].PrivateGroupReference`, 0x7053);
    dataSet.set(`PrivateDataElementCharacteristicsSequence[${index}].PrivateCreatorReference`, creator);
    dataSet.set(`PrivateDataElementCharacteristicsSequence[${index}].BlockIdentifyingInformationStatus`, status);
  };
  item(0, 'ACME', 'MIXED');
  dataSet.set('PrivateDataElementCharacteristicsSequence[0].NonidentifyingPrivateElements', [0x1000]);
  assert.equal(kept(dataSet).string(0x70531100), 'of Jane');
  item(0, 'ACME', 'SAFE');
  assert.equal(kept(dataSet).string(0x70531100), 'of Jane');
  item(0, 'ACME', 'UNSAFE');
  assert.ok(!kept(dataSet).has(0x70531100));
  item(0, 'OTHER', 'SAFE');
  assert.ok(!kept(dataSet).has(0x70531100));
});
test('a block without a creator, or with a known value in a listed element, is not kept', () => {
  const dataSet = withPrivate();
  dataSet.delete(0x70530010);
  assert.ok(!kept(dataSet).has(0x70531000));
  const hidden = withPrivate();
  hidden.set('PatientID', 'MRN-778812');
  hidden.set(0x70531000, new Uint8Array(Buffer.from('MRN-778812')), 'DS');
  assert.notEqual(kept(hidden).string(0x70531000), 'MRN-778812');
});
