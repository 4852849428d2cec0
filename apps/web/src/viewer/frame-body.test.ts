// Multipart answers: the part as it was sent, and a clear error for everything that is not one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameBodyError, firstPart } from './frame-body.ts';

const bytes = (text: string) => new Uint8Array([...text].map((character) => character.charCodeAt(0)));
const type = 'multipart/related; type="application/octet-stream"; boundary=b1';
const answer = (content: string) =>
  bytes(`--b1\r\nContent-Type: application/octet-stream\r\n\r\n${content}\r\n--b1--\r\n`);

test('the part comes out byte for byte, line ends and dashes in it included', () => {
  for (const content of ['', 'x', '\r\n\r\n--', '\r\n', '--b', '\0\xff\r\n--b'])
    assert.deepEqual(firstPart(answer(content), type), bytes(content));
});

test('a quoted boundary, a preamble and a plain answer are read too', () => {
  assert.deepEqual(firstPart(answer('x'), 'multipart/related; boundary="b1"'), bytes('x'));
  assert.deepEqual(firstPart(bytes(`\r\n--b1\r\n\r\nx\r\n--b1--`), type), bytes('x'));
  assert.deepEqual(firstPart(bytes('pixels'), 'application/octet-stream'), bytes('pixels'));
});

test('what breaks off or never begins is an error, not an image', () => {
  const whole = answer('0123456789');
  for (const broken of [whole.subarray(0, 8), whole.subarray(0, 60), whole.subarray(0, -9), bytes('<html>'), bytes('')])
    assert.throws(() => firstPart(broken, type), FrameBodyError);
  assert.throws(() => firstPart(whole, 'multipart/related'), FrameBodyError);
});
