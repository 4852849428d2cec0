// Storage with DCMTK on the other side, both ways.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { memoryArchive } from '../../testing/archive.ts';
import { ctSlice } from '../../testing/instances.ts';
import { assertSays, freePort, run, start, temporaryFolder } from '../../testing/programs.ts';
import { bind, connect, contextsFor, storage } from '../index.ts';

test('storescu stores a folder of slices: every byte arrives, whatever the maximum PDU length on either side', async () => {
  for (const [ours, theirs] of [
    [0, 16384],
    [262144, 131072],
    [4097, 4096],
    [16384, 65536],
  ] as const) {
    using folder = temporaryFolder();
    const slices = [1, 2, 3].map((number) => ctSlice(number, { size: 128 }));
    for (const [index, { part10 }] of slices.entries()) writeFileSync(join(folder.path, `${index}.dcm`), part10);
    const archive = memoryArchive();
    await using acceptor = await testAcceptor(archive.services, { limits: { maximumLength: ours } });
    const { code, output } = await run('storescu', [
      '-pdu',
      `${theirs}`,
      '+sd',
      '-aec',
      'CONCORD',
      '127.0.0.1',
      `${acceptor.port}`,
      folder.path,
    ]);
    assert.equal(code, 0, output.slice(-2000));
    for (const slice of slices) {
      const pixels = archive.instances.get(slice.sopInstanceUid)?.dataSet.bytes('PixelData');
      assert.deepEqual(Buffer.from(pixels ?? []), Buffer.from(slice.dataSet.bytes('PixelData') ?? []));
    }
    assert.deepEqual((await acceptor.nextRecord()).counts, { 'C-STORE 0000H': 3 });
  }
});

test('storescp keeps what we send, for odd and small maximum PDU lengths too', async () => {
  for (const length of [4096, 16384, 131072]) {
    using folder = temporaryFolder();
    const port = await freePort();
    const server = await start('storescp', ['-pdu', `${length}`, '-od', folder.path, `${port}`], port);
    try {
      const slices = [1, 2, 3].map((number) => ctSlice(number, { size: 128 }));
      await using association = await connect(
        { host: '127.0.0.1', port, calledAeTitle: 'STORESCP', callingAeTitle: 'CONCORD' },
        contextsFor(slices),
      );
      for (const slice of slices) assert.deepEqual(await association.store(slice), { code: 0 });
      await association.release();
      const kept = readdirSync(folder.path).map((name) => readPart10(readFileSync(join(folder.path, name))).dataSet);
      assert.equal(kept.length, 3);
      const second = kept.find((dataSet) => dataSet.number('InstanceNumber') === 2);
      assert.deepEqual(
        Buffer.from(second?.bytes('PixelData') ?? []),
        Buffer.from(slices[1]?.dataSet.bytes('PixelData') ?? []),
      );
    } finally {
      await server.stop();
    }
  }
});

test('a refusal by the handler reaches storescu with code and comment, and the next object is taken', async () => {
  using folder = temporaryFolder();
  const slices = [1, 2].map((number) => ctSlice(number, { size: 256 }));
  for (const [index, { part10 }] of slices.entries()) writeFileSync(join(folder.path, `${index}.dcm`), part10);
  let count = 0;
  const full = bind(storage, {
    'C-STORE': async () => {
      count += 1;
      return count === 1 ? { code: 0xa700, comment: 'no space left' } : { code: 0x0000 };
    },
  });
  await using acceptor = await testAcceptor([full]);
  const { output } = await run('storescu', [
    '-d',
    '--no-halt',
    '+sd',
    '-aec',
    'CONCORD',
    '127.0.0.1',
    `${acceptor.port}`,
    folder.path,
  ]);
  assertSays(output, /0xa700: Refused: Out of resources/);
  assertSays(output, /no space left/);
  assert.deepEqual((await acceptor.nextRecord()).counts, { 'C-STORE A700H': 1, 'C-STORE 0000H': 1 });
});
