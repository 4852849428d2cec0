// Files that DCMTK compressed, stored over the web and retrieved decoded, as stored, and frame by frame.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile, madePixels, madeSeries, madeStudy } from '../../testing/instances.ts';
import { readMultipart } from './multipart.ts';

const folder = mkdtempSync(join(tmpdir(), 'concord-dcmtk-'));
after(() => rmSync(folder, { recursive: true }));

const size = { rows: 24, columns: 30, frames: 3 };
const plain = join(folder, 'plain.dcm');
writeFileSync(plain, madeFile({ instance: '1.2.1', ...size }));
const pixels = Buffer.from(madePixels(size));
const one = `/studies/${madeStudy}/series/${madeSeries}/instances/1.2.1`;

/** A program of DCMTK, its options, the syntax it writes, and the media type of a frame in it. */
const encoders: readonly [program: string, options: readonly string[], syntax: string, mediaType: string][] = [
  ['dcmcrle', [], '1.2.840.10008.1.2.5', 'image/dicom-rle'],
  ['dcmcjpeg', ['+e1'], '1.2.840.10008.1.2.4.70', 'image/jpeg'],
  ['dcmcjpeg', ['+el'], '1.2.840.10008.1.2.4.57', 'image/jpeg'],
  ['dcmcjpls', [], '1.2.840.10008.1.2.4.80', 'image/jls'],
  ['dcmconv', ['+ti'], '1.2.840.10008.1.2', ''],
  ['dcmconv', ['+tb'], '1.2.840.10008.1.2.2', ''],
  ['dcmconv', ['+td'], '1.2.840.10008.1.2.1.99', ''],
];

const encoded = (program: string, options: readonly string[], syntax: string): Uint8Array<ArrayBuffer> => {
  const file = join(folder, `${syntax}.dcm`);
  execFileSync(program, [...options, plain, file]);
  return Uint8Array.from(readFileSync(file));
};

for (const [program, options, syntax, mediaType] of encoders) {
  test(`${program} ${options.join(' ')}: decoded it is what it was, as stored it is what DCMTK wrote`, async (t) => {
    const { service } = await startDicomweb(t);
    const file = encoded(program, options, syntax);
    const sent = { method: 'POST', body: file, headers: { 'content-type': 'application/dicom' } };
    assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
    const get = async (path: string, accept: string) => {
      const response = await fetch(`${service}${path}`, { headers: { accept } });
      assert.equal(response.status, 200, `${accept}: ${await response.clone().text()}`);
      return response;
    };

    const decoded = join(folder, `${syntax}-decoded.dcm`);
    writeFileSync(decoded, Buffer.from(await (await get(one, 'application/dicom')).arrayBuffer()));
    const back = readPart10(readFileSync(decoded));
    assert.equal(back.transferSyntaxUid, '1.2.840.10008.1.2.1');
    assert.deepEqual(Buffer.from(back.dataSet.bytes('PixelData') ?? []), pixels);
    assert.doesNotMatch(execFileSync('dcmdump', [decoded], { encoding: 'utf8' }), /^[EW]:/mu);

    if (mediaType !== '') {
      const stored = readPart10(
        new Uint8Array(await (await get(one, 'application/dicom; transfer-syntax=*')).arrayBuffer()),
      );
      assert.equal(stored.transferSyntaxUid, syntax);
      const response = await get(`${one}/frames/1,2,3`, `multipart/related; type="${mediaType}"; transfer-syntax=*`);
      const boundary = /boundary=(.+)$/u.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
      let count = 0;
      for await (const part of readMultipart(response.body ?? new Blob([]).stream(), boundary)) {
        const bytes = Buffer.concat(await Array.fromAsync(part.body));
        assert.equal(part.headers.get('content-type'), `${mediaType}; transfer-syntax=${syntax}`);
        assert.ok(Buffer.from(file).includes(bytes), 'the frame stands in the file as it is');
        count += 1;
      }
      assert.equal(count, 3);
    }
    for (const number of [1, 2, 3]) {
      const frame = await get(`${one}/frames/${number}`, 'application/octet-stream');
      const expected = pixels.subarray((number - 1) * (pixels.length / 3), number * (pixels.length / 3));
      assert.deepEqual(Buffer.from(await frame.arrayBuffer()), expected, `frame ${number}`);
    }
  });
}

test('a frame that is damaged is refused with what can be had, and the server goes on', async (t) => {
  const { service } = await startDicomweb(t);
  const file = encoded('dcmcjpls', [], '1.2.840.10008.1.2.4.80');
  const at = Buffer.from(file).indexOf(Buffer.from([0xff, 0xd8, 0xff]));
  file.fill(0xff, at + 60, at + 100);
  const sent = { method: 'POST', body: file, headers: { 'content-type': 'application/dicom' } };
  assert.equal((await fetch(`${service}/studies`, sent)).status, 200);
  for (const path of [one, `${one}/frames/1`]) {
    const response = await fetch(`${service}${path}`);
    assert.equal(response.status, 406, await response.clone().text());
    const { acceptable } = await response.json();
    assert.equal((await fetch(`${service}${path}`, { headers: { accept: acceptable[0] } })).status, 200);
  }
  assert.equal((await fetch(`${service}${one}/rendered`)).status, 406);
  assert.equal((await fetch(`${service}${one}/frames/3`)).status, 200);
});
