// Whether a data set can be written in a character set, items and unknown terms included.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '../data-set.ts';
import { isEncodable } from './encodable.ts';

const named = (name: string, inside = ''): DataSet => {
  const dataSet = new DataSet();
  dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
  dataSet.set('PatientName', name);
  dataSet.set('PregnancyStatus', 4);
  dataSet.set('ScheduledProcedureStepSequence[0].ScheduledProcedureStepDescription', inside);
  return dataSet;
};

test('a data set is encodable where the set has every character, at every depth; an unknown set has none', () => {
  assert.equal(isEncodable(named('Doe^Jane', 'Knee'), []), true);
  assert.equal(isEncodable(named('Müller'), []), false);
  assert.equal(isEncodable(named('Müller', 'Schädel'), ['ISO_IR 100']), true);
  assert.equal(isEncodable(named('Müller', '膝'), ['ISO_IR 100']), false);
  assert.equal(isEncodable(named('Müller', '膝'), ['ISO_IR 192']), true);
  assert.equal(isEncodable(named('Yamada=山田', '膝'), ['', 'ISO 2022 IR 87']), true);
  assert.equal(isEncodable(named('Doe'), ['NO SUCH SET']), false);
});
