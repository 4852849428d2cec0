// Every real file that is at hand, stored over the web and asked for in every way: no answer is a failure of ours.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { readPart10, transferSyntax } from '@concord/dicom';
import { createImagingPool } from '@concord/imaging/node';
import { startDicomweb } from '../../testing/archive.ts';
import { type CorpusFile, noCorpus, storageInstances } from '../../testing/corpus.ts';

const ways: readonly (readonly [path: string, accept: string])[] = [
  ['', 'application/dicom'],
  ['/metadata', 'application/dicom+json'],
  ['/metadata', 'multipart/related; type="application/dicom+xml"'],
  ['/frames/1', 'application/octet-stream'],
  ['/frames/1', 'application/octet-stream; transfer-syntax=*'],
  ['/rendered', 'image/png'],
  ['/thumbnail', 'image/jpeg'],
  ['/bulkdata/PixelData', '*/*'],
];

const isDecoded = (path: string): boolean => path !== '/metadata';

/** The small files of each transfer syntax: to decode them all would take minutes, and the codecs have tests of their own. */
const toDecode = (files: readonly CorpusFile[]): ReadonlySet<string> => {
  const bySize = files.map((file) => ({ ...file, size: statSync(file.path).size })).sort((a, b) => a.size - b.size);
  const counts = new Map<string, number>();
  const chosen = bySize.filter(({ transferSyntaxUid }) => {
    counts.set(transferSyntaxUid, (counts.get(transferSyntaxUid) ?? 0) + 1);
    return (counts.get(transferSyntaxUid) ?? 0) <= 6;
  });
  return new Set(chosen.map(({ path }) => path));
};

/** Files of one UID go to different servers: an archive keeps one object per UID. */
const rounds = (files: readonly CorpusFile[]): readonly (readonly CorpusFile[])[] => {
  const seen = new Map<string, number>();
  const result: CorpusFile[][] = [];
  for (const file of files) {
    const round = seen.get(file.sopInstanceUid) ?? 0;
    seen.set(file.sopInstanceUid, round + 1);
    result[round] = [...(result[round] ?? []), file];
  }
  return result;
};

test('real files are stored, come back unchanged, and are answered for in every way', { skip: noCorpus }, async (t) => {
  const answered = new Map<string, number>();
  const flawed: string[] = [];
  const instances = storageInstances();
  const decoded = toDecode(instances);
  const imaging = createImagingPool({ threads: 2 });
  t.after(() => imaging.close());
  for (const files of rounds(instances)) {
    const { service, log } = await startDicomweb(t, { imaging });
    for (const file of files) {
      const body = Uint8Array.from(readFileSync(file.path));
      const sent = { method: 'POST', body, headers: { 'content-type': 'application/dicom' } };
      const stored = await fetch(`${service}/studies/${file.studyInstanceUid}`, sent);
      const said = await stored.text();
      assert.ok(stored.ok, `${file.path}: ${said}`);
      if (stored.status === 202) assert.match(said, /Pixel Data has \d+ bytes, not the/, file.path);
      if (stored.status === 202) flawed.push(basename(file.path));
      const place = `${service}/studies/${file.studyInstanceUid}/series/${file.seriesInstanceUid}/instances/${file.sopInstanceUid}`;
      await checkStored(file, body, place);
      for (const [path, accept] of ways) {
        if (isDecoded(path) && !decoded.has(file.path)) continue;
        const response = await fetch(`${place}${path}`, { headers: { accept } });
        const bytes = await response.arrayBuffer();
        const what = `${accept} ${path} of ${file.path}`;
        assert.ok(
          [200, 404, 406].includes(response.status),
          `${response.status} for ${what}: ${log.lines.at(-1)?.fields.err}`,
        );
        if (response.status === 200) assert.ok(bytes.byteLength > 0, what);
        answered.set(`${path} ${accept}`, (answered.get(`${path} ${accept}`) ?? 0) + (response.status === 200 ? 1 : 0));
      }
    }
  }
  t.diagnostic(`stored with a warning of their length: ${flawed.join(', ')}`);
  for (const [way, count] of answered) t.diagnostic(`${count} x ${way}`);
  for (const [path, accept] of ways) assert.ok((answered.get(`${path} ${accept}`) ?? 0) > 20, `${path} as ${accept}`);
});

/** As stored means the same bytes; big endian and implicit files are sent as Explicit VR Little Endian, with their pixels. */
const checkStored = async (file: CorpusFile, sent: Uint8Array, place: string): Promise<void> => {
  const response = await fetch(place, { headers: { accept: 'application/dicom; transfer-syntax=*' } });
  assert.equal(response.status, 200, `${file.path}: ${await response.clone().text()}`);
  const received = readPart10(new Uint8Array(await response.arrayBuffer()));
  const { explicitVr = true, littleEndian = true } = transferSyntax(file.transferSyntaxUid) ?? {};
  const same = explicitVr && littleEndian;
  const expected = same ? file.transferSyntaxUid : '1.2.840.10008.1.2.1';
  // A file may be encoded otherwise than it declares: it is kept, and comes back, as it is.
  assert.ok([expected, file.transferSyntaxUid].includes(received.transferSyntaxUid), file.path);
  const before = readPart10(sent);
  assert.equal([...received.dataSet.elements()].length, [...before.dataSet.elements()].length, file.path);
  if (same || littleEndian) {
    const [now, then] = [received, before].map(({ dataSet }) => Buffer.from(dataSet.bytes('PixelData') ?? []));
    assert.ok(now?.equals(then ?? Buffer.alloc(0)), `pixels of ${file.path}`);
  }
};
