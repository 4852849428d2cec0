// Kills the server a hundred times (or as often as the first argument says) while four senders store, and compares each time.
// npm run test:crash [-- rounds [files|containers|s3] [record]]; s3: objects on an S3 server, the index on PostgreSQL, both started for it;
// record: a file that gets a line about the run, docs/kills.md is the one that is kept
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '@concord/server';
import { openStored, verify } from '@concord/server/maintenance';
import { startCluster } from '../apps/server/testing/cluster-settings.ts';
import { crashRound } from '../apps/server/testing/crash-rounds.ts';

const rounds = Number(process.argv[2] ?? 100);
const store = process.argv[3] ?? 'files';
if (!['files', 'containers', 's3'].includes(store))
  throw new Error(`there is no store "${store}": files, containers or s3`);
const ends: (() => void)[] = [];
const places =
  store === 's3'
    ? await startCluster({ after: (end) => void ends.push(end) }, 'crash-test', { durable: true })
    : undefined;
/** Kills that one data folder lives through before the next is begun: after them every byte of it is compared with its digest. */
const roundsPerFolder = 10;

const [, , , , record] = process.argv;
let done = 0;
const totals = { confirmed: 0, lost: 0, rowsWithoutFile: 0, filesWithoutRow: 0, verifyFindings: 0 };
const bad = () => totals.lost + totals.rowsWithoutFile + totals.filesWithoutRow + totals.verifyFindings;

async function verifyAll(data: string, settings: readonly string[]): Promise<number> {
  await using stored = await openStored(readConfiguration(['--data', data, ...settings], {}));
  const signal = new AbortController().signal;
  const found = (finding: object) => console.log(finding);
  const options = { content: true, parallel: 2, bytesPerSecond: 0, signal, found };
  return (await verify(stored, options)).findings;
}

for (let number = 0; number < rounds && bad() === 0; ) {
  const data = await mkdtemp(join(tmpdir(), 'concord-crash-'));
  const settings = (await places?.()) ?? ['--store-layout', store];
  for (let inFolder = 0; inFolder < roundsPerFolder && number < rounds; inFolder += 1, number += 1) {
    const killAfter = 50 + Math.floor(Math.random() * 1500);
    const confirmed = new Map<string, number>();
    const endings: (() => void)[] = [];
    const hooks = { after: (end: () => void) => void endings.push(end) };
    const found = await crashRound(hooks, data, { number, killAfter, settings }, confirmed);
    for (const end of endings) end();
    totals.confirmed += confirmed.size;
    totals.lost += found.lost.length;
    totals.rowsWithoutFile += found.rowsWithoutFile.length;
    totals.filesWithoutRow += found.filesWithoutRow.length;
    done += 1;
    console.log(`round ${number + 1}: killed after ${killAfter} ms`, totals);
  }
  totals.verifyFindings += await verifyAll(data, settings);
  if (bad() === 0) await rm(data, { recursive: true });
  else console.log(`the data folder stays at ${data}`);
}
for (const end of ends) end();
if (record !== undefined) {
  const { confirmed, lost, rowsWithoutFile, filesWithoutRow, verifyFindings } = totals;
  const day = new Date().toISOString().slice(0, 10);
  const cells = [day, store, done, confirmed, lost, rowsWithoutFile, filesWithoutRow, verifyFindings];
  await appendFile(record, `| ${cells.join(' | ')} |\n`);
}
console.log(bad() === 0 ? 'nothing lost, nothing left over' : `${bad()} findings`);
process.exitCode = bad() === 0 ? 0 : 1;
