// Content items by the table of PS3.15 E.3.4, and by their kind where it does not list them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { minimalObject } from '../../testing/minimal-object.ts';
import type { DataSet } from '../data-set.ts';
import { validate } from '../iod/validate.ts';
import { type ConfidentialityOption, deidentify } from './deidentify.ts';

const secret = new TextEncoder().encode('sixteen bytes or more of secret');

interface Item {
  readonly type: string;
  readonly code: string;
  readonly scheme?: string;
  readonly values: Readonly<Record<string, string>>;
}

function report(items: readonly Item[], at = 'ContentSequence'): DataSet {
  const dataSet = minimalObject('1.2.840.10008.5.1.4.1.1.88.33');
  dataSet.set('PatientName', 'Doe^Jane');
  for (const [number, { type, code, scheme = 'DCM', values }] of items.entries()) {
    const item = `${at}[${number}]`;
    dataSet.set(`${item}.ValueType`, type);
    dataSet.set(`${item}.ConceptNameCodeSequence[0].CodeValue`, code);
    dataSet.set(`${item}.ConceptNameCodeSequence[0].CodingSchemeDesignator`, scheme);
    dataSet.set(`${item}.ConceptNameCodeSequence[0].CodeMeaning`, 'something');
    for (const [keyword, value] of Object.entries(values)) dataSet.set(`${item}.${keyword}`, value);
  }
  return dataSet;
}

const cleaned = (
  dataSet: DataSet,
  options: readonly ConfidentialityOption[] = [],
  cleanText?: (text: string) => string,
) =>
  deidentify(dataSet, {
    secret,
    options: ['clean-structured-content', ...options],
    ...(cleanText && { cleanText }),
  }).dataSet;
const codesOf = (dataSet: DataSet): readonly (string | undefined)[] =>
  dataSet.items('ContentSequence').map((item) => item.string('ConceptNameCodeSequence[0].CodeValue'));

const accession: Item = { type: 'TEXT', code: '121022', values: { TextValue: 'ACC-4711' } };
const observer: Item = { type: 'PNAME', code: '121008', values: { PersonName: 'Huber^Karl' } };
const acquired: Item = { type: 'DATE', code: '126201', values: { Date: '20240301' } };
const finding: Item = { type: 'TEXT', code: '121071', values: { TextValue: 'nodule' } };
const size: Item = { type: 'NUM', code: '103355008', scheme: 'SCT', values: { NumericValue: '12' } };
const tracking: Item = { type: 'UIDREF', code: '112040', values: { UID: '1.2.3.4.5' } };

describe('items the table lists', () => {
  test('those to be removed go, those to be replaced have a dummy', () => {
    const after = cleaned(report([accession, observer, acquired, tracking, size]));
    assert.ok(!codesOf(after).includes('121022') && !codesOf(after).includes('126201'));
    assert.ok(codesOf(after).includes('103355008'), 'a measurement stays');
    const [uid] = after.items('ContentSequence').flatMap((item) => item.strings('UID'));
    assert.match(uid ?? '', /^2\.25\./);
    const names = after.items('ContentSequence').flatMap((item) => item.strings('PersonName'));
    assert.ok(
      names.every((name) => name === 'ANONYMIZED'),
      names.join(),
    );
  });
  test('options keep and clean by the table', () => {
    const options: readonly ConfidentialityOption[] = ['retain-longitudinal-full-dates', 'retain-uids'];
    const kept = cleaned(report([acquired, tracking]), options);
    assert.equal(kept.string('ContentSequence[0].Date'), '20240301');
    assert.equal(kept.string('ContentSequence[1].UID'), '1.2.3.4.5');
    const moved = cleaned(report([acquired]), ['retain-longitudinal-modified-dates']).string('ContentSequence[0].Date');
    assert.ok(moved !== undefined && moved !== '20240301' && moved !== '19000101', moved);
    const protocol: Item = { type: 'TEXT', code: '125203', values: { TextValue: 'Doe thorax' } };
    const text = cleaned(report([protocol]), ['clean-descriptors'], (words) => words.replace('Doe ', ''));
    assert.equal(text.string('ContentSequence[0].TextValue'), 'thorax');
  });
  test('below other items too, with all that is below them', () => {
    const dataSet = report([size]);
    dataSet.set('ContentSequence[0].ContentSequence[0].ValueType', 'TEXT');
    dataSet.set('ContentSequence[0].ContentSequence[0].ConceptNameCodeSequence[0].CodeValue', '121022');
    dataSet.set('ContentSequence[0].ContentSequence[0].ConceptNameCodeSequence[0].CodingSchemeDesignator', 'DCM');
    dataSet.set('ContentSequence[0].ContentSequence[0].TextValue', 'ACC-4711');
    const after = cleaned(dataSet);
    assert.equal(after.items('ContentSequence').length, 1);
    assert.deepEqual(after.items('ContentSequence[0].ContentSequence'), []);
  });
  test('where items name each other by position, none is taken out: its value is replaced', () => {
    const dataSet = report([accession, finding]);
    dataSet.set('ContentSequence[1].ContentSequence[0].ReferencedContentItemIdentifier', [1, 2]);
    const after = cleaned(dataSet);
    assert.equal(after.items('ContentSequence').length, 2);
    assert.equal(after.string('ContentSequence[0].TextValue'), 'ANONYMIZED');
  });
});

