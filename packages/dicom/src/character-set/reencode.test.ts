// Data sets in another character set.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpusFile, needsCorpus } from '../../testing/corpus.ts';
import { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { readDataSet, readPart10 } from '../part10.ts';
import { writeDataSet } from '../write.ts';
import { doubtCharacterSet } from './detect.ts';
import { reencode, textSamples } from './reencode.ts';

const explicitLittle = '1.2.840.10008.1.2.1';
const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function japanese(): DataSet {
  const dataSet = new DataSet();
  dataSet.set('SpecificCharacterSet', ['', 'ISO 2022 IR 87']);
  dataSet.set('PatientName', latin('Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B'), 'PN');
  dataSet.set('RequestAttributesSequence[0].ScheduledProcedureStepDescription', latin('\x1b$B;3ED\x1b(B '), 'LO');
  dataSet.set('Modality', 'CT');
  dataSet.set('PixelData', new Uint8Array([0x1b, 0x24, 0x42, 0xff]), 'OB');
  return dataSet;
}
const reread = (dataSet: DataSet): DataSet => readDataSet(writeDataSet(dataSet, explicitLittle), explicitLittle);

describe('reencode', () => {
  test('text of all levels to UTF-8 and back, everything else untouched', () => {
    const utf8 = reread(reencode(japanese(), 'ISO_IR 192'));
    assert.deepEqual(utf8.specificCharacterSet, ['ISO_IR 192']);
    assert.equal(Buffer.from(utf8.bytes('PatientName') ?? []).toString(), 'Yamada^Tarou=山田^太郎');
    assert.equal(utf8.string('RequestAttributesSequence[0].ScheduledProcedureStepDescription'), '山田');
    assert.deepEqual([...(utf8.bytes('PixelData') ?? [])], [0x1b, 0x24, 0x42, 0xff]);
    const back = reread(reencode(utf8, ['', 'ISO 2022 IR 87']));
    assert.deepEqual(back.bytes('PatientName'), reread(japanese()).bytes('PatientName'));
  });
  test('an item that declares a set of its own is read by it, and declares none afterwards', () => {
    const dataSet = new DataSet();
    dataSet.set('SpecificCharacterSet', 'ISO_IR 100');
    dataSet.set('PatientName', 'Jérôme');
    dataSet.set('RequestAttributesSequence[0].SpecificCharacterSet', 'ISO_IR 144');
    dataSet.set('RequestAttributesSequence[0].ScheduledProcedureStepDescription', 'Люк');
    const utf8 = reread(reencode(reread(dataSet), 'ISO_IR 192'));
    assert.equal(utf8.string('RequestAttributesSequence[0].ScheduledProcedureStepDescription'), 'Люк');
    assert.ok(!utf8.has('RequestAttributesSequence[0].SpecificCharacterSet'));
  });
  test('a declaration that is wrong is put right by its suggestion', () => {
    const dataSet = new DataSet();
    dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
    dataSet.set('PatientName', latin('\xcd\xf5^\xd0\xa1\xb6\xab '), 'PN');
    assert.throws(
      () => reencode(dataSet, 'GB18030'),
      (error) => error instanceof DicomError && error.path === 'PatientName',
    );
    const doubt = doubtCharacterSet(dataSet.specificCharacterSet, textSamples(dataSet));
    assert.deepEqual(doubt?.suggestion, ['GB18030']);
    assert.equal(reencode(dataSet, 'ISO_IR 192', doubt?.suggestion).string('PatientName'), '王^小东');
  });
  test('what the wanted set does not have is refused with its path, and the data set stays as it was', () => {
    const dataSet = japanese();
    const before = writeDataSet(dataSet, explicitLittle);
    for (const terms of ['ISO_IR 100', ''])
      assert.throws(
        () => reencode(dataSet, terms),
        (error) => error instanceof DicomError && error.fault === 'not-encodable',
      );
    assert.throws(() => reencode(dataSet, 'ISO_IR 12345'), DicomError);
    assert.deepEqual(writeDataSet(dataSet, explicitLittle), before);
  });
});

/** As their authors mean them: pydicom's FileInfo.txt. */
const meant: Readonly<Record<string, string>> = {
  chrArab: 'قباني^لنزار',
  chrFren: 'Buc^Jérôme',
  chrFrenMulti: 'Buc^Jérôme',
  chrGerm: 'Äneas^Rüdiger',
  chrGreek: 'Διονυσιος',
  chrH31: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
  chrH32: 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
  chrHbrw: 'שרון^דבורה',
  chrI2: 'Hong^Gildong=洪^吉洞=홍^길동',
  chrJapMulti: 'やまだ^たろう',
  chrJapMultiExplicitIR6: 'やまだ^たろう',
  chrKoreanMulti: '김희중',
  chrRuss: 'Люкceмбypг',
  chrX1: 'Wang^XiaoDong=王^小東=',
  chrX2: 'Wang^XiaoDong=王^小东=',
};
for (const [name, text] of Object.entries(meant))
  test(`[VW-CHAR-01] [RV-CHAR-02] ${name}.dcm reads as its author means it, also in UTF-8`, needsCorpus, () => {
    const { dataSet } = readPart10(corpusFile(`pydicom/charset_files/${name}.dcm`));
    assert.equal(dataSet.string('PatientName'), text);
    assert.equal(doubtCharacterSet(dataSet.specificCharacterSet, textSamples(dataSet)), undefined);
    assert.equal(reread(reencode(dataSet, 'ISO_IR 192')).string('PatientName'), text);
  });
test('items with and without a character set of their own', needsCorpus, () => {
  for (const name of ['chrSQEncoding', 'chrSQEncoding1']) {
    const { dataSet } = readPart10(corpusFile(`pydicom/charset_files/${name}.dcm`));
    const utf8 = reencode(dataSet, 'ISO_IR 192');
    assert.equal(
      utf8.string('RequestedProcedureCodeSequence[0].PatientName') ?? utf8.string('(0032,1064)[0].PatientName'),
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    );
  }
});
