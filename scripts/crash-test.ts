// Kills the server a hundred times (or as often as the first argument says) while four senders store, and compares each time.
// node scripts/crash-test.ts [rounds] [files|containers]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashRound } from '../apps/server/testing/crash-rounds.ts';

const rounds = Number(process.argv[2] ?? 100);
const layout = process.argv[3] === 'containers' ? 'containers' : 'files';
const data = await mkdtemp(join(tmpdir(), 'concord-crash-'));
const confirmed = new Map<string, number>();
const endings: (() => void)[] = [];
const totals = { lost: 0, rowsWithoutFile: 0, filesWithoutRow: 0 };
for (let number = 0; number < rounds; number += 1) {
  const killAfter = 50 + Math.floor(Math.random() * 1500);
  const found = await crashRound(
    { after: (end) => void endings.push(end) },
    data,
    { number, killAfter, layout },
    confirmed,
  );
  totals.lost += found.lost.length;
  totals.rowsWithoutFile += found.rowsWithoutFile.length;
  totals.filesWithoutRow += found.filesWithoutRow.length;
  console.log(`round ${number + 1}: killed after ${killAfter} ms, ${found.confirmed} confirmed so far`, totals);
}
for (const end of endings) end();
const bad = totals.lost + totals.rowsWithoutFile + totals.filesWithoutRow;
console.log(bad === 0 ? 'nothing lost, nothing left over' : `${bad} findings; the data folder stays at ${data}`);
if (bad === 0) await rm(data, { recursive: true });
process.exitCode = bad === 0 ? 0 : 1;
