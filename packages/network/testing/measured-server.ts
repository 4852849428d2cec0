// An acceptor in a process of its own that measures itself; run with --expose-gc. Prints its port; answers each line of its input
// with what it has measured since the last one; ends with its parent.
import { DataSet } from '@concord/dicom';
import { bind, listen, queryFind, storage, verificationScp } from '../src/index.ts';

export interface Measurements {
  /** The most processor time, in milliseconds, that the event loop spent between two looks at the clock some 5 ms apart. */
  readonly longestTurn: number;
  /** Bytes in use after a collection: heap and buffers. */
  readonly memory: number;
  readonly associations: number;
}

const discarding = bind(storage, {
  'C-STORE': async ({ dataSet }) => {
    for await (const _ of dataSet.borrowed());
    return { code: 0x0000 };
  },
});
const match = new DataSet();
match.set('PatientComments', 'x'.repeat(2000));
const endless = bind(queryFind, {
  'C-FIND': async function* () {
    for (;;) yield { code: 0xff00, identifier: match };
  },
});

const acceptor = await listen({
  host: '127.0.0.1',
  port: 0,
  applicationEntities: [{ aeTitle: 'CONCORD', services: [verificationScp, discarding, endless] }],
  limits: {
    associations: 5000,
    associationsPerAeTitle: 5000,
    associationsPerAddress: 5000,
    connections: 6000,
    objectBytes: 50_000_000,
  },
  timeouts: { artim: 3, idle: 30, release: 1 },
});

const interval = 5;
let longestTurn = 0;
let before = process.threadCpuUsage();
// Processor time, not time on the wall: what else the machine does must not count against us.
setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  before = process.threadCpuUsage();
  longestTurn = Math.max(longestTurn, (user + system) / 1000);
}, interval);

function measured(): Measurements {
  const turn = longestTurn;
  for (let times = 0; times < 3; times += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  longestTurn = 0;
  before = process.threadCpuUsage();
  return { longestTurn: turn, memory: heapUsed + external, associations: acceptor.associations().length };
}

process.stdin.on('data', () => void process.stdout.write(`${JSON.stringify(measured())}\n`));
process.stdin.on('end', () => process.exit(0));
process.stdout.write(`${acceptor.port}\n`);
