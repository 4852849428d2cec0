// ZIP files: read back by another program, byte for byte.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32, Zip } from './zip.ts';

test('the check value of CRC-32', () => {
  assert.equal(crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
});

test('another program reads back every file, the empty one too', async () => {
  const zip = new Zip();
  const files = { 'series-1/image-1.dcm': new Uint8Array([1, 2, 3]), 'leer/ö.dcm': new Uint8Array() };
  for (const [name, content] of Object.entries(files)) assert.equal(zip.add(name, content), true);
  const folder = mkdtempSync(join(tmpdir(), 'concord-zip-'));
  try {
    const path = join(folder, 'study.zip');
    writeFileSync(path, Buffer.from(await zip.finish().arrayBuffer()));
    const script =
      'import sys,zipfile,json; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; ' +
      'print(json.dumps({i.filename: list(z.read(i)) for i in z.infolist()}))';
    const read: unknown = JSON.parse(execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' }));
    assert.deepEqual(read, { 'series-1/image-1.dcm': [1, 2, 3], 'leer/ö.dcm': [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('more files than the format can count are refused, not miscounted', () => {
  const zip = new Zip();
  for (let file = 0; file < 0xffff; file += 1) zip.add(`${file}`, new Uint8Array());
  assert.equal(zip.add('one too many', new Uint8Array()), false);
});
