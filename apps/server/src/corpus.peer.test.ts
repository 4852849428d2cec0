// Real files of every kind go in by storescu and come out by movescu and getscu: what comes back is what was sent.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPart10 } from '@concord/dicom';
import { type CorpusFile, noCorpus, storageInstances } from '../testing/corpus.ts';
import { freePort } from '../testing/ports.ts';
import { run, runWithInput, startServerProcess, startStorescp } from '../testing/programs.ts';
import { temporaryFolder } from '../testing/real-archive.ts';
import { encodedDataSet, getUnchanged, sendUnchanged } from '../testing/send-unchanged.ts';

/** What makes storescu propose a file's own syntax. */
const proposal: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2': '-xi',
  '1.2.840.10008.1.2.1': '-xe',
  '1.2.840.10008.1.2.1.99': '-xd',
  '1.2.840.10008.1.2.2': '-xb',
  '1.2.840.10008.1.2.4.50': '-xy',
  '1.2.840.10008.1.2.4.51': '-xx',
  '1.2.840.10008.1.2.4.70': '-xs',
  '1.2.840.10008.1.2.4.80': '-xt',
  '1.2.840.10008.1.2.4.81': '-xu',
  '1.2.840.10008.1.2.4.90': '-xv',
  '1.2.840.10008.1.2.4.91': '-xw',
  '1.2.840.10008.1.2.5': '-xr',
};

/** Files of one UID go one after the other, each in place of the one before: an archive keeps one object per UID. */
function rounds(files: readonly CorpusFile[]): CorpusFile[][] {
  const seen = new Map<string, number>();
  const result: CorpusFile[][] = [];
  for (const file of files) {
    const round = seen.get(file.sopInstanceUid) ?? 0;
    seen.set(file.sopInstanceUid, round + 1);
    result[round] = [...(result[round] ?? []), file];
  }
  return result;
}

const comparison = join(import.meta.dirname, '../testing/compare_data_sets.py');

type Pair = readonly [sent: string, received: string];

/** Each received file beside the one that was sent under its UID. */
async function pairs(sent: readonly CorpusFile[], folder: string): Promise<Pair[]> {
  const paths = new Map(sent.map(({ sopInstanceUid, path }) => [sopInstanceUid, path]));
  const result: Pair[] = [];
  for (const name of await readdir(folder)) {
    const received = join(folder, name);
    const uid = readPart10(await readFile(received)).dataSet.string('SOPInstanceUID') ?? '';
    result.push([paths.get(uid) ?? 'never sent', received]);
  }
  const back = new Set(result.map(([path]) => path));
  const missing = sent.filter(({ path }) => !back.has(path)).map(({ path }) => path);
  assert.deepEqual(missing, [], 'all that was sent comes back');
  return result;
}

/** Every difference that pydicom sees. */
async function differences(compared: readonly Pair[]): Promise<string[]> {
  const { output } = await runWithInput(JSON.stringify(compared), '/usr/bin/python3', comparison);
  return output.split('\n').filter((line) => line !== '');
}

/** Sends each file in its own syntax. Returns those that DCMTK cannot read: they went by our own client. */
async function send(files: readonly CorpusFile[], port: number): Promise<readonly CorpusFile[]> {
  const unreadable = files.filter(({ transferSyntaxUid }) => !(transferSyntaxUid in proposal));
  for (const [syntax, option] of Object.entries(proposal)) {
    const paths = files.filter(({ transferSyntaxUid }) => transferSyntaxUid === syntax).map(({ path }) => path);
    if (paths.length === 0) continue;
    const target = ['-aec', 'CONCORD', '127.0.0.1', String(port)];
    const { output } = await run('storescu', '-v', '-R', '-nh', option, ...target, ...paths);
    const ignored = [...output.matchAll(/in file: (.*), ignoring file/g)].map(([, path]) => path);
    const stored = [...output.matchAll(/Received Store Response \(Success\)/g)].length;
    assert.equal(stored, paths.length - ignored.length, `${syntax}: ${output.slice(-2000)}`);
    unreadable.push(...files.filter(({ path }) => ignored.includes(path)));
  }
  if (unreadable.length === 0) return [];
  for (const [index, status] of (await sendUnchanged(port, unreadable)).entries())
    assert.deepEqual(status, { code: 0x0000 }, unreadable[index]?.path);
  return unreadable;
}

/** One C-MOVE per series, naming its instances. */
async function moveInstances(files: readonly CorpusFile[], port: number): Promise<void> {
  for (const group of Object.values(Object.groupBy(files, ({ seriesInstanceUid }) => seriesInstanceUid))) {
    const [first] = group ?? [];
    const keys = [
      'QueryRetrieveLevel=IMAGE',
      `StudyInstanceUID=${first?.studyInstanceUid}`,
      `SeriesInstanceUID=${first?.seriesInstanceUid}`,
      `SOPInstanceUID=${group?.map(({ sopInstanceUid }) => sopInstanceUid).join('\\')}`,
    ].flatMap((key) => ['-k', key]);
    const peers = ['-aec', 'CONCORD', '-aem', 'DEST', '127.0.0.1', String(port)];
    const { exitCode, output } = await run('movescu', '-S', ...keys, ...peers);
    assert.equal(exitCode, 0, output);
  }
}

const title = 'every storage instance of the test data comes back as it was sent, in its own transfer syntax';
test(`[QR-CTX-06] [QR-MOVE-03] ${title}`, { skip: noCorpus, timeout: 600_000 }, async (t) => {
  const all = storageInstances();
  assert.ok(all.length > 400);
  const folder = await temporaryFolder();
  const port = await freePort();
  const configuration = join(folder, 'concord.json');
  const peers = [{ aeTitle: 'DEST', host: '127.0.0.1', port }];
  await writeFile(configuration, JSON.stringify({ peers, duplicates: 'replace' }));
  const server = await startServerProcess(t, join(folder, 'data'), '--config', configuration);
  const arriving = join(folder, 'arriving');
  await mkdir(arriving);
  await startStorescp(t, arriving, port);
  const compared: Pair[] = [];
  for (const [number, files] of rounds(all).entries()) {
    const unreadable = await send(files, server.dicomPort);
    for (const file of unreadable)
      assert.ok((await getUnchanged(server.dicomPort, file)).equals(await encodedDataSet(file.path)), file.path);
    const readable = files.filter((file) => !unreadable.includes(file));
    if (readable.length === 0) continue;
    await moveInstances(readable, server.dicomPort);
    const back = join(folder, `round ${number}`);
    await rename(arriving, back);
    await mkdir(arriving);
    compared.push(...(await pairs(readable, back)));
  }
  assert.ok(compared.length > 400);
  assert.deepEqual(await differences(compared), []);
  assert.equal(await server.end(), 0);
});
