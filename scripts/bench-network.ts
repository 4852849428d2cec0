// Speed of packages/network beside DCMTK and Orthanc, all in one run, in turn: node scripts/bench-network.ts [rounds] [slices]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../packages/network/src/index.ts';
import { freePort, type Running, runTool, startServer } from './bench/process.ts';
import { tinyStudy, writeCtStudy } from './bench/study.ts';
import { targets } from './bench/targets.ts';

const [rounds = '3', slices = '500'] = process.argv.slice(2);
const matches = 10_000;
const loadProgram = join(import.meta.dirname, '../packages/network/testing/load.ts');
const folder = mkdtempSync(join(tmpdir(), 'concord-bench-network-'));
const figures = new Map<string, number[]>();
const note = (name: string, value: number): void => {
  figures.set(name, [...(figures.get(name) ?? []), value]);
  console.log(`${name}: ${value.toFixed(0)}/s`);
};
const median = (name: string): number =>
  [...(figures.get(name) ?? [])].sort((a, b) => a - b).at(Math.floor((figures.get(name)?.length ?? 0) / 2)) ??
  Number.NaN;

function load(args: readonly string[]): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, [loadProgram, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return Number(stdout.trim());
}

async function ours(): Promise<Running & { readonly dicomPort: number }> {
  const port = await freePort();
  return {
    ...(await startServer([process.execPath, loadProgram, 'serve', `${matches}`], port, { LOAD_PORT: `${port}` })),
    dicomPort: port,
  };
}
async function storescp(): Promise<Running & { readonly dicomPort: number }> {
  const port = await freePort();
  return {
    ...(await startServer(['storescp', '--ignore', '-pdu', '131072', '-aet', 'PEER', `${port}`], port)),
    dicomPort: port,
  };
}
async function withServers(work: (us: number, them: number) => Promise<void>): Promise<void> {
  const [us, them] = [await ours(), await storescp()];
  try {
    await work(us.dicomPort, them.dicomPort);
  } finally {
    await us.stop();
    await them.stop();
  }
}

const study = writeCtStudy(join(folder, 'ct'), Number(slices));

async function storing(): Promise<void> {
  await withServers(async (us, them) => {
    for (let round = 0; round < Number(rounds); round += 1) {
      note('receive, 1 association, storescp --ignore', load(['store', `${them}`, 'PEER', study.folder]));
      note('receive, 1 association, ours', load(['store', `${us}`, 'PEER', study.folder]));
      note('receive, 8 associations, ours', load(['store', `${us}`, 'PEER', study.folder, '8']));
      note(
        'send to storescp --ignore, storescu',
        study.files.length / (await runTool('storescu', ['-aec', 'PEER', '+sd', '127.0.0.1', `${them}`, study.folder])),
      );
      note('send to storescp --ignore, ours', load(['send', `${them}`, 'PEER', study.folder]));
      note('associations with C-ECHO, ours', load(['echo', `${us}`, 'PEER', '2']));
    }
  });
}

async function withTarget(name: string, work: (port: number) => Promise<void>): Promise<void> {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target ${name}`);
  const place = join(folder, name.replace(/\W/g, ''));
  mkdirSync(place);
  const server = await target.start(place);
  try {
    await work(server.dicomPort);
  } finally {
    await server.stop();
  }
}

/** dcmqrscp holds 500 studies at most, so the rate of matches is compared, not the time of 10,000. */
async function finding(): Promise<void> {
  const held = 500;
  await withTarget('dcmqrscp', async (port) => {
    const { sopClassUid } = tinyStudy(0);
    await using association = await connect(
      { host: '127.0.0.1', port, calledAeTitle: 'PEER', callingAeTitle: 'LOAD' },
      [{ abstractSyntax: sopClassUid, transferSyntaxes: ['1.2.840.10008.1.2.1'] }],
    );
    for (let index = 0; index < held; index += 1) {
      const { bytes, sopInstanceUid } = tinyStudy(index);
      await association.store({
        sopClassUid,
        sopInstanceUid,
        transferSyntaxUid: '1.2.840.10008.1.2.1',
        open: async function* () {
          yield bytes;
        },
      });
    }
    for (let round = 0; round < Number(rounds); round += 1)
      note('C-FIND matches, dcmqrscp', load(['find', `${port}`, 'PEER', 'STUDY']));
  });
  await withServers(async (us) => {
    for (let round = 0; round < Number(rounds); round += 1)
      note('C-FIND matches, ours', load(['find', `${us}`, 'PEER', 'STUDY']));
  });
}

async function echoing(): Promise<void> {
  await withTarget('Orthanc', async (port) => {
    for (let round = 0; round < Number(rounds); round += 1)
      note('associations with C-ECHO, Orthanc', load(['echo', `${port}`, 'PEER', '2']));
  });
}

try {
  await storing();
  await finding();
  await echoing();
  const rows: readonly (readonly [string, string, string, number])[] = [
    [
      'receive 500 CT, one association / storescp --ignore',
      'receive, 1 association, ours',
      'receive, 1 association, storescp --ignore',
      1,
    ],
    ['eight associations / one', 'receive, 8 associations, ours', 'receive, 1 association, ours', 1.5],
    ['send 500 CT / storescu', 'send to storescp --ignore, ours', 'send to storescp --ignore, storescu', 1],
    ['associations with C-ECHO / Orthanc', 'associations with C-ECHO, ours', 'associations with C-ECHO, Orthanc', 1],
    ['C-FIND matches / dcmqrscp', 'C-FIND matches, ours', 'C-FIND matches, dcmqrscp', 1.5],
  ];
  console.log('\n| figure | ours /s | peer /s | ratio | aim |\n| --- | --- | --- | --- | --- |');
  for (const [title, us, them, aim] of rows)
    console.log(
      `| ${title} | ${median(us).toFixed(0)} | ${median(them).toFixed(0)} | ${(median(us) / median(them)).toFixed(2)} | ${aim} |`,
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
