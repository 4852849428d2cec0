// ZIP archives as Python's zipfile reads them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFilled } from '../../testing/archive.ts';
import { madeSeries, madeStudy } from '../../testing/instances.ts';
import { writeZip, type ZipMember } from './zip.ts';

const member = (name: string, chunks: readonly Uint8Array[], expectedLength = 0): ZipMember => ({
  name,
  expectedLength,
  body: (async function* () {
    yield* chunks;
  })(),
});
const members = async function* (list: readonly ZipMember[]) {
  yield* list;
};

const read = `
import sys, zipfile, json, hashlib
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, i.file_size, hashlib.md5(z.read(i)).hexdigest()] for i in z.infolist()]))
`;
const contents = (archive: Uint8Array): unknown => {
  const folder = mkdtempSync(join(tmpdir(), 'concord-zip-'));
  try {
    writeFileSync(join(folder, 'a.zip'), archive);
    return JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', read, join(folder, 'a.zip')], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('members come out as they went in', async () => {
  const large = Buffer.alloc(200_000, 7);
  const list = [member('1/a.dcm', [Buffer.from('abc')]), member('1/b.dcm', []), member('2/c.dcm', [large, large], 5e9)];
  const archive = Buffer.concat(await Array.fromAsync(writeZip(members(list))));
  assert.deepEqual(contents(archive), [
    ['1/a.dcm', 3, '900150983cd24fb0d6963f7d28e17f72'],
    ['1/b.dcm', 0, 'd41d8cd98f00b204e9800998ecf8427e'],
    [
      '2/c.dcm',
      400_000,
      createHash('md5')
        .update(Buffer.concat([large, large]))
        .digest('hex'),
    ],
  ]);
});

test('more members than 16 bits can count', async () => {
  const many = Array.from({ length: 70_000 }, (_, index) => member(`${index}`, []));
  const archive = Buffer.concat(await Array.fromAsync(writeZip(members(many))));
  assert.equal((contents(archive) as unknown[]).length, 70_000);
});

test('a member that fails makes no archive that looks whole', async () => {
  const failing: ZipMember = {
    name: 'x',
    expectedLength: 0,
    // biome-ignore lint/correctness/useYield: it fails before its first byte
    body: (async function* () {
      throw new Error('lost');
    })(),
  };
  await assert.rejects(Array.fromAsync(writeZip(members([failing]))), /lost/);
});

test('a study as ZIP in the transfer syntax that is asked for, else as stored', async (t) => {
  const stored = [
    { instance: '1.2.1', rows: 64, columns: 64 },
    { instance: '1.2.2', instanceNumber: 2 },
  ];
  const { get } = await startFilled(t, stored);
  const study = `/studies/${madeStudy}`;
  const sizes = async (accept: string): Promise<readonly number[]> => {
    const response = await get(study, accept);
    assert.equal(response.status, 200, await response.clone().text());
    assert.equal(response.headers.get('content-type'), 'application/zip');
    return (contents(Buffer.from(await response.arrayBuffer())) as [string, number][]).map(([, size]) => size);
  };
  const asStored = await sizes('application/zip');
  assert.deepEqual(await sizes('application/zip; transfer-syntax=*'), asStored);
  const smaller = await sizes('application/zip; transfer-syntax="1.2.840.10008.1.2.4.80"');
  assert.ok(smaller.length === 2 && (smaller[0] ?? 0) < (asStored[0] ?? 0), `${smaller} ${asStored}`);
  const single = await get(
    `${study}/series/${madeSeries}/instances/1.2.1`,
    'application/zip; transfer-syntax=1.2.840.10008.1.2.5',
  );
  assert.equal((contents(Buffer.from(await single.arrayBuffer())) as unknown[]).length, 1);
  const lossy = await get(study, 'application/zip; transfer-syntax=1.2.840.10008.1.2.4.50');
  assert.equal(lossy.status, 406);
  const { acceptable } = await lossy.json();
  assert.ok(acceptable.includes('application/zip; transfer-syntax=1.2.840.10008.1.2.4.80'), acceptable.join());
});
