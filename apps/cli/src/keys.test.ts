// Query keys as typed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifier, parseKey } from './keys.ts';

const keys = (...texts: string[]) => identifier(texts.map(parseKey));

test('a key is a keyword or a tag, with or without a value', () => {
  const request = keys('PatientName=DOE*', '0010,0020=1=2', '(0008,0020)', 'StudyTime');
  assert.equal(request.string('PatientName'), 'DOE*');
  assert.equal(request.string('PatientID'), '1=2');
  assert.ok(request.has('StudyDate') && request.string('StudyDate') === undefined);
  assert.ok(request.has('StudyTime'));
});

test('a step into a sequence makes its item', () => {
  const request = keys('ScheduledProcedureStepSequence[0].Modality=CT', 'ScheduledProcedureStepSequence[0].00400002');
  const [item] = request.items('ScheduledProcedureStepSequence');
  assert.equal(item?.string('Modality'), 'CT');
  assert.ok(item?.has('ScheduledProcedureStepStartDate'));
});

test('several values are separated by a backslash', () => {
  assert.deepEqual(keys('StudyInstanceUID=1.2\\1.3').strings('StudyInstanceUID'), ['1.2', '1.3']);
});

test('text beyond ASCII declares UTF-8', () => {
  assert.deepEqual(keys('PatientName=Müller*').strings('SpecificCharacterSet'), ['ISO_IR 192']);
  assert.equal(keys('PatientName=Mueller*').has('SpecificCharacterSet'), false);
  assert.equal(keys('PatientName=Müller*').string('PatientName'), 'Müller*');
});

test('what is no attribute is wrong use, told by name', () => {
  for (const text of ['NoSuchThing=1', '=1', 'PatientName[0]x', '0010,00ZZ', 'PatientName[', '../../etc'])
    assert.throws(() => keys(text), /CliError|neither a keyword nor a tag/, text);
});

test('a value that does not fit its attribute is wrong use', () => {
  assert.throws(() => keys('Rows=many'), /Rows=many/);
});
