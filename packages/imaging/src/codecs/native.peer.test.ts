// Native frames of big endian files as DCMTK writes them: words of 16 bits whatever a cell has, also with frames of an odd length. PS3.5 8.1.1.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { DataSet, frames, readPart10, writePart10 } from '@concord/dicom';
import { decodeFrame } from '../frames.ts';
import { describeImage } from '../image-description.ts';

const run = promisify(execFile);
const littleEndian = '1.2.840.10008.1.2.1';
const bigEndian = '1.2.840.10008.1.2.2';

/** Images of 3 x 3 in words of OW, with bytes 1, 2, 3, ... */
function oddImage(numberOfFrames: number, bytesOfCell = 1): { dataSet: DataSet; bytes: Uint8Array } {
  const dataSet = new DataSet();
  const bits = bytesOfCell * 8;
  const bytes = Uint8Array.from({ length: 9 * numberOfFrames * bytesOfCell }, (_, index) => index + 1);
  const values = {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7.2',
    SOPInstanceUID: '1.2.826.0.1.3680043.10.77',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: numberOfFrames,
    Rows: 3,
    Columns: 3,
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: 0,
  };
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  dataSet.set('PixelData', bytes, 'OW');
  return { dataSet, bytes };
}

/** Bytes of cells, little endian. */
const bytesOf = (samples: ArrayLike<number>, bytesOfCell: number): number[] =>
  Array.from(samples).flatMap((value) =>
    Array.from({ length: bytesOfCell }, (_, at) => Math.floor(value / 256 ** at) % 256),
  );

for (const [numberOfFrames, bytesOfCell] of [
  [1, 1],
  [2, 1],
  [3, 1],
  [3, 2],
  [3, 3],
  [2, 4],
] as const) {
  test(`${numberOfFrames} frames of nine cells of ${bytesOfCell} bytes in big endian words, as dcmconv writes them`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'concord-big-endian-'));
    t.after(() => rm(folder, { recursive: true }));
    const { dataSet, bytes } = oddImage(numberOfFrames, bytesOfCell);
    const [little, big] = [join(folder, 'little.dcm'), join(folder, 'big.dcm')];
    await writeFile(little, writePart10({ dataSet, transferSyntaxUid: littleEndian }));
    await run('dcmconv', ['+tb', little, big], { timeout: 30_000 });
    const written = readPart10(new Uint8Array(await readFile(big)));
    assert.equal(written.transferSyntaxUid, bigEndian);
    assert.equal(written.dataSet.element('PixelData')?.vr, 'OW');
    const image = describeImage(written.dataSet);
    const found: number[] = [];
    for (const [index, encoded] of [...frames(written.dataSet)].entries()) {
      const frame = await decodeFrame(image, bigEndian, encoded, { frameNumber: index + 1, pixelDataVr: 'OW' });
      found.push(...bytesOf(frame.samples, bytesOfCell));
    }
    assert.deepEqual(found, [...bytes]);
  });
}
