// Speed of packages/network beside DCMTK and Orthanc, all in one run, in turn: node scripts/bench-network.ts [rounds] [slices] [--write]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '../packages/network/src/index.ts';
import { prepare } from './bench/prepared.ts';
import { freePort, type Running, runTool, startServer } from './bench/process.ts';
import { median } from './bench/report.ts';
import { tinyStudy, writeCtStudy } from './bench/study.ts';
import { targets } from './bench/targets.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean' } } });
const [rounds = '3', slices = '500'] = positionals;
const matches = 10_000;
const echoSeconds = 2;
/** Of our server, on one port. */
const threads = Math.max(2, cpus().length);
/** Associations and clients at a time, where it is not one. */
const many = 8;
/** Takes so little itself that server and load generator may share two cores; the other one for what needs our own client. */
const blastProgram = join(import.meta.dirname, 'bench/blast.py');
const loadProgram = join(import.meta.dirname, '../packages/network/testing/load.ts');
const folder = mkdtempSync(join(tmpdir(), 'concord-bench-network-'));

interface Figure {
  readonly perSecond: number;
  /** User and system time of the server, for one operation; NaN where the server is not what is measured. */
  readonly cpuMicroseconds: number;
}
const figures = new Map<string, Figure[]>();
const note = (name: string, perSecond: number, cpuMicroseconds = Number.NaN): void => {
  figures.set(name, [...(figures.get(name) ?? []), { perSecond, cpuMicroseconds }]);
  console.log(`${name}: ${perSecond.toFixed(0)}/s, ${cpuMicroseconds.toFixed(0)} us CPU`);
};

/** One figure of a server; `operations` is what the load generator did in all, warm-up included. */
function measure(name: string, server: Running, args: readonly string[], operations: (rate: number) => number): void {
  const before = server.usage().cpuSeconds;
  const rate = args[0] === 'store' || args[0] === 'echo' ? blast(args) : load(args);
  note(name, rate, ((server.usage().cpuSeconds - before) / operations(rate)) * 1e6);
}

const load = (args: readonly string[]): number => rateOf(process.execPath, [loadProgram, ...args]);
const blast = (args: readonly string[]): number => rateOf('/usr/bin/python3', [blastProgram, ...args]);

function rateOf(program: string, args: readonly string[]): number {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return Number(stdout.trim());
}

type Server = Running & { readonly dicomPort: number };

async function ours(count = 1): Promise<Server> {
  const dicomPort = await freePort();
  const command = [process.execPath, loadProgram, 'serve', `${matches}`, `${count}`] as const;
  return { ...(await startServer(command, dicomPort, { LOAD_PORT: `${dicomPort}` })), dicomPort };
}

async function storescp(): Promise<Server> {
  const dicomPort = await freePort();
  const command = ['storescp', '--ignore', '-pdu', '131072', '-aet', 'PEER', `${dicomPort}`] as const;
  return { ...(await startServer(command, dicomPort)), dicomPort };
}

