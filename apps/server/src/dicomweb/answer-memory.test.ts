// Answers that leave from memory that is used again: each its own bytes, whoever reads slowly or goes away meanwhile.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { startDicomweb } from '../../testing/archive.ts';
import { type Made, madeFile, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';

const octets = 'multipart/related; type="application/octet-stream"';
const pathOf = (instance: string, frame: number) =>
  `/dicom-web/studies/${madeStudy}/series/${madeSeries}/instances/${instance}/frames/${frame}`;

const start = async (t: Parameters<typeof startDicomweb>[0], made: readonly Made[]) => {
  const web = await startDicomweb(t);
  for (const one of made) {
    const headers = { 'content-type': 'application/dicom' };
    const stored = await fetch(`${web.service}/studies`, { method: 'POST', body: madeFile(one), headers });
    assert.equal(stored.status, 200, await stored.text());
  }
  return web;
};

/** The body of the only part. */
const bodyOf = (whole: Buffer): Buffer => {
  const head = whole.indexOf('\r\n\r\n') + 4;
  return whole.subarray(whole.indexOf('\r\n\r\n', head) + 4, whole.lastIndexOf('\r\n--'));
};

/** Asks, and resolves when the first bytes of the answer have come, none of which is read. */
const asking = async (t: Parameters<typeof startDicomweb>[0], url: string, path: string): Promise<Socket> => {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.after(() => socket.destroy());
  const begun = new Promise<void>((resolve, reject) => socket.once('readable', resolve).once('error', reject));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: ${octets}\r\nConnection: close\r\n\r\n`);
  await begun;
  return socket;
};

test('many frames at once: slow readers get theirs, whatever others were sent meanwhile', async (t) => {
  const made = { instance: '1.2.1', rows: 480, columns: 1000, frames: 16 };
  const { url } = await start(t, [made]);
  const pixels = Buffer.from(madePixels(made));
  const frameBytes = made.rows * made.columns * 2;
  const frameOf = (number: number) => pixels.subarray((number - 1) * frameBytes, number * frameBytes);
  const numbers = Array.from({ length: made.frames }, (_, index) => index + 1);
  const slow = await Promise.all(numbers.map(async (number) => asking(t, url, pathOf('1.2.1', number))));
  for (const [index, socket] of slow.entries()) if (index % 2 === 1) socket.destroy();
  for (const number of numbers) {
    const response = await fetch(`${url}${pathOf('1.2.1', number)}`, { headers: { accept: octets } });
    const whole = Buffer.from(await response.arrayBuffer());
    assert.equal(Number(response.headers.get('content-length')), whole.length);
    assert.ok(whole.includes(frameOf(number)), `frame ${number}`);
  }
  for (const [index, socket] of slow.entries()) {
    if (index % 2 === 1) continue;
    const answer = Buffer.concat(await Array.fromAsync<Buffer>(socket));
    assert.ok(bodyOf(answer).equals(frameOf(index + 1)), `slow reader of frame ${index + 1}`);
  }
});

test('a frame that fits and one that is too long for it are both whole; asked with HEAD they have the same fields', async (t) => {
  const [fits, long] = [
    { instance: '1.2.1', rows: 512, columns: 1024 },
    { instance: '1.2.2', rows: 513, columns: 1024 },
  ];
  const { url } = await start(t, [fits, long]);
  for (const made of [fits, long]) {
    const ask = (method: string) => fetch(`${url}${pathOf(made.instance, 1)}`, { method, headers: { accept: octets } });
    const response = await ask('GET');
    const whole = Buffer.from(await response.arrayBuffer());
    const head = await ask('HEAD');
    assert.ok(whole.includes(Buffer.from(madePixels(made))), made.instance);
    assert.equal(response.headers.has('content-length'), made === fits);
    assert.equal(head.headers.get('content-length'), response.headers.get('content-length'));
    assert.equal(head.headers.get('etag'), response.headers.get('etag'));
  }
});
