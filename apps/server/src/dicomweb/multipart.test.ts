// Multipart bodies: what is written reads back wherever it is cut, and hostile ones end in an error, not in memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kept } from '@concord/network';
import { HttpProblem } from '../web/problem.ts';
import {
  isBoundary,
  multipartLimits,
  type OutgoingPart,
  type Part,
  readMultipart,
  writeMultipart,
} from './multipart.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const cut = async function* (whole: Buffer, size: number) {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
};
const collect = async (source: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(source));
const readAll = async (source: AsyncIterable<Uint8Array>, boundary = 'b', limits = multipartLimits) => {
  const parts: { type: string | undefined; text: string }[] = [];
  for await (const part of readMultipart(source, boundary, limits)) {
    parts.push({ type: part.headers.get('content-type'), text: (await collect(part.body)).toString('latin1') });
  }
  return parts;
};

const twoParts = bytes(
  'preamble\r\n--b \t\r\nContent-Type: application/dicom\r\nContent-Location: x\r\n\r\n' +
    'one\r\n--bcd is not a boundary\r\n--\r\n\r\n--b\r\n\r\nno header\r\n--b--\r\nepilogue',
);

test('a body reads the same wherever it is cut', async () => {
  for (let size = 1; size <= twoParts.length; size += 1) {
    assert.deepEqual(await readAll(cut(twoParts, size)), [
      { type: 'application/dicom', text: 'one\r\n--bcd is not a boundary\r\n--\r\n' },
      { type: undefined, text: 'no header' },
    ]);
  }
});

test('a boundary in the first line and one after an empty line are both found', async () => {
  for (const before of ['', '\r\n', '\r\n\r\n']) {
    const body = bytes(`${before}--b\r\nContent-Type: t\r\n\r\nx\r\n--b--`);
    assert.deepEqual(await readAll(cut(body, 7)), [{ type: 't', text: 'x' }]);
  }
});

test('an empty part and a body without parts', async () => {
  assert.deepEqual(await readAll(cut(bytes('--b\r\n\r\n\r\n--b--'), 3)), [{ type: undefined, text: '' }]);
  assert.deepEqual(await readAll(cut(bytes('--b--'), 3)), []);
});

test('a reader that leaves a part early still gets the next one', async () => {
  const seen: string[] = [];
  const body = bytes('--b\r\nn: 1\r\n\r\naaaaaaaaaaaaaaaaaaaaaaaa\r\n--b\r\nn: 2\r\n\r\nbb\r\n--b--');
  for await (const part of readMultipart(cut(body, 5), 'b')) {
    for await (const chunk of part.body) {
      seen.push(`${part.headers.get('n')}${Buffer.from(chunk).toString()[0]}`);
      break;
    }
  }
  assert.deepEqual(seen, ['1a', '2b']);
});

test('what is written reads back, byte for byte, also when the bytes look like boundaries', async () => {
  const payloads = [bytes('\r\n--'), bytes(''), bytes('\r\n--b\r'), Buffer.alloc(70_000, '\r\n--bo')];
  const parts: OutgoingPart[] = payloads.map((body) => ({
    contentType: 'a/b',
    contentLength: body.length,
    body: [body],
  }));
  const body = await collect(kept(writeMultipart(parts, 'boundary-4711')));
  for (const size of [1, 13, 65_536]) {
    const read = await readAll(cut(body, size), 'boundary-4711');
    assert.deepEqual(
      read.map((part) => part.text),
      payloads.map((payload) => payload.toString('latin1')),
    );
  }
});

test('bodies that never end properly are refused', async () => {
  for (const text of [
    '',
    'no boundary at all',
    '--b',
    '--b\r\nContent-Type: x',
    '--b\r\n\r\nbytes',
    '--b\r\n\r\nx\r\n--',
  ]) {
    await assert.rejects(readAll(cut(bytes(text), 4)), { name: 'HttpProblem', kind: 'malformed-request' }, text);
  }
});

test('a truncated part throws in the part, so that nobody takes it for a whole one', async () => {
  let part: Part | undefined;
  for await (part of readMultipart(cut(bytes('--b\r\n\r\nhalf an obj'), 6), 'b')) break;
  assert.ok(part);
  await assert.rejects(collect(part.body), HttpProblem);
});

test('limits hold before memory is taken', async () => {
  const limits = { header: 100, preamble: 50, parts: 2 };
  const endless = async function* (start: string, filler: string) {
    yield bytes(start);
    for (let n = 0; n < 1e6; n += 1) yield bytes(filler);
    assert.fail('read far past the limit');
  };
  await assert.rejects(readAll(endless('', 'preamble '), 'b', limits), /no boundary/);
  await assert.rejects(readAll(endless('--b\r\n', 'X: y\r\n'), 'b', limits), /part header/);
  await assert.rejects(readAll(endless('', '--b\r\n\r\n\r\n'), 'b', limits), /more than 2 parts/);
  await assert.rejects(readAll(endless('--b', ' '), 'b', limits), /no boundary/);
});

test('boundaries', () => {
  for (const good of ['b', '=_boundary?', `${'x'.repeat(200)}`, 'with space inside']) assert.ok(isBoundary(good), good);
  for (const bad of ['', ' ', 'ends with space ', 'x'.repeat(201), 'line\r\nend', 'quote"', 'ü', '\0']) {
    assert.ok(!isBoundary(bad), bad);
  }
});
