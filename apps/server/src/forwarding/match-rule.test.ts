// What a rule looks at: who sent, what, which part of the body, when, any attribute; all of it must hold, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ctSlice, type Values } from '../../testing/data-sets.ts';
import type { Arrived } from '../arrivals/arrival-rows.ts';
import { holdsInside, looksInside, mayHold } from './match-rule.ts';
import { ruleSchema } from './rule-schema.ts';

const rule = (content: object) => ruleSchema.parse({ name: 'a rule', destinations: ['PACS'], ...content });

/** At a local time of day. */
const at = (time: string): string => new Date(`2026-03-04T${time}`).toISOString();

const arrived = (more: Partial<Arrived> = {}): Arrived => ({
  sopInstanceUid: '1.2.3',
  sopClassUid: '1.2',
  seriesInstanceUid: '1.2.1',
  modality: 'CT',
  receivedAt: at('12:00'),
  callingAeTitle: 'SCANNER1',
  ...more,
});

/** Both halves together: what the index knows, and the header where the rule looks at it. */
const holds = (content: object, instance: Partial<Arrived> = {}, header: Values = {}): boolean => {
  const made = rule(content);
  return mayHold(made, arrived(instance)) && (!looksInside(made) || holdsInside(made, ctSlice(header)));
};

test('a rule that names nothing holds for everything; it does not even read the header', () => {
  assert.equal(holds({}), true);
  assert.equal(looksInside(rule({ callingAeTitles: ['A'], modalities: ['CT'], from: '08:00' })), false);
});

test('a rule by calling AE title: one of several, with wildcards, in any case; not one that only begins like it', () => {
  assert.equal(holds({ callingAeTitles: ['SCANNER1'] }), true);
  assert.equal(holds({ callingAeTitles: ['OTHER', 'scanner?'] }), true);
  assert.equal(holds({ callingAeTitles: ['SCAN*'] }), true);
  assert.equal(holds({ callingAeTitles: ['SCANNER'] }), false);
  assert.equal(holds({ callingAeTitles: ['*'] }, { callingAeTitle: '' }), true);
  assert.equal(holds({ callingAeTitles: ['SCANNER1'] }, { callingAeTitle: '' }), false, 'what came over the web');
});

test('a rule by modality, and by part of the body', () => {
  assert.equal(holds({ modalities: ['MR', 'CT'] }), true);
  assert.equal(holds({ modalities: ['MR'] }), false);
  assert.equal(holds({ bodyParts: ['CHEST'] }, {}, { BodyPartExamined: 'CHEST' }), true);
  assert.equal(holds({ bodyParts: ['HEAD', 'ch*'] }, {}, { BodyPartExamined: 'CHEST' }), true);
  assert.equal(holds({ bodyParts: ['HEAD'] }, {}, { BodyPartExamined: 'CHEST' }), false);
  assert.equal(holds({ bodyParts: ['HEAD'] }), false, 'the object names none');
});

test('a rule by time of day: from is included, until is not, and a span may go over midnight', () => {
  const during = (span: object, time: string) => holds(span, { receivedAt: at(time) });
  const office = { from: '08:00', until: '17:30' };
  assert.deepEqual(
    ['07:59:59', '08:00', '17:29:59', '17:30'].map((time) => during(office, time)),
    [false, true, true, false],
  );
  const night = { from: '22:00', until: '06:00' };
  assert.deepEqual(
    ['21:59', '22:00', '23:59:59', '00:00', '05:59', '06:00', '12:00'].map((time) => during(night, time)),
    [false, true, true, true, true, false, false],
  );
  assert.deepEqual([during({ from: '18:00' }, '23:59'), during({ from: '18:00' }, '17:59')], [true, false]);
  assert.deepEqual([during({ until: '08:00' }, '00:00'), during({ until: '08:00' }, '08:00')], [true, false]);
});

test('a rule by any attribute matches as a query does: wildcards, ranges, lists, by keyword or number', () => {
  const study = { PatientName: 'DOE^JANE', StudyDate: '20240115', InstitutionName: 'North' };
  assert.equal(holds({ keys: { PatientName: 'doe^j*' } }, {}, study), true, 'names in any case, as queries take them');
  assert.equal(holds({ keys: { StudyDate: '20240101-20240131' } }, {}, study), true);
  assert.equal(holds({ keys: { StudyDate: '20240201-' } }, {}, study), false);
  assert.equal(holds({ keys: { InstitutionName: 'North', StudyDate: '20230101' } }, {}, study), false, 'all of them');
  assert.equal(holds({ keys: { StudyInstanceUID: '1.2.9\\1.2.3.1' } }, {}, study), true);
  assert.equal(holds({ keys: { '00080080': 'N*' } }, {}, study), true, 'by number');
});

test('everything a rule names must hold at once', () => {
  const all = {
    callingAeTitles: ['SCANNER1'],
    modalities: ['CT'],
    bodyParts: ['CHEST'],
    from: '08:00',
    keys: { StudyDescription: 'CT*' },
  };
  const header = { BodyPartExamined: 'CHEST', StudyDescription: 'CT CHEST' };
  assert.equal(holds(all, {}, header), true);
  for (const [instance, inside] of [
    [{ callingAeTitle: 'X' }, header],
    [{ modality: 'MR' }, header],
    [{ receivedAt: at('07:00') }, header],
    [{}, { ...header, BodyPartExamined: 'HEAD' }],
    [{}, { ...header, StudyDescription: 'MR HEAD' }],
  ] as const)
    assert.equal(holds(all, instance, inside), false, JSON.stringify([instance, inside]));
});

test('rules that mean nothing are refused: times, attributes and values that are none, no destination or one twice', () => {
  for (const content of [
    { from: '24:00' },
    { until: '8:00' },
    { keys: { NoSuchThing: 'x' } },
    { keys: { Rows: 'many' } },
    { destinations: [] },
    { destinations: ['PACS', 'PACS'] },
    { name: ' ' },
    { somethingElse: true },
  ])
    assert.throws(() => rule(content), JSON.stringify(content));
});
