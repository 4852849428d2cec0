// The way back: byte for byte from a kept map, and from Encrypted Attributes Sequence.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpusFile, corpusFiles, needsCorpus } from '../../testing/corpus.ts';
import { minimalObject } from '../../testing/minimal-object.ts';
import { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { readDataSet, readPart10 } from '../part10.ts';
import { writeDataSet } from '../write.ts';
import {
  addEncryptedAttributes,
  type DeidentifyOptions,
  deidentify,
  encryptedAttributes,
  protectedAttributes,
  reidentify,
  restoreAttributes,
} from './deidentify.ts';

const secret = new TextEncoder().encode('sixteen bytes or more of secret');
const syntaxes = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2'];

/** With what JSON would not bring back: padding, other forms of numbers, several character sets, undefined lengths, private elements. */
function odd(): DataSet {
  const dataSet = minimalObject('1.2.840.10008.5.1.4.1.1.2');
  dataSet.set('SpecificCharacterSet', ['', 'ISO 2022 IR 87']);
  dataSet.set('PatientName', 'Yamada^Tarou=山田^太郎=やまだ^たろう');
  dataSet.set('PatientID', new Uint8Array(Buffer.from(' MRN 1  \0\0')), 'LO');
  dataSet.set('PatientAge', new Uint8Array(Buffer.from('63Y ')), 'AS');
  dataSet.set('StudyDate', '2024.03.01');
  dataSet.set('RequestAttributesSequence[0].RequestedProcedureDescription', '山田');
  dataSet.set('ReferencedStudySequence', null, 'SQ');
  dataSet.set(0x00290010, 'ACME', 'LO');
  dataSet.set(0x00291001, new Uint8Array([1, 2, 3, 4]), 'UN');
  return dataSet;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('from a kept map', () => {
  for (const syntax of syntaxes)
    test(`the same bytes again, ${syntax}`, () => {
      const before = writeDataSet(odd(), syntax);
      const { dataSet, map } = deidentify(readDataSet(before, syntax), { secret });
      const sent = readDataSet(writeDataSet(dataSet, syntax), syntax);
      const back = reidentify(sent, JSON.parse(JSON.stringify(map)));
      assert.equal(hex(writeDataSet(back, syntax)), hex(before));
      assert.equal(back.string('PatientName'), 'Yamada^Tarou=山田^太郎=やまだ^たろう');
      assert.equal(back.string('RequestAttributesSequence[0].RequestedProcedureDescription'), '山田');
    });
  test('sequences and items of undefined length', () => {
    const implicit = '1.2.840.10008.1.2';
    const item = Buffer.concat([
      Buffer.from('0800801002000000', 'hex'),
      Buffer.from('X '),
      Buffer.from('feff0de000000000', 'hex'),
    ]);
    const sequence = Buffer.concat([
      Buffer.from('40007502ffffffff', 'hex'),
      Buffer.from('feff00e0ffffffff', 'hex'),
      item,
      Buffer.from('feffdde000000000', 'hex'),
    ]);
    const bytes = new Uint8Array(sequence);
    const { dataSet, map } = deidentify(readDataSet(bytes, implicit), { secret });
    assert.equal(hex(writeDataSet(reidentify(dataSet, map), implicit)), hex(bytes));
  });
  test('with every option that changes values', () => {
    const options: DeidentifyOptions = {
      secret,
      options: [
        'retain-longitudinal-modified-dates',
        'clean-descriptors',
        'clean-structured-content',
        'clean-graphics',
      ],
      cleanText: (text) => text.slice(0, 2),
    };
    const [syntax = ''] = syntaxes;
    const before = writeDataSet(odd(), syntax);
    const { dataSet, map } = deidentify(readDataSet(before, syntax), options);
    assert.equal(hex(writeDataSet(reidentify(dataSet, map), syntax)), hex(before));
  });
  test('what others added since stays', () => {
    const { dataSet, map } = deidentify(odd(), { secret });
    dataSet.set('ImageComments', 'read twice');
    assert.equal(reidentify(dataSet, map).string('ImageComments'), 'read twice');
  });
  test('the map of another object, and damaged ones, are refused', () => {
    const [one, two] = [1, 2].map((instance) =>
      deidentify(minimalObject('1.2.840.10008.5.1.4.1.1.2', instance), { secret }),
    );
    assert.ok(one && two);
    assert.throws(() => reidentify(one.dataSet, two.map), DicomError);
    for (const original of ['%%%', one.map.original.slice(0, 40)])
      assert.throws(() => reidentify(one.dataSet, { ...one.map, original }), DicomError, original);
  });
  test('every real file comes back as it was', needsCorpus, () => {
    let files = 0;
    for (const name of corpusFiles().filter((file) => /pydicom\/test_files|charset_files/.test(file))) {
      const file = readable(name);
      if (!file) continue;
      const { dataSet } = file;
      // Deflated anew the same elements are other bytes.
      const transferSyntaxUid = file.transferSyntaxUid.replace(/\.99$/, '');
      // A group length that was wrong is right afterwards.
      for (const { tag } of [...dataSet.elements()]) if ((tag & 0xffff) === 0) dataSet.delete(tag);
      const before = writeDataSet(dataSet, transferSyntaxUid);
      const { dataSet: after, map } = deidentify(dataSet, { secret });
      const back = writeDataSet(reidentify(after, map), transferSyntaxUid);
      // Bytes that are no element are not kept, nor the second of two elements with one tag.
      if (file.findings.length === 0) assert.ok(hex(back) === hex(before), name);
      files += 1;
    }
    assert.ok(files > 60, `${files} files`);
  });
});

function readable(name: string): ReturnType<typeof readPart10> | undefined {
  try {
    return readPart10(corpusFile(name));
  } catch (error) {
    assert.ok(error instanceof DicomError, name);
    return undefined;
  }
}

describe('inside the object, encrypted. PS3.15 E.1.1', () => {
  const xor = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x5a);
  test('there and back', () => {
    const [, syntax = ''] = syntaxes;
    const before = writeDataSet(odd(), syntax);
    const { dataSet, map } = deidentify(readDataSet(before, syntax), { secret });
    addEncryptedAttributes(dataSet, xor(protectedAttributes(map)));
    const sent = readDataSet(writeDataSet(dataSet, syntax), syntax);
    assert.ok(!Buffer.from(writeDataSet(sent, syntax)).includes('Yamada'));
    const [item] = encryptedAttributes(sent);
    assert.ok(item);
    const back = restoreAttributes(sent, xor(item.content), item.transferSyntaxUid);
    assert.equal(hex(writeDataSet(back, syntax)), hex(before));
  });
  test('for two readers', () => {
    const { dataSet, map } = deidentify(odd(), { secret });
    for (const key of [1, 2])
      addEncryptedAttributes(
        dataSet,
        protectedAttributes(map).map((byte) => byte ^ key),
      );
    assert.equal(encryptedAttributes(dataSet).length, 2);
  });
  test('what is no Encrypted Attributes Data Set is refused', () => {
    const { dataSet } = deidentify(odd(), { secret });
    const empty = writeDataSet(new DataSet(), '1.2.840.10008.1.2.1');
    assert.throws(() => restoreAttributes(dataSet, empty, '1.2.840.10008.1.2.1'), DicomError);
    assert.throws(() => restoreAttributes(dataSet, new Uint8Array(50).fill(7), '1.2.840.10008.1.2.1'), DicomError);
  });
});
