// Nothing that identifies is left in the bytes, wherever it stood: every VR, nested, private, in UIDs, between the elements.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { minimalObject } from '../../testing/minimal-object.ts';
import type { DataSet } from '../data-set.ts';
import { readDataSet } from '../part10.ts';
import type { Vr } from '../vr.ts';
import { writeDataSet } from '../write.ts';
import { deidentify } from './deidentify.ts';

const secret = new TextEncoder().encode('sixteen bytes or more of secret');
const syntaxes = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2'];
const classes = ['2', '4', '7', '1.1', '88.33', '12.1', '20'].map((end) => `1.2.840.10008.5.1.4.1.1.${end}`);
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const letters = fc.stringMatching(/^[A-Z][a-z]{6,11}$/);
const identity = fc.record({
  family: letters,
  given: letters,
  id: fc.stringMatching(/^[A-Z]{2}-[0-9]{6,8}$/),
  accession: fc.stringMatching(/^ACC[0-9]{7}$/),
  phone: fc.stringMatching(/^\+4315[0-9]{7}$/),
  birthDate: fc.integer({ min: 1920, max: 1999 }).map((year) => `${year}0417`),
  uid: fc.integer({ min: 1_000_000, max: 9_999_999 }).map((number) => `1.3.99.${number}.77`),
});
type Identity = typeof identity extends fc.Arbitrary<infer T> ? T : never;

/** Attributes the profile leaves alone, or that it does not know, one of each VR that can carry a text. */
const carriers: readonly (readonly [string | number, Vr])[] = [
  ['ManufacturerModelName', 'LO'],
  ['PatientComments', 'LT'],
  ['ContrastBolusAgent', 'LO'],
  ['KVP', 'DS'],
  ['ExposureTime', 'IS'],
  ['ImageType', 'CS'],
  ['SoftwareVersions', 'LO'],
  ['ConvolutionKernel', 'SH'],
  ['TextValue', 'UT'],
  ['LUTExplanation', 'LO'],
  ['RetrieveURL', 'UR'],
  ['FrameTimeVector', 'UC'],
  ['StationAETitle', 'AE'],
  ['ScanLength', 'UN'],
  ['ICCProfile', 'OB'],
  ['RedPaletteColorLookupTableData', 'OW'],
  ['StageNumber', 'PN'],
  ['ConcatenationUID', 'UI'],
  ['PixelPaddingValue', 'UN'],
  ['DerivationDescription', 'ST'],
  [0x00990010, 'LO'],
  [0x00991001, 'LT'],
  [0x00991002, 'OB'],
  [0x70f10010, 'UN'],
];
const prefixes = [
  '',
  'RequestAttributesSequence[0].',
  'SourceImageSequence[0].PurposeOfReferenceCodeSequence[0].',
  'AnatomicRegionSequence[0].',
];

const planted = fc.record({
  at: fc.constantFrom(...carriers),
  inside: fc.constantFrom(...prefixes),
  what: fc.constantFrom<keyof Identity>('family', 'given', 'id', 'accession', 'phone', 'birthDate', 'uid'),
  words: fc.constantFrom('', 'seen ', 'x/'),
});

function plant(
  dataSet: DataSet,
  who: Identity,
  { at: [tag, vr], inside, what, words }: ReturnType<typeof planted.generate>['value'],
): void {
  const text =
    vr === 'UI' ? (what === 'uid' ? who.uid : `1.2.${who[what].replace(/\D/g, '') || '5'}.9`) : words + who[what];
  const name = typeof tag === 'number' ? tag.toString(16).padStart(8, '0') : tag;
  const bytes = Buffer.from(text.length % 2 === 0 ? text : `${text} `, 'latin1');
  dataSet.set(
    inside + name,
    vr.startsWith('O') || vr === 'UN' || vr === 'DS' || vr === 'IS' ? new Uint8Array(bytes) : text,
    vr,
  );
}

describe('after the basic profile', () => {
  test('no identifying value is left anywhere in the bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...classes),
        fc.constantFrom(...syntaxes),
        identity,
        fc.array(planted, { minLength: 1, maxLength: 12 }),
        (sopClass, syntax, who, places) => {
          const dataSet = minimalObject(sopClass);
          dataSet.set('PatientName', `${who.family}^${who.given}`);
          dataSet.set('PatientID', who.id);
          dataSet.set('PatientBirthDate', who.birthDate);
          dataSet.set('AccessionNumber', who.accession);
          dataSet.set('PatientTelephoneNumbers', who.phone);
          dataSet.set('StudyInstanceUID', who.uid);
          for (const place of places) plant(dataSet, who, place);
          const before = writeDataSet(dataSet, syntax);
          const values = Object.values(who);
          for (const value of values) assert.ok(latin(before).includes(value), `${value} was there`);
          const after = latin(writeDataSet(deidentify(readDataSet(before, syntax), { secret }).dataSet, syntax));
          for (const value of values)
            assert.ok(!after.toLowerCase().includes(value.toLowerCase()), `${value} is left in ${sopClass}`);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('nor in what stands between and behind the elements, or in the second of two with one tag', () => {
    const explicit = '1.2.840.10008.1.2.1';
    const dataSet = minimalObject('1.2.840.10008.5.1.4.1.1.2');
    dataSet.delete('PixelData');
    dataSet.set('PatientName', 'Hidden^Person');
    dataSet.set('StudyDescription', 'first');
    const bytes = Buffer.from(writeDataSet(dataSet, explicit));
    const element = (tag: string, vr: string, text: string): Buffer => {
      const head = Buffer.from(tag, 'hex');
      return Buffer.concat([head, Buffer.from(vr), Buffer.from([text.length, 0]), Buffer.from(text)]);
    };
    const twice = Buffer.from(writeDataSet(dataSet, explicit)).indexOf(Buffer.from('08003010', 'hex'));
    const hostile = Buffer.concat([
      bytes.subarray(0, twice),
      element('08003010', 'LO', 'Secret A'),
      element('08003010', 'LO', 'Secret B'),
      bytes.subarray(twice),
      Buffer.from('feff0de000000000', 'hex'), // a delimiter without a sequence
      Buffer.from('Secret tail'),
    ]);
    const read = readDataSet(new Uint8Array(hostile), explicit, { truncated: 'keep' });
    assert.match(latin(writeDataSet(read, explicit)), /Secret B/, 'it comes out as it came in otherwise');
    const after = latin(writeDataSet(deidentify(read, { secret }).dataSet, explicit));
    for (const text of ['Secret', 'Hidden', 'Person']) assert.ok(!after.includes(text), text);
  });

  test('an unread value and a group that is not for data sets go too', () => {
    const dataSet = minimalObject('1.2.840.10008.5.1.4.1.1.2');
    dataSet.set('PatientID', 'MRN-778812');
    dataSet.set(0x00031001, 'MRN-778812', 'LO');
    dataSet.set(0x00041141, 'MRN-778812', 'CS');
    const { dataSet: after, residues } = deidentify(dataSet, { secret });
    assert.ok(!latin(writeDataSet(after, '1.2.840.10008.1.2.1')).includes('778812'));
    assert.ok(residues.every(({ kind }) => ['name', 'identifier', 'birth-date', 'uid'].includes(kind)));
  });
});
