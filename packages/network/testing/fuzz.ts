// Mutated captures of real associations against a living acceptor: whatever comes, it answers the next one.
import { setTimeout as pause } from 'node:timers/promises';
import { DataSet, writeDataSet } from '@concord/dicom';
import { queryRetrieveSopClasses } from '../src/index.ts';
import { testAcceptor } from './acceptor.ts';
import { memoryArchive } from './archive.ts';
import { ctImageStorage, ctSlice, implicitVrLittleEndian } from './instances.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import {
  associateRq,
  cancelRq,
  dataSet,
  echoRq,
  extended,
  findRq,
  identity,
  item,
  pData,
  releaseRq,
  role,
  storeRq,
  windowItem,
} from './wire.ts';

/** A small seeded generator (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function identifier(): Uint8Array {
  const keys = new DataSet();
  keys.set('QueryRetrieveLevel', 'STUDY');
  keys.set('StudyInstanceUID', null);
  return writeDataSet(keys, implicitVrLittleEndian);
}

/** What a requestor sends, from its first byte to its release: each service once. */
export function captures(): readonly Buffer[] {
  const { bytes, sopInstanceUid } = ctSlice(9);
  const { studyRootFind, studyRootGet } = queryRetrieveSopClasses;
  const contexts = [
    { id: 1, abstract: '1.2.840.10008.1.1', transfer: [implicitVrLittleEndian] },
    { id: 3, abstract: ctImageStorage, transfer: ['1.2.840.10008.1.2.1'] },
    { id: 5, abstract: studyRootFind, transfer: [implicitVrLittleEndian] },
    { id: 7, abstract: studyRootGet, transfer: [implicitVrLittleEndian] },
  ];
  const request = associateRq({
    contexts,
    user: [
      windowItem(2, 2),
      role(ctImageStorage, 1, 1),
      item(0x55, 'FUZZ'),
      extended(studyRootFind, [1, 1, 1]),
      identity(2, 1, 'ann', 'pw'),
    ],
  });
  const store = [
    storeRq(2, ctImageStorage, sopInstanceUid, 3),
    pData(3, 0, bytes.subarray(0, 300)),
    pData(3, 2, bytes.subarray(300)),
  ];
  return [
    Buffer.concat([request, echoRq(1), releaseRq]),
    Buffer.concat([request, ...store, releaseRq]),
    Buffer.concat([request, findRq(3, studyRootFind, 5), dataSet(5, identifier()), cancelRq(3, 5), releaseRq]),
    Buffer.concat([request, findRq(4, studyRootGet, 7), dataSet(7, identifier()), releaseRq]),
    Buffer.concat([request, ...store, echoRq(5), ...store, findRq(6, studyRootFind, 5), dataSet(5, identifier())]),
  ];
}

/** One to four changes: bytes, lengths, pieces lost, doubled, moved, filled in; sometimes cut off. */
export function mutate(bytes: Buffer, random: () => number): Buffer {
  const at = (length: number): number => Math.floor(random() * length);
  let mutated = Buffer.from(bytes);
  for (let count = 1 + at(4); count > 0; count -= 1) {
    if (mutated.length < 2) break;
    const where = at(mutated.length);
    const length = at(64);
    const kind = at(7);
    if (kind === 0) mutated[where] = at(256);
    else if (kind === 1) mutated.fill(0xff, where, Math.min(mutated.length, where + 1 + at(4)));
    else if (kind === 2) mutated = Buffer.concat([mutated.subarray(0, where), mutated.subarray(where + length)]);
    else if (kind === 3)
      mutated = Buffer.concat([
        mutated.subarray(0, where),
        mutated.subarray(where, where + length),
        mutated.subarray(where),
      ]);
    else if (kind === 4)
      mutated = Buffer.concat([
        mutated.subarray(0, where),
        Buffer.from(Array.from({ length }, () => at(256))),
        mutated.subarray(where),
      ]);
    else if (kind === 5) mutated = mutated.subarray(0, Math.max(1, where));
    else mutated.writeUInt16BE(at(0x10000), Math.min(where, mutated.length - 2));
  }
  return mutated;
}

export interface FuzzReport {
  readonly runs: number;
  /** Milliseconds of the longest time that the event loop was held up. */
  readonly longestStall: number;
  /** Log lines at level error: faults of ours. */
  readonly errors: readonly string[];
}

/** Associations at a time. */
const batchSize = 64;

/** Sends mutated captures, several at a time; throws when the acceptor stops answering. */
export async function fuzzAcceptor({
  seed,
  runs,
}: {
  readonly seed: number;
  readonly runs: number;
}): Promise<FuzzReport> {
  const random = randomFrom(seed);
  const kept = [1, 2, 3].map((number) => ctSlice(number));
  await using acceptor = await testAcceptor(memoryArchive(kept).services, {
    timeouts: { artim: 0.2, idle: 0.2, data: 0.2, release: 0.2 },
    limits: { associations: 1000, associationsPerAeTitle: 1000, associationsPerAddress: 1000, operationsPerformed: 4 },
  });
  const originals = captures();
  let longestStall = 0;
  for (let done = 0; done < runs; done += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, runs - done) }, () => {
      const original = originals[Math.floor(random() * originals.length)] ?? Buffer.alloc(0);
      return sendMutated(acceptor.port, mutate(original, random), random);
    });
    const before = performance.now();
    await pause(0);
    longestStall = Math.max(longestStall, performance.now() - before);
    await Promise.all(batch);
  }
  using healthy = await ScriptedPeer.associate(acceptor.port, {
    contexts: [{ id: 1, abstract: '1.2.840.10008.1.1', transfer: [implicitVrLittleEndian] }],
  });
  healthy.send(echoRq(1));
  if ((await healthy.nextCommand()).get(0x0900) !== 0) throw new Error('the acceptor does not answer C-ECHO any more');
  return { runs, longestStall, errors: acceptor.lines.filter((line) => line.startsWith('error')) };
}

async function sendMutated(port: number, bytes: Buffer, random: () => number): Promise<void> {
  using peer = await ScriptedPeer.connect(port);
  const cut = Math.floor(random() * bytes.length);
  peer.send(bytes.subarray(0, cut));
  await pause(0);
  peer.send(bytes.subarray(cut));
  const gone = pause(20_000, 'stuck' as const);
  for (;;) {
    const next = await Promise.race([peer.next(), gone]);
    if (next === 'closed') return;
    if (next === 'stuck')
      throw new Error(`a connection is still open after twenty seconds: ${bytes.toString('hex').slice(0, 400)}`);
  }
}
