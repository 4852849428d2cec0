// An upload in words: complete means complete, and what was refused is never left out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headline, progressOf } from './upload-words.ts';
import type { UploadState } from './uploads.ts';

const state: UploadState = {
  phase: 'running',
  looking: false,
  total: 4,
  stored: 1,
  warnings: 0,
  refused: [],
  left: 0,
  active: [{ id: 1, path: 'a', sent: 50, size: 100 }],
  bytesSent: 2_000_000,
  studies: ['1.2'],
};
const refused = [{ id: 2, path: 'b', reason: 'no' }];

test('progress counts the parts of files under way, and empty files do not break it', () => {
  assert.equal(progressOf(state), 0.375);
  assert.equal(progressOf({ ...state, active: [{ id: 1, path: 'a', sent: 0, size: 0 }] }), 0.25);
  assert.equal(progressOf({ ...state, total: 0, stored: 0, active: [] }), 0);
});

test('the end says what was stored and what was not', () => {
  assert.deepEqual(headline({ ...state, phase: 'finished', total: 1 }), {
    title: 'Upload complete',
    detail: '1 file stored in 1 study · 2.0 MB',
    tone: 'good',
  });
  assert.match(headline({ ...state, phase: 'finished', total: 2, refused }).title, /not everything/);
  assert.equal(headline({ ...state, phase: 'finished', stored: 0, refused }).title, 'Nothing was stored');
  assert.equal(headline({ ...state, phase: 'finished', total: 0 }).title, 'Nothing to upload');
  assert.match(headline({ ...state, phase: 'cancelled', left: 3 }).detail, /3 not sent/);
  assert.match(headline({ ...state, looking: true, refused }).title, /2 of 4 and counting/);
});
