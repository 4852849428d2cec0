// `npm run bench -- servers`: Concord and its peers on the same workloads in one run, target by target within each round; medians and ratios.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { blastObjects } from './blast.ts';
import { writeReport } from './page.ts';
import { filesOf, prepareStores } from './prepared.ts';
import { type Measurement, machine, rowsOf, table } from './report.ts';
import { type Study, writeCtStudy, writeLargeStudy, writeSecondCtStudy } from './study.ts';
import { type Capability, type Started, type Target, targets } from './targets.ts';
import {
  readMetadata,
  readOverWeb,
  renderLarge,
  retrieveStudy,
  searchOverWeb,
  storeOverWeb,
  wake,
} from './web-workloads.ts';
import { type Figure, fill, findStudies, getStudy, moveStudy, storeStudy } from './workloads.ts';

const help = `npm run bench -- servers [options]
  --runs N       rounds; medians are printed (default 3)
  --slices N     slices of the CT study (default 500)
  --studies N    header-only studies for C-FIND (default 1000; dcmqrscp holds 500)
  --only A,B     targets by name
  --faces A,B    dimse, web (default both)
  --work FOLDER  where the archives lie; must be on the disk to be measured (default: the system's temporary folder)
  --write        put the table into docs/benchmarks.md`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    slices: { type: 'string', default: '500' },
    studies: { type: 'string', default: '1000' },
    only: { type: 'string' },
    faces: { type: 'string', default: 'dimse,web' },
    work: { type: 'string', default: tmpdir() },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const faces = values.faces.split(',');
const measurements: Measurement[] = [];

const note = (target: Target, figures: readonly Figure[]): void => {
  for (const figure of figures) {
    measurements.push({ target: target.name, ...figure });
    process.stdout.write(`${JSON.stringify({ target: target.name, ...figure })}\n`);
  }
};

const withServer = async (target: Target, work: string, load: (server: Started) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(work, 'archive-'));
  const server = await target.start(folder);
  try {
    await load(server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The figure, and what the server's processes used for it: where the machine does other work too, this says more than the rate. */
const costed = async (server: Started, objects: number, load: Promise<Figure>): Promise<readonly Figure[]> => {
  const before = server.usage().cpuSeconds;
  const figure = await load;
  const value = ((server.usage().cpuSeconds - before) * 1000) / objects;
  return [
    figure,
    { workload: `${figure.workload}: server's processor time`, unit: 'ms/object', value, better: 'less' },
  ];
};

const can = (target: Target, capability: Capability): boolean => target.capabilities.includes(capability);

const measureStudy = async (target: Target, work: string, [study, second]: readonly [Study, Study]): Promise<void> => {
  await withServer(target, work, async (server) => {
    const count = study.files.length;
    note(target, await costed(server, count, storeStudy(server, study, 1)));
    note(target, await costed(server, count, storeStudy(server, second, 1, true)));
    const { peakMegabytes } = server.usage();
    note(target, [{ workload: 'memory after it, peak', unit: 'MB', value: peakMegabytes, better: 'less' }]);
    for (const again of [false, true]) {
      if (can(target, 'get')) note(target, await costed(server, count, getStudy(server, study, again)));
      if (can(target, 'move')) note(target, await costed(server, count, moveStudy(server, study, again)));
    }
    await wake(server);
    if (can(target, 'wado')) note(target, await costed(server, count, retrieveStudy(server, study)));
  });
  if (target.name === 'dcmqrscp') return; // loses objects under parallel stores, so that storescu fails
  await withServer(target, work, async (server) => {
    note(target, await costed(server, study.files.length, storeStudy(server, study, 4)));
    note(target, await costed(server, second.files.length, storeStudy(server, second, 4, true)));
  });
};

/** The same studies by a client that takes next to nothing itself, on a server of its own. */
const measureReceiving = async (target: Target, work: string, folders: readonly [string, string]): Promise<void> =>
  withServer(target, work, async (server) => {
    const what = 'the study';
    for (const [index, folder] of folders.entries()) {
      const sent = blastObjects(server, { folder, associations: 1, what, nagle: index > 0 });
      note(target, await costed(server, Number(values.slices), sent));
    }
  });

/** DICOMweb on a server of its own: nobody has read anything of it before. */
const measureWeb = async (
  target: Target,
  work: string,
  { study, second, large }: { study: Study; second: Study; large: Study },
): Promise<void> =>
  withServer(target, work, async (server) => {
    await wake(server);
    for (const [index, one] of [study, second].entries()) {
      note(target, await storeOverWeb(server, one, index > 0));
      note(target, await readMetadata(server, one, index > 0));
    }
    note(target, await readOverWeb(server, study));
    note(target, await renderLarge(server, large));
  });

const measureQueries = async (target: Target, work: string, studies: number): Promise<void> => {
  const count = Math.min(studies, target.maximumStudies ?? studies);
  await withServer(target, work, async (server) => {
    note(target, [await fill(server, count)]);
    if (faces.includes('dimse')) note(target, await findStudies(server, count));
    await wake(server);
    if (faces.includes('web') && can(target, 'wado')) note(target, [await searchOverWeb(server, count)]);
  });
};

const describe = (chosen: readonly Target[]): string =>
  [machine(), ...chosen.map((target) => `- ${target.name} (${target.version()}): ${target.note}`)].join('\n');

const main = async (): Promise<void> => {
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return;
  }
  const only = values.only?.split(',');
  const chosen = targets.filter(({ name }) => !only || only.includes(name));
  const work = mkdtempSync(join(values.work, 'concord-bench-'));
  try {
    const study = writeCtStudy(join(work, 'ct'), Number(values.slices));
    const second = writeSecondCtStudy(join(work, 'second-ct'), Number(values.slices));
    const large = writeLargeStudy(join(work, 'large'), 12);
    const prepared = [join(work, 'prepared'), join(work, 'prepared-second')] as const;
    if (faces.includes('dimse'))
      for (const [index, one] of [study, second].entries()) prepareStores(prepared[index] ?? '', filesOf(one.folder));
    mkdirSync(join(work, 'archives'));
    for (let run = 0; run < Number(values.runs); run += 1) {
      if (faces.includes('dimse'))
        for (const target of chosen) {
          await measureStudy(target, join(work, 'archives'), [study, second]);
          await measureReceiving(target, join(work, 'archives'), prepared);
        }
      if (faces.includes('web')) {
        for (const target of chosen.filter((one) => can(one, 'wado')))
          await measureWeb(target, join(work, 'archives'), { study, second, large });
      }
      for (const target of chosen.filter((one) => can(one, 'find'))) {
        await measureQueries(target, join(work, 'archives'), Number(values.studies));
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const text = `${describe(chosen)}\n\n${table(
    rowsOf(measurements),
    chosen.map(({ name }) => name),
  )}`;
  process.stdout.write(`\n${text}\n`);
  if (values.write) writeReport('servers', text);
};

await main();
