// Values laid over a data set, and what was there before beside them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDataSet, writeDataSet } from '@concord/dicom';
import { ctSlice, explicitVrLittleEndian } from '../../testing/data-sets.ts';
import { applyOverlays, dateTimeOf, extended, type Overlay, parseOverlay, writeOverlay } from './overlay.ts';

const overlay = (values: Overlay['values'], reason: Overlay['reason'] = 'CORRECT'): Overlay => ({
  values,
  at: dateTimeOf(new Date('2026-01-02T03:04:05.678Z')),
  by: 'CONCORD',
  reason,
});
const written = (dataSet: ReturnType<typeof ctSlice>) =>
  readDataSet(writeDataSet(dataSet, explicitVrLittleEndian), explicitVrLittleEndian);

test('a replaced value is kept in the Original Attributes Sequence with when, by whom and why', () => {
  const source = ctSlice();
  const result = written(
    applyOverlays(source, [overlay({ PatientName: ['ROE^JANE'], PatientSex: [], PatientComments: ['x'] })]),
  );
  assert.equal(result.string('PatientName'), 'ROE^JANE');
  assert.equal(result.element('PatientSex')?.length, 0);
  assert.equal(result.string('PatientComments'), 'x');
  const [item, ...more] = result.items('OriginalAttributesSequence');
  assert.equal(more.length, 0);
  assert.equal(item?.string('AttributeModificationDateTime'), '20260102030405.678000+0000');
  assert.equal(item?.string('ModifyingSystem'), 'CONCORD');
  assert.equal(item?.string('ReasonForTheAttributeModification'), 'CORRECT');
  assert.equal(item?.element('SourceOfPreviousValues')?.length, 0);
  const [original] = item?.items('ModifiedAttributesSequence') ?? [];
  assert.equal(original?.string('PatientName'), 'DOE^JANE');
  assert.equal(original?.string('PatientSex'), 'F');
  assert.equal(original?.element('PatientComments')?.length, 0);
  assert.equal(source.string('PatientName'), 'DOE^JANE');
});

test('values that are right already change nothing; layers add to what other systems left', () => {
  const source = ctSlice();
  assert.equal(applyOverlays(source, [overlay({ PatientName: ['DOE^JANE'] })]), source);
  const twice = applyOverlays(source, [overlay({ PatientID: ['A'] }, 'COERCE'), overlay({ PatientID: ['B'] })]);
  const items = written(twice).items('OriginalAttributesSequence');
  assert.deepEqual(
    items.map((item) => item.items('ModifiedAttributesSequence')[0]?.string('PatientID')),
    ['PID001', 'A'],
  );
});

test('a name that the character set has no letters for turns the data set into UTF-8, nothing lost', () => {
  const source = ctSlice({
    SpecificCharacterSet: 'ISO_IR 100',
    PatientName: 'Müller^Jürgen',
    StudyDescription: 'Schädel',
  });
  const result = written(applyOverlays(written(source), [overlay({ PatientName: ['山田^太郎'] })]));
  assert.deepEqual(result.strings('SpecificCharacterSet'), ['ISO_IR 192']);
  assert.deepEqual([result.string('PatientName'), result.string('StudyDescription')], ['山田^太郎', 'Schädel']);
  const [original] = result.items('OriginalAttributesSequence')[0]?.items('ModifiedAttributesSequence') ?? [];
  assert.equal(original?.string('PatientName'), 'Müller^Jürgen');
});

test('as text and back; a later value of the same attribute counts', () => {
  assert.equal(writeOverlay(undefined), '');
  assert.equal(writeOverlay(overlay({})), '');
  const text = writeOverlay(overlay({ PatientID: ['A'], PatientName: ['N'] }));
  assert.deepEqual(extended(text, overlay({ PatientID: ['B'] })).values, { PatientID: ['B'], PatientName: ['N'] });
  assert.equal(parseOverlay(''), undefined);
});
