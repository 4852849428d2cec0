// `npm run bench -- find`: what a peer waits for an answer to a C-FIND, from 1,000 studies to 1,000,000; rows are synthetic, the network is real.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DataSet } from '@concord/dicom';
import { type Association, connect } from '@concord/network';
import { literal } from '../apps/server/src/database/database.ts';
import { openSqlite } from '../apps/server/src/database/sqlite.ts';
import { addSyntheticStudies, syntheticStudy } from '../apps/server/testing/synthetic-studies.ts';
import { machine, median } from './bench/report.ts';
import { type Started, targets } from './bench/targets.ts';

const { values: given } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000,1000000' },
    times: { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});

if (given.help) {
  console.log(`npm run bench -- find [options]
  --sizes A,B  studies in the index, a server for each (default 1000,10000,100000,1000000)
  --times N    how often each question is asked (default 200, a tenth of it for what has many answers)`);
  process.exit(0);
}

const studyRootFind = '1.2.840.10008.5.1.4.1.2.2.1';
const returned = [
  'PatientName',
  'PatientID',
  'StudyInstanceUID',
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'StudyID',
];

const identifier = (keys: Readonly<Record<string, string>>): DataSet => {
  const dataSet = new DataSet();
  dataSet.set('QueryRetrieveLevel', 'STUDY');
  for (const keyword of returned) dataSet.set(keyword, null);
  for (const [keyword, value] of Object.entries(keys)) dataSet.set(keyword, value);
  return dataSet;
};

/** Milliseconds from the request to the final status. */
async function whole(association: Association, keys: DataSet): Promise<number> {
  const began = performance.now();
  for await (const _ of association.find(studyRootFind, keys));
  return performance.now() - began;
}

interface Stopped {
  /** From the request to the hundredth answer, in ms. */
  readonly hundred: number;
  /** From C-CANCEL to the final status, in ms. */
  readonly stop: number;
}

/** A query for everything: a hundred answers, then C-CANCEL. */
async function stopped(association: Association): Promise<Stopped> {
  const cancelling = new AbortController();
  const began = performance.now();
  let answers = 0;
  let hundred = began;
  for await (const _ of association.find(studyRootFind, identifier({}), { signal: cancelling.signal })) {
    answers += 1;
    if (answers !== 100) continue;
    hundred = performance.now();
    cancelling.abort();
  }
  return { hundred: hundred - began, stop: performance.now() - hundred };
}

const questions: readonly ((i: number) => Readonly<Record<string, string>>)[] = [
  (i) => ({ PatientID: syntheticStudy(i).patientId }),
  (i) => ({ StudyInstanceUID: syntheticStudy(i).uid }),
  (i) => ({ AccessionNumber: syntheticStudy(i).accession }),
];

async function repeated(times: number, measure: (round: number) => Promise<number>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < times; round += 1) taken.push(await measure(round));
  return median(taken);
}

async function measured(server: Started, size: number): Promise<readonly number[]> {
  const { dicomPort: port, aeTitle: calledAeTitle } = server;
  const association = await connect({ host: '127.0.0.1', port, calledAeTitle, callingAeTitle: 'BENCH' }, [
    { abstractSyntax: studyRootFind, transferSyntaxes: ['1.2.840.10008.1.2.1'] },
  ]);
  const times = Number(given.times);
  const some = (round: number) => 1 + ((round * 7919) % size);
  // A server runs for months: its code is compiled, its pages are in memory.
  for (let round = 0; round < 300; round += 1)
    await whole(association, identifier({ StudyInstanceUID: `1.2.${round}` }));
  for (let round = 0; round < 20; round += 1) await stopped(association);
  const before = server.usage().cpuSeconds;
  const figures: number[] = [];
  for (const question of questions)
    figures.push(await repeated(times, (round) => whole(association, identifier(question(some(round))))));
  figures.push(((server.usage().cpuSeconds - before) * 1000) / (times * questions.length));
  const cancelled: Stopped[] = [];
  for (let round = 0; round < times / 10; round += 1) cancelled.push(await stopped(association));
  figures.push(median(cancelled.map(({ hundred }) => hundred)), median(cancelled.map(({ stop }) => stop)));
  await association.release();
  return figures;
}

const [concord] = targets;
if (!concord) throw new Error('no server to measure');
const work = mkdtempSync(join(tmpdir(), 'concord-bench-'));
console.log(`${machine()}\n
| studies | Patient ID | Study Instance UID | Accession Number | processor time of one | first 100 of all | from C-CANCEL to the end |
|${' --- |'.repeat(7)}`);
try {
  for (const size of given.sizes.split(',').map(Number)) {
    const folder = join(work, String(size));
    mkdirSync(folder);
    const index = await openSqlite(join(folder, 'index.sqlite'));
    await addSyntheticStudies(index, 1, size);
    const seen =
      literal(`insert into completion (study_instance_uid, series_instance_uid, instance_count, completed_at, evidence)
      select study_instance_uid, '', instance_count, received_at, '' from study`);
    await index.batch([seen], { durable: false });
    await index.close();
    const server = await concord.start(folder);
    try {
      const figures = await measured(server, size);
      console.log(`| ${[size.toLocaleString('en'), ...figures.map((ms) => ms.toFixed(2))].join(' | ')} |`);
    } finally {
      await server.stop();
    }
    rmSync(folder, { recursive: true });
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
