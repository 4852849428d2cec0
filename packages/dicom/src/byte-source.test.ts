// Reading from a source: no more than is wanted, values by reference, files beyond 4 GB, sources that end too soon.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { concat, explicit, file, implicit, item, sequenceEnd } from '../testing/bytes.ts';
import { FileSource, temporaryFolder } from '../testing/file-source.ts';
import {
  DicomError,
  explicitVrLittleEndian,
  frameRanges,
  pixelDataOf,
  readPart10,
  readSource,
  readSourceSync,
  readStream,
  writePart10,
  writePart10Stream,
} from './index.ts';

const jpeg2000 = '1.2.840.10008.1.2.4.90';
const patient = explicit(0x00100020, 'LO', 'P1');

const sourceOf = (bytes: Uint8Array) => ({
  count: 0,
  read(offset: number, length: number) {
    const part = bytes.slice(offset, offset + length);
    this.count += part.length;
    return part;
  },
});

/** A file of parts at offsets, zeros between them that take no room on disk. */
function sparse(path: string, size: number, parts: readonly (readonly [number, Uint8Array])[]): void {
  const target = openSync(path, 'w');
  ftruncateSync(target, size);
  for (const [offset, bytes] of parts) writeSync(target, bytes, 0, bytes.length, offset);
  closeSync(target);
}

test('a header is read without the pixels, and without what follows them', () => {
  const pixels = new Uint8Array(5_000_000).fill(7);
  const bytes = file(
    explicitVrLittleEndian,
    concat(patient, explicit(0x7fe00010, 'OW', pixels), explicit(0xfffcfffc, 'OB', 'ab')),
  );
  const source = sourceOf(bytes);
  const { dataSet } = readSourceSync(source);
  assert.ok(source.count < 40_000, `${source.count} bytes read`);
  const { reference, length } = dataSet.element('PixelData') ?? {};
  assert.deepEqual([reference?.length, length], [5_000_000, 5_000_000]);
  assert.deepEqual(source.read(reference?.offset ?? 0, 4), pixels.subarray(0, 4));
  assert.equal(dataSet.bytes(0xfffcfffc)?.length, 2);
  assert.throws(
    () => dataSet.bytes('PixelData'),
    (error) => error instanceof DicomError && error.fault === 'absent-bulk' && error.offset === reference?.offset,
  );
  assert.throws(
    () => writePart10(readSourceSync(source)),
    (error) => error instanceof DicomError && error.fault === 'absent-bulk',
  );
});

test('stopBefore reads no further', () => {
  const bytes = file(
    explicitVrLittleEndian,
    concat(patient, explicit(0x00280010, 'US', [2, 0]), explicit(0x7fe00010, 'OW', new Uint8Array(900_000))),
  );
  const source = sourceOf(bytes);
  const { dataSet } = readSourceSync(source, { stopBefore: 0x00280000 });
  assert.deepEqual(
    [...dataSet.elements()].map(({ tag }) => tag),
    [0x00100020],
  );
  assert.equal(source.count, 16384);
  assert.equal(readSourceSync(sourceOf(bytes), { stopBefore: 0x7fe00010 }).dataSet.has('PixelData'), false);
});

test('a value that is not there to its end is as long as what is there, from source and stream as from memory', async () => {
  const whole = file(explicitVrLittleEndian, concat(patient, explicit(0x7fe00010, 'OW', new Uint8Array(9000).fill(5))));
  for (const missing of [1, 2, 500, 8999, 9000]) {
    const bytes = whole.subarray(0, whole.length - missing);
    const source = sourceOf(bytes);
    const stream = async function* () {
      for (let at = 0; at < bytes.length; at += 700) yield bytes.slice(at, at + 700);
    };
    for (const read of [
      readSourceSync(source, { bulkThreshold: 100 }),
      await readSource(source, { bulkThreshold: 100 }),
      await readStream(stream(), { bulkThreshold: 100 }),
      readPart10(bytes),
    ]) {
      assert.deepEqual(
        read.findings.map(({ fault, path }) => [fault, path]),
        [['past-end', 'PixelData']],
      );
      const element = read.dataSet.element('PixelData');
      assert.equal(element?.reference?.length ?? read.dataSet.bytes('PixelData')?.length, 9000 - missing);
      assert.deepEqual(writePart10(read, { source }), bytes);
    }
    assert.throws(
      () => readSourceSync(source, { bulkThreshold: 100, truncated: 'throw' }),
      (error) => error instanceof DicomError && error.fault === 'past-end' && error.path === 'PixelData',
    );
  }
});