describe('items the table does not list', () => {
  test('texts, names, dates and times by their kind', () => {
    const after = cleaned(
      report([finding, { ...observer, code: '999999' }, { type: 'TIME', code: '999998', values: { Time: '101500' } }]),
    );
    assert.equal(after.string('ContentSequence[0].TextValue'), 'ANONYMIZED');
    assert.equal(after.string('ContentSequence[1].PersonName'), 'ANONYMIZED');
    assert.equal(after.string('ContentSequence[2].Time'), '000000');
  });
  test('an item without a name or a type', () => {
    const dataSet = minimalObject('1.2.840.10008.5.1.4.1.1.88.33');
    dataSet.set('ContentSequence[0].TextValue', 'seen by Dr. X');
    assert.equal(cleaned(dataSet).string('ContentSequence[0].TextValue'), 'ANONYMIZED');
  });
});

test('acquisition contexts and specimen preparations are content too', () => {
  const dataSet = report([accession, size], 'AcquisitionContextSequence');
  const after = cleaned(dataSet);
  assert.deepEqual(
    after.items('AcquisitionContextSequence').map((item) => item.string('ValueType')),
    ['NUM'],
  );
  assert.equal(
    deidentify(dataSet, { secret }).dataSet.items('AcquisitionContextSequence').length,
    0,
    'without the option',
  );
});

test('without the option nothing of the content stays', () => {
  const { dataSet } = deidentify(report([finding, size]), { secret });
  const text = JSON.stringify(
    dataSet.items('ContentSequence').map((item) => [item.string('TextValue'), item.string('NumericValue')]),
  );
  assert.ok(!text.includes('nodule') && !text.includes('12"'), text);
});

test('without the option the tree keeps its build: the object still conforms', () => {
  const dataSet = report([finding, size]);
  dataSet.set('ContentSequence[0].RelationshipType', 'CONTAINS');
  dataSet.set('ContentSequence[1].RelationshipType', 'CONTAINS');
  const item = 'ContentSequence[2]';
  dataSet.set(`${item}.RelationshipType`, 'CONTAINS');
  dataSet.set(`${item}.ValueType`, 'SCOORD');
  dataSet.set(`${item}.GraphicType`, 'POLYLINE');
  dataSet.set(`${item}.GraphicData`, [10, 20, 30, 40]);
  const { dataSet: after } = deidentify(dataSet, { secret });
  assert.deepEqual(after.numbers(`${item}.GraphicData`), [0, 0, 0, 0]);
  assert.equal(after.string('ContentSequence[0].ValueType'), 'TEXT');
  const errors = (of: DataSet): readonly string[] =>
    validate(of)
      .filter(({ severity }) => severity === 'error')
      .map(({ path, rule }) => `${path} ${rule}`);
  const before = errors(dataSet);
  assert.deepEqual(
    errors(after).filter((one) => !before.includes(one)),
    [],
  );
});
