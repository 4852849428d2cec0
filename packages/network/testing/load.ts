// A process of its own for benchmarks: an acceptor that discards and answers, or a client that does nothing but send.
// Usage: load.ts serve MATCHES THREADS | send PORT AE FOLDER | find PORT AE LEVEL
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { DataSet, readPart10, writeDataSet } from '@concord/dicom';
import {
  connect,
  contextsFor,
  listen,
  listenOnThreads,
  type OutgoingInstance,
  queryRetrieveSopClasses,
} from '../src/index.ts';
import { explicitVrLittleEndian, implicitVrLittleEndian } from './instances.ts';
import { acceptingThread } from './load-thread.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { dataSet, findRq, readCommand } from './wire.ts';

/** The acceptor of one thread, or of several that share the port. */
async function serve(matches: number, threads: number): Promise<void> {
  const where = { host: '127.0.0.1', port: Number(process.env.LOAD_PORT ?? 0) };
  const module = new URL('./load-thread.ts', import.meta.url);
  const { port } =
    threads > 1
      ? await listenOnThreads({ ...where, threads, module, data: matches })
      : await listen({ ...where, ...(await acceptingThread(matches)) });
  process.stdout.write(`${port}\n`);
  await new Promise(() => undefined);
}

interface Loaded {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly bytes: Uint8Array;
}
const load = (folder: string): readonly Loaded[] =>
  readdirSync(folder).map((name) => {
    const file = readFileSync(join(folder, name));
    const { dataSet: read, dataSetOffset } = readPart10(file);
    return {
      sopClassUid: read.string('SOPClassUID') ?? '',
      sopInstanceUid: read.string('SOPInstanceUID') ?? '',
      bytes: file.subarray(dataSetOffset),
    };
  });

/** Our own C-STORE SCU. */
async function send(port: number, calledAeTitle: string, folder: string): Promise<number> {
  const instances: readonly OutgoingInstance[] = load(folder).map(({ bytes, ...rest }) => ({
    ...rest,
    transferSyntaxUid: explicitVrLittleEndian,
    open: async function* () {
      yield bytes;
    },
  }));
  const association = await connect(
    { host: '127.0.0.1', port, calledAeTitle, callingAeTitle: 'LOAD' },
    contextsFor(instances),
  );
  for (const instance of instances.slice(0, 50)) await association.store(instance);
  const started = performance.now();
  for (const instance of instances)
    if ((await association.store(instance)).code !== 0) throw new Error('a C-STORE was refused');
  const seconds = (performance.now() - started) / 1000;
  await association.release();
  return instances.length / seconds;
}

/** Responses a second to one C-FIND, counted by their commands. */
async function find(port: number, called: string, level: string): Promise<number> {
  const sopClass = queryRetrieveSopClasses.studyRootFind;
  const keys = new DataSet();
  const own = level === 'STUDY' ? ['StudyDate', 'AccessionNumber', 'StudyID'] : ['SOPInstanceUID', 'InstanceNumber'];
  for (const keyword of ['PatientName', ...own]) keys.set(keyword, null);
  keys.set('QueryRetrieveLevel', level);
  keys.set('StudyInstanceUID', level === 'STUDY' ? null : '1.2.3');
  if (level === 'IMAGE') keys.set('SeriesInstanceUID', '1.2.3.4');
  const peer = await ScriptedPeer.associate(port, {
    called,
    contexts: [{ id: 1, abstract: sopClass, transfer: [implicitVrLittleEndian] }],
  });
  peer.socket.removeAllListeners('data');
  let rate = 0;
  for (let round = 1; round <= 3; round += 1) {
    const started = performance.now();
    const counted = countMatches(peer.socket);
    peer.send(findRq(round, sopClass), dataSet(1, writeDataSet(keys, implicitVrLittleEndian)));
    rate = Math.max(rate, (await counted) / ((performance.now() - started) / 1000));
  }
  peer.close();
  return rate;
}

/** Counts data sets until a response has none: next to no cost on this side. */
function countMatches(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    let count = 0;
    let rest: Buffer = Buffer.alloc(0);
    let before: Buffer = Buffer.alloc(0);
    const received = (chunk: Buffer): void => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (let end = endOfPdu(bytes, at); end <= bytes.length; at = end, end = endOfPdu(bytes, at)) {
        const control = bytes[at + 11] ?? 0;
        if (control === 2) count += 1;
        if (control !== 3 || before.equals(bytes.subarray(at + 12, end))) continue;
        before = bytes.subarray(at + 12, end);
        if (readCommand(before).get(0x0900) !== 0) continue;
        socket.off('data', received);
        resolve(count);
      }
      rest = bytes.subarray(at);
    };
    socket.on('data', received);
  });
}

const endOfPdu = (bytes: Buffer, at: number): number =>
  bytes.length - at < 6 ? Number.POSITIVE_INFINITY : at + 6 + bytes.readUInt32BE(at + 2);

const [mode, first = '0', ae = '', third = ''] = process.argv.slice(2);
const jobs: Readonly<Record<string, () => Promise<number>>> = {
  send: () => send(Number(first), ae, third),
  find: () => find(Number(first), ae, third),
};
if (mode === 'serve') await serve(Number(first), Number(ae || '1'));
else {
  const rate = await jobs[mode ?? '']?.();
  process.stdout.write(`${rate}\n`);
  if (process.stdout.writableLength > 0) await once(process.stdout, 'drain');
  process.exit(0);
}