async function target(name: string): Promise<Server> {
  const found = targets.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no target ${name}`);
  const place = join(folder, name.replace(/\W/g, ''));
  mkdirSync(place);
  return found.start(place);
}

/** Servers side by side, measured in turn: ours, ours in several threads, the other. */
interface Servers {
  readonly us: Server;
  readonly threaded: Server;
  readonly them: Server;
}

async function besides(other: () => Promise<Server>, work: (servers: Servers) => Promise<void>): Promise<void> {
  const [us, threaded, them] = [await ours(), await ours(threads), await other()];
  try {
    await work({ us, threaded, them });
  } finally {
    for (const server of [us, threaded, them]) await server.stop();
  }
}

const study = writeCtStudy(join(folder, 'ct'), Number(slices));
const prepared = prepare(folder, study.folder);
const everyRound = async (work: () => Promise<void> | void): Promise<void> => {
  for (let round = 0; round < Number(rounds); round += 1) await work();
};

const storing = ({ us, threaded, them }: Servers): Promise<void> =>
  everyRound(async () => {
    const sent = (): number => study.files.length * 2;
    const store = (server: Server, count: number) => ['store', `${server.dicomPort}`, prepared.store, `${count}`];
    measure('receive, 1 association, storescp --ignore', them, store(them, 1), sent);
    measure('receive, 1 association, ours', us, store(us, 1), sent);
    measure('receive, 8 associations, threads', threaded, store(threaded, many), sent);
    const storescu = ['-aec', 'PEER', '+sd', '127.0.0.1', `${them.dicomPort}`, study.folder];
    note('send to storescp --ignore, storescu', study.files.length / (await runTool('storescu', storescu)));
    note('send to storescp --ignore, ours', load(['send', `${them.dicomPort}`, 'PEER', study.folder]));
  });

/** dcmqrscp holds 500 studies at most, so the rate of matches is compared, not the time of 10,000. */
const heldStudies = 500;

async function finding({ us, them }: Servers): Promise<void> {
  const { sopClassUid } = tinyStudy(0);
  const transferSyntaxUid = '1.2.840.10008.1.2.1';
  await using association = await connect(
    { host: '127.0.0.1', port: them.dicomPort, calledAeTitle: 'PEER', callingAeTitle: 'LOAD' },
    [{ abstractSyntax: sopClassUid, transferSyntaxes: [transferSyntaxUid] }],
  );
  for (let index = 0; index < heldStudies; index += 1) {
    const { bytes, sopInstanceUid } = tinyStudy(index);
    const open = async function* () {
      yield bytes;
    };
    await association.store({ sopClassUid, sopInstanceUid, transferSyntaxUid, open });
  }
  const find = (server: Server) => ['find', `${server.dicomPort}`, 'PEER', 'STUDY'];
  await everyRound(() => {
    measure('C-FIND matches, dcmqrscp', them, find(them), () => heldStudies * 3);
    measure('C-FIND matches, ours', us, find(us), () => matches * 3);
  });
}

async function echoing({ us, threaded, them }: Servers): Promise<void> {
  const echo = (server: Server, clients: number) => [
    'echo',
    `${server.dicomPort}`,
    prepared.echo,
    `${clients}`,
    `${echoSeconds}`,
  ];
  const note = (name: string, server: Server, clients: number): void =>
    measure(`C-ECHO, ${name}`, server, echo(server, clients), (rate) => rate * echoSeconds);
  // A server is measured as it runs all day: not while its code is being compiled.
  for (const server of [us, threaded, them]) for (let times = 0; times < 3; times += 1) blast(echo(server, many));
  await everyRound(() => {
    note('one at a time, Orthanc', them, 1);
    note('one at a time, ours', us, 1);
    note('8 at a time, Orthanc', them, many);
    note('8 at a time, ours', us, many);
    note('8 at a time, threads', threaded, many);
  });
}

const rows: readonly (readonly [string, string, string, number])[] = [
  [
    `receive ${slices} CT, one association / storescp --ignore`,
    'receive, 1 association, ours',
    'receive, 1 association, storescp --ignore',
    1,
  ],
  [
    `eight associations on ${threads} threads / one`,
    'receive, 8 associations, threads',
    'receive, 1 association, ours',
    1.5,
  ],
  [`send ${slices} CT / storescu`, 'send to storescp --ignore, ours', 'send to storescp --ignore, storescu', 1],
  ['C-ECHO, one association at a time / Orthanc', 'C-ECHO, one at a time, ours', 'C-ECHO, one at a time, Orthanc', 1],
  ['C-ECHO, 8 at a time / Orthanc', 'C-ECHO, 8 at a time, ours', 'C-ECHO, 8 at a time, Orthanc', 1],
  [
    `C-ECHO, 8 at a time, ${threads} threads / Orthanc`,
    'C-ECHO, 8 at a time, threads',
    'C-ECHO, 8 at a time, Orthanc',
    1,
  ],
  ['C-FIND matches / dcmqrscp', 'C-FIND matches, ours', 'C-FIND matches, dcmqrscp', 1.5],
];

/** Median rates; the ratio is the median of the rounds' own, since other work comes and goes between them. */
function row([title, us, them, aim]: (typeof rows)[number]): string {
  const [own, other] = [figures.get(us) ?? [], figures.get(them) ?? []];
  const of = (list: readonly Figure[], key: keyof Figure): number => median(list.map((figure) => figure[key]));
  const ratio = median(own.map(({ perSecond }, round) => perSecond / (other[round]?.perSecond ?? Number.NaN)));
  const cpu = (list: readonly Figure[]): string => {
    const value = of(list, 'cpuMicroseconds');
    return Number.isNaN(value) ? '' : value.toFixed(0);
  };
  return `| ${title} | ${of(own, 'perSecond').toFixed(0)} | ${of(other, 'perSecond').toFixed(0)} | ${ratio.toFixed(2)} | ${aim} | ${cpu(own)} | ${cpu(other)} |`;
}

function writeReport(text: string): void {
  const path = join(import.meta.dirname, '../docs/benchmarks.md');
  const page = readFileSync(path, 'utf8');
  const [begin, end] = ['<!-- bench:network -->', '<!-- /bench:network -->'];
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < 0) throw new Error(`${path} has no ${begin} … ${end}`);
  writeFileSync(path, `${page.slice(0, before + begin.length)}\n${text}\n${page.slice(after)}`);
}

try {
  await besides(storescp, storing);
  await besides(() => target('dcmqrscp'), finding);
  await besides(() => target('Orthanc'), echoing);
  const head = '| figure | ours /s | peer /s | ratio | aim | CPU us each, ours | CPU us each, peer |';
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node.js ${process.version}, ${rounds} rounds, load ${loadavg()[0]?.toFixed(1)}.`;
  const text = [machine, '', head, '| --- | --- | --- | --- | --- | --- | --- |', ...rows.map(row)].join('\n');
  console.log(`\n${text}`);
  if (values.write) writeReport(text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
