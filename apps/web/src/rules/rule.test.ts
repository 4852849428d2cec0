// Rules as pages read and show them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionsOf, listIn, readRule, textsOf } from './rule.ts';

test('what a rule looks at is said in words; without conditions it is everything', () => {
  assert.equal(conditionsOf(readRule({ name: 'R', destinations: ['A'] })), 'Everything');
  const rule = readRule({
    modalities: ['CR', 'DX'],
    bodyParts: ['KNEE'],
    callingAeTitles: ['ROOM*'],
    keys: { PatientID: 'P*' },
    from: '18:00',
    until: '07:00',
  });
  const words = 'CR or DX, KNEE, sent by ROOM*, PatientID P*, from 18:00 until 07:00';
  assert.equal(conditionsOf({ ...rule, takeAlong: 'referring' }), words);
  assert.equal(conditionsOf({ ...rule, takeAlong: 'nothing' }), `${words}, alone`);
  assert.equal(conditionsOf({ ...rule, takeAlong: 'study' }), `${words}, with all of the study`);
});

test('what no form shows is kept', () => {
  assert.equal(readRule({ conversion: 'never' }).conversion, 'never');
});

test('odd answers make an empty rule, odd input an empty list', () => {
  assert.deepEqual(readRule(null).destinations, []);
  assert.deepEqual(listIn(' , CT,, MR '), ['CT', 'MR']);
});

test('a form shows a rule as it would be typed', () => {
  const texts = textsOf(
    readRule({ name: 'R', modalities: ['CR', 'DX'], keys: { PatientID: 'P*', StationName: 'CT=1' } }),
  );
  assert.deepEqual([texts.modalities, texts.keys, texts.from], ['CR, DX', 'PatientID=P*, StationName=CT=1', '']);
});
