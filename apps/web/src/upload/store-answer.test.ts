// Answers to a store request, good, bad and senseless: what the reader is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStoreAnswer, studyOfAddress } from './store-answer.ts';

const item = (reason: number, comment?: string) => ({
  '00081197': { vr: 'US', Value: [reason] },
  ...(comment === undefined ? {} : { '00000902': { vr: 'LO', Value: [comment] } }),
});
const refused = (sequence: string, ...items: object[]) => JSON.stringify({ [sequence]: { vr: 'SQ', Value: items } });

test('a stored object names its study', () => {
  const body = JSON.stringify({
    '00081199': {
      vr: 'SQ',
      Value: [{ '00081190': { vr: 'UR', Value: ['http://h/dicom-web/studies/1.2.840/series/1/instances/2'] } }],
    },
  });
  assert.deepEqual(readStoreAnswer(200, body), { kind: 'stored', study: '1.2.840' });
  assert.equal(studyOfAddress('javascript:alert(1)'), undefined);
});

test('each failure is told in words, with the server’s own comment', () => {
  const reason = (code: number, comment?: string) => {
    const outcome = readStoreAnswer(409, refused('00081198', item(code, comment)));
    return outcome.kind === 'refused' ? outcome.reason : '';
  };
  assert.match(reason(0xa700), /out of space/);
  assert.match(reason(0xa901), /contradicts/);
  assert.equal(reason(0xc000, 'no DICM prefix'), 'Not a DICOM file, or a damaged one (no DICM prefix)');
  assert.match(reason(0xc122), /transfer syntax/);
  assert.equal(reason(0x1234), 'Reason 1234H');
});

test('a part that could not even be named is refused too', () => {
  assert.equal(readStoreAnswer(409, refused('0008119A', item(0xc000))).kind, 'refused');
});

test('200 without a word of what was stored is no success', () => {
  for (const body of ['', '{}', '[]', 'null', '<html>', '{"00081199":{"vr":"SQ"}}'])
    assert.equal(readStoreAnswer(200, body).kind, 'refused', body);
});

test('a problem document is quoted, a bare status is put in words', () => {
  assert.deepEqual(readStoreAnswer(400, '{"title":"Bad","detail":"No boundary."}'), {
    kind: 'refused',
    reason: 'No boundary.',
  });
  assert.deepEqual(readStoreAnswer(413, ''), { kind: 'refused', reason: 'The file is larger than the server takes' });
});

test('a warning is told beside the success', () => {
  const body = JSON.stringify({ '00081199': { vr: 'SQ', Value: [{ '00081196': { vr: 'US', Value: [0xb000] } }] } });
  assert.deepEqual(readStoreAnswer(202, body), {
    kind: 'stored',
    study: undefined,
    warning: 'Stored with attributes changed',
  });
  const item = {
    '00081196': { vr: 'US', Value: [0xb007] },
    '00000902': { vr: 'LO', Value: ['Pixel Data has 40 bytes, not the 50 described'] },
  };
  assert.deepEqual(readStoreAnswer(202, JSON.stringify({ '00081199': { vr: 'SQ', Value: [item] } })), {
    kind: 'stored',
    study: undefined,
    warning: 'Stored, though the data set does not match its SOP Class (Pixel Data has 40 bytes, not the 50 described)',
  });
});
