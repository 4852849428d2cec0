// What a C-FIND and a stored instance cost with 10,000, 100,000 and 1,000,000 studies in the index, on either back end.
// npm run bench -- scale [--sizes 10000,100000] [--postgres]: rows are synthetic; what is stored is real, on this disk.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLog } from '@concord/network';
import { readConfiguration } from '@concord/server';
import { find } from '../apps/server/src/archive/find.ts';
import { openArchive } from '../apps/server/src/archive/open-archive.ts';
import type { Database } from '../apps/server/src/database/database.ts';
import { openPostgres } from '../apps/server/src/database/postgres.ts';
import { openSqlite } from '../apps/server/src/database/sqlite.ts';
import { openFileSystemStore } from '../apps/server/src/objects/file-system.ts';
import {
  ctSlice,
  dataSetOf,
  encoded,
  explicitVrLittleEndian,
  inPieces,
  type Values,
} from '../apps/server/testing/data-sets.ts';
import { inPostgres, startPostgres } from '../apps/server/testing/postgres.ts';
import { addSyntheticStudies, syntheticStudy } from '../apps/server/testing/synthetic-studies.ts';

const { values: given } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    postgres: { type: 'boolean', default: false },
  },
});
const sizes = given.sizes.split(',').map(Number);
/** Of each question; the median counts. */
const repetitions = 200;
const stores = 300;

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

const questions: Readonly<Record<string, (i: number) => Values>> = {
  'Patient ID': (i) => ({ PatientID: syntheticStudy(i).patientId }),
  'Study Instance UID': (i) => ({ StudyInstanceUID: syntheticStudy(i).uid }),
  'Accession Number': (i) => ({ AccessionNumber: syntheticStudy(i).accession }),
  'name, beginning': (i) => ({ PatientName: `${syntheticStudy(i).name.slice(0, 13)}*` }),
};

/** Of this process and of the database's, in ms: what other programs do at the time changes it little. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + (server?.processorTime() ?? 0);
}

/** Median of the time to the last answer of a search for one of `size` studies, in ms. */
async function findCost(database: Database, size: number, question: (i: number) => Values): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < repetitions; count += 1) {
    const keys = dataSetOf({ StudyDate: null, PatientName: null, ...question(1 + ((count * 7919) % size)) });
    const begun = performance.now();
    await Array.fromAsync(find(database, 'STUDY', keys));
    times.push(performance.now() - begun);
  }
  return median(times);
}

/** To store one small instance, alone on its way, in ms: median for a new study, for one more of it, mean processor time of all threads. */
async function storeCost(database: Database, folder: string, size: number): Promise<readonly number[]> {
  const store = await openFileSystemStore({
    folder: join(folder, `objects-${size}`),
    reserve: 0,
    journal: 256 * 1024 * 1024,
    flushIndex: database.flush,
  });
  // Far above the numbers of synthetic rows, which are keys too.
  const numbered: typeof store = {
    ...store,
    async create() {
      const writer = await store.create();
      const number = writer.number + 10_000_000 * (1 + sizes.indexOf(size));
      return new Proxy(writer, {
        get: (target, name) => {
          if (name === 'number') return number;
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  };
  const configuration = readConfiguration([], {});
  const parts = {
    ...configuration,
    coercion: configuration,
    database,
    store: numbered,
    implementation: { classUid: '1.2.3', versionName: 'BENCH' },
    system: 'BENCH',
    now: () => new Date(),
    log: silentLog,
  };
  const archive = await openArchive(parts);
  const put = async (study: string, instance: number): Promise<number> => {
    const uids = { StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.${instance}` };
    const bytes = encoded(ctSlice({ ...uids, PatientID: study, InstanceNumber: String(instance) }));
    const begun = performance.now();
    await archive.receive({
      dataSet: inPieces(bytes),
      transferSyntaxUid: explicitVrLittleEndian,
      origin: { via: 'import' },
    });
    return performance.now() - begun;
  };
  const first: number[] = [];
  const further: number[] = [];
  const before = processorTime();
  for (let count = 0; count < stores; count += 1) {
    first.push(await put(`1.2.840.98.${size}.${count}`, 1));
    further.push(await put(`1.2.840.98.${size}.${count}`, 2));
  }
  const used = processorTime() - before;
  await store.close();
  return [median(first), median(further), used / (2 * stores)];
}

const folder = await mkdtemp(join(tmpdir(), 'concord-scale-'));
const endings: (() => void)[] = [];
const server = given.postgres
  ? await startPostgres({ after: (end) => void endings.push(end) }, { durable: true })
  : undefined;
const openIndex = () => (server ? openPostgres({ url: server.url }) : openSqlite(join(folder, 'index.sqlite')));
console.log(
  `| ${['studies', ...Object.keys(questions), 'processor time of a search', 'store, new study', 'store, known study', 'processor time of a store'].join(' | ')} |`,
);
console.log(`|${' --- |'.repeat(Object.keys(questions).length + 5)}`);
let filled = 0;
for (const size of sizes) {
  const filling = await openIndex();
  await addSyntheticStudies(filling, filled + 1, size);
  filled = size;
  if (server) await inPostgres(server.url, 'vacuum analyze', 'checkpoint');
  else await filling.batch([{ text: ['analyze'], values: [] }]);
  // What filling left in the log is no burden of what is measured.
  await filling.close();
  const database = await openIndex();
  const finds: number[] = [];
  // Statements are prepared and pages are in memory, as in a server that has been running for a while.
  for (const question of Object.values(questions)) await findCost(database, size, question);
  const before = processorTime();
  for (const question of Object.values(questions)) finds.push(await findCost(database, size, question));
  finds.push((processorTime() - before) / (Object.keys(questions).length * repetitions));
  const stored = await storeCost(database, folder, size);
  console.log(`| ${[size.toLocaleString('en'), ...[...finds, ...stored].map((ms) => ms.toFixed(2))].join(' | ')} |`);
}
for (const end of endings) end();
await rm(folder, { recursive: true });
process.exit(0);