test('a fragment that is cut is as long as what is there', () => {
  const fragments = concat(item([]), item(new Uint8Array(600)), implicit(0xfffee000, new Uint8Array(300), 900));
  const bytes = file(jpeg2000, concat(patient, explicit(0x7fe00010, 'OB', fragments, 0xffffffff)));
  const source = sourceOf(bytes);
  const read = readSourceSync(source, { bulkThreshold: 100 });
  assert.deepEqual(
    pixelDataOf(read.dataSet)?.fragments.map(({ length }) => length),
    [0, 600, 300],
  );
  assert.ok(read.findings.some(({ fault, path }) => fault === 'past-end' && path === 'PixelData'));
  assert.deepEqual(writePart10(read, { source }), bytes);
});

test('a source that becomes shorter is an error with the place, not a short file', async () => {
  const bytes = file(explicitVrLittleEndian, concat(patient, explicit(0x7fe00010, 'OW', new Uint8Array(9000))));
  const read = readSourceSync(sourceOf(bytes), { bulkThreshold: 100 });
  const shorter = sourceOf(bytes.subarray(0, 5000));
  await assert.rejects(
    Array.fromAsync(writePart10Stream(read, { source: shorter })),
    (error) => error instanceof DicomError && error.fault === 'past-end' && error.offset === 5000,
  );
});

test('a file beyond 4 GB: header, references, frames, and an edited copy as a stream', async () => {
  using folder = temporaryFolder();
  const frame = 1_500_000_000;
  const header = file(
    jpeg2000,
    concat(
      explicit(0x00100010, 'PN', 'Doe^Jane'),
      patient,
      explicit(0x00280008, 'IS', '3 '),
      explicit(0x7fe00010, 'OB', item([]), 0xffffffff),
    ),
  );
  const parts: [number, Uint8Array][] = [[0, header]];
  let at = header.length;
  for (let number = 1; number <= 3; number += 1) {
    parts.push([at, concat(implicit(0xfffee000, [], frame), [0xff, 0x4f, 0xff, 0x51, number])]);
    at += 8 + frame;
  }
  parts.push([at, concat(sequenceEnd, explicit(0xfffcfffc, 'OB', 'pads'))]);
  const size = at + 8 + 16;
  sparse(folder.file('large.dcm'), size, parts);
  using source = new FileSource(folder.file('large.dcm'));
  const read = readSourceSync(source);
  assert.ok(source.count < 100_000, `${source.count} bytes read of ${size}`);
  assert.deepEqual(read.findings, []);
  assert.deepEqual(read.dataSet.bytes(0xfffcfffc), concat('pads'));
  const place = pixelDataOf(read.dataSet);
  assert.ok(place);
  const frames = frameRanges(place, read.dataSet);
  const starts = frames.map(([run]) => [...source.read(run?.offset ?? 0, 5)]);
  assert.deepEqual(
    starts,
    [1, 2, 3].map((number) => [0xff, 0x4f, 0xff, 0x51, number]),
  );
  assert.ok((frames[2]?.[0]?.offset ?? 0) + frame > 2 ** 32);
  read.dataSet.set('PatientName', 'Somebody^Else');
  let written = 0;
  let end = new Uint8Array(0);
  for await (const chunk of writePart10Stream(read, { source, borrow: true })) {
    written += chunk.length;
    end = Uint8Array.from([...end, ...chunk.subarray(-24)]).slice(-24);
  }
  assert.equal(written, size + 6);
  assert.deepEqual(end, concat(sequenceEnd, explicit(0xfffcfffc, 'OB', 'pads')));
});

test('an edited 500 MB multi-frame goes to a stream in less than 64 MB', () => {
  using folder = temporaryFolder();
  const pixels = 500_000_000;
  const header = file(
    explicitVrLittleEndian,
    concat(
      explicit(0x00100010, 'PN', 'Doe^Jane'),
      patient,
      explicit(0x00280008, 'IS', '1000'),
      explicit(0x7fe00010, 'OW', [], pixels),
    ),
  );
  sparse(folder.file('large.dcm'), header.length + pixels, [[0, header]]);
  const script = join(import.meta.dirname, '../testing/rewrite-large.ts');
  const output = execFileSync(process.execPath, [script, folder.file('large.dcm')], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  const { bytes, grownMegabytes } = JSON.parse(output);
  assert.ok(bytes > pixels + header.length, `${bytes} bytes`);
  assert.ok(grownMegabytes < 64, `${grownMegabytes} MB more than before`);
});
