// Blocks written in the background: in the order and at the places asked for; a file that lost a write takes no more.
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackgroundBlocks } from './background-blocks.ts';

test('what is sent at once lands where it belongs, and a file may be closed when it is released', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'concord-blocks-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = await open(join(folder, 'blocks'), 'w');
  const blocks = createBackgroundBlocks();
  const piece = (byte: number) => Buffer.alloc(4096, byte);
  const sent = [0, 1, 2, 4].map((at) =>
    blocks.write({ descriptor: file.fd, position: at * 4096, pieces: [piece(at)] }),
  );
  await blocks.release(file.fd);
  await file.close();
  await Promise.all(sent.map(({ durable }) => durable));
  const wanted = [0, 1, 2, 0, 4].map(piece);
  assert.ok((await readFile(join(folder, 'blocks'))).equals(Buffer.concat(wanted)));
});

test('behind a write that failed nothing is written', async (t) => {
  const readOnly = await open('/dev/null', 'r');
  t.after(() => readOnly.close());
  const blocks = createBackgroundBlocks();
  const write = () => blocks.write({ descriptor: readOnly.fd, position: 0, pieces: [Buffer.alloc(4096)] }).durable;
  await assert.rejects(write(), { code: 'EBADF' });
  await assert.rejects(write(), { code: 'EBADF' });
  await blocks.release(readOnly.fd);
});
