// `npm run bench -- memory`: what small objects, one large one and very many cost in time and memory, beside the peers.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { blastObjects } from './bench/blast.ts';
import { smallObjects, storeSmall, writeManyFrames } from './bench/made-objects.ts';
import { writeReport } from './bench/page.ts';
import { prepareStores } from './bench/prepared.ts';
import { runTool } from './bench/process.ts';
import { type Measurement, machine, rowsOf, table } from './bench/report.ts';
import { type Started, type Target, targets } from './bench/targets.ts';
import type { Figure } from './bench/workloads.ts';

const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    small: { type: 'string', default: '2000' },
    frames: { type: 'string', default: '2000' },
    objects: { type: 'string', default: '100000' },
    only: { type: 'string', default: 'Concord,Orthanc,storescp' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (given.help) {
  console.log(`npm run bench -- memory [options]
  --runs N       rounds of the first two; medians are printed (default 1)
  --small N      objects of 11 KB that are stored for their rate (default 2000)
  --frames N     frames of half a megabyte in the large object (default 2000: 1 GB; 0 leaves it out)
  --objects N    objects of 11 KB that are stored for the memory, by Concord alone (default 100000; 0 leaves it out)
  --only A,B     targets by name (default Concord,Orthanc,storescp)
  --write        put the table into docs/benchmarks.md`);
  process.exit(0);
}

const measurements: Measurement[] = [];
const work = mkdtempSync(join(tmpdir(), 'concord-bench-'));

const note = (target: Target, figures: readonly Figure[]): void => {
  for (const figure of figures) {
    measurements.push({ target: target.name, ...figure });
    console.log(JSON.stringify({ target: target.name, ...figure }));
  }
};

async function withServer(target: Target, load: (server: Started) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(work, 'archive-'));
  const server = await target.start(folder);
  try {
    await load(server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const megabytes = (workload: string, value: number): Figure => ({ workload, unit: 'MB', value, better: 'less' });

const what = 'objects of 11 KB';

/** By a client of ours, or by one that sends what was encoded before (`prepared`: a folder for each turn). */
async function measureSmall(target: Target, count: number, prepared?: readonly string[]): Promise<void> {
  await withServer(target, async (server) => {
    for (const [turn, associations] of [1, 4].entries()) {
      const before = server.usage().cpuSeconds;
      const figure = await (prepared
        ? blastObjects(server, { folder: prepared[turn] ?? '', associations, what: `${count} ${what}` })
        : storeSmall(server, { from: turn * count, count, associations }));
      const value = ((server.usage().cpuSeconds - before) * 1000) / count;
      const cost = { workload: `${figure.workload}: server's processor time`, unit: 'ms/object', value } as const;
      note(target, [figure, { ...cost, better: 'less' }]);
    }
  });
}

async function measureLarge(target: Target, path: string): Promise<void> {
  await withServer(target, async (server) => {
    const atRest = server.usage().residentMegabytes;
    const destination = ['-aec', server.aeTitle, '127.0.0.1', String(server.dicomPort)];
    const seconds = await runTool('storescu', ['-R', ...destination, path]);
    const size = `${(statSync(path).size / 1e9).toFixed(1)} GB`;
    const value = statSync(path).size / 1e6 / seconds;
    note(target, [
      { workload: `C-STORE of one object of ${size}`, unit: 'MB/s', value, better: 'more' },
      megabytes('server before it', atRest),
      megabytes('server after it, peak', server.usage().peakMegabytes),
    ]);
  });
}

/** Where the memory stands while very many objects come in over four associations. */
async function measureMany(target: Target, count: number): Promise<void> {
  await withServer(target, async (server) => {
    const tenth = Math.max(1, Math.floor(count / 10));
    const seen = [Math.round(server.usage().residentMegabytes)];
    const stored = (soFar: number) => {
      if (soFar % tenth === 0) seen.push(Math.round(server.usage().residentMegabytes));
    };
    const figure = await storeSmall(server, { from: 0, count, associations: 4, stored });
    console.log(
      `resident memory of ${target.name} before, and after each tenth of ${count} objects: ${seen.join(', ')} MB`,
    );
    note(target, [
      figure,
      megabytes(`memory after a tenth of the ${count}`, seen[1] ?? 0),
      megabytes(`memory after half of the ${count}`, seen[5] ?? 0),
      megabytes(`memory after all ${count}`, seen[10] ?? 0),
      megabytes(`memory while the ${count} came, peak`, server.usage().peakMegabytes),
    ]);
  });
}

const chosen = targets.filter(({ name }) => given.only.split(',').includes(name));
try {
  const path = join(work, 'frames.dcm');
  if (Number(given.frames) > 0) writeManyFrames(path, Number(given.frames));
  const prepared = [join(work, 'small-1'), join(work, 'small-4')];
  for (const [turn, folder] of prepared.entries())
    prepareStores(folder, smallObjects(turn * Number(given.small), Number(given.small)));
  for (let run = 0; run < Number(given.runs); run += 1)
    for (const target of chosen) {
      await measureSmall(target, Number(given.small));
      await measureSmall(target, Number(given.small), prepared);
      if (Number(given.frames) > 0) await measureLarge(target, path);
    }
  const [concord] = chosen;
  if (concord && Number(given.objects) > 0) await measureMany(concord, Number(given.objects));
} finally {
  rmSync(work, { recursive: true, force: true });
}
const names = chosen.map(({ name }) => name);
const described = chosen.map((target) => `- ${target.name} (${target.version()}): ${target.note}`);
const text = `${[machine(), ...described].join('\n')}\n\n${table(rowsOf(measurements), names)}`;
console.log(`\n${text}`);
if (given.write) writeReport('memory', text);
