// Senders that store until they are stopped, and what must be true of what they were told: for tests of several servers.
import assert from 'node:assert/strict';
import { connect } from '@concord/network';
import { readConfiguration } from '../src/settings/read-configuration.ts';
import type { Finding } from '../src/verify/finding.ts';
import { openStored } from '../src/verify/open-stored.ts';
import { verify } from '../src/verify/verify.ts';
import { ctImageStorage, ctSlice, encoded, explicitVrLittleEndian, inPieces } from './data-sets.ts';
import type { ServerProcess } from './programs.ts';

const sizes = [2000, 60_000, 600_000];
export const uidOf = (sender: number, index: number) => `1.2.826.0.98.${sender}.${index}`;
export const objectOf = (uid: string, size: number) =>
  encoded(
    ctSlice({
      SOPInstanceUID: uid,
      StudyInstanceUID: uid.slice(0, uid.lastIndexOf('.')),
      SeriesInstanceUID: `${uid.slice(0, uid.lastIndexOf('.'))}.0`,
      PixelData: new Uint8Array(size).fill(uid.length),
    }),
  );

export interface Sender {
  readonly confirmed: Map<string, number>;
  readonly statuses: number[];
  /** What it waited for an answer at most, in ms. */
  longest(): number;
  stop(): Promise<void>;
}

/** Stores one object after the other, on a new association where one breaks, until it is stopped. */
export function startSending(server: ServerProcess, sender: number, from = 1): Sender {
  const confirmed = new Map<string, number>();
  const statuses: number[] = [];
  let going = true;
  let longest = 0;
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: 'CONCORD', callingAeTitle: `S${sender}` };
  const context = { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] };
  const ended = (async () => {
    for (let index = from; going; ) {
      const association = await connect(peer, [context]).catch(() => undefined);
      if (!association) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      try {
        for (; going; index += 1) {
          const sopInstanceUid = uidOf(sender, index);
          const size = sizes[index % sizes.length] ?? 0;
          const open = () => inPieces(objectOf(sopInstanceUid, size), 100_000);
          const sent = { sopClassUid: ctImageStorage, sopInstanceUid, transferSyntaxUid: explicitVrLittleEndian, open };
          const begun = performance.now();
          const { code } = await association.store(sent);
          longest = Math.max(longest, performance.now() - begun);
          statuses.push(code);
          if (code === 0) confirmed.set(sopInstanceUid, size);
          else await new Promise((resolve) => setTimeout(resolve, 50));
        }
        await association.release();
      } catch {
        association.abort();
      }
    }
  })();
  return {
    confirmed,
    statuses,
    longest: () => longest,
    async stop() {
      going = false;
      await ended;
    },
  };
}

/** Waits for what senders see, however busy the machine is. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 240_000; !isSo(); ) {
    if (Date.now() > deadline) assert.fail(`${what}: not within four minutes`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Rows and objects agree, and every confirmed object is there, byte for byte. */
export async function assertNothingLost(settings: readonly string[], data: string, senders: readonly Sender[]) {
  const configuration = readConfiguration(['--data', data, ...settings], {});
  await using stored = await openStored(configuration);
  const findings: Finding[] = [];
  const signal = new AbortController().signal;
  const summary = await verify(stored, {
    content: true,
    parallel: 4,
    bytesPerSecond: 0,
    signal,
    found: (finding) => findings.push(finding),
  });
  assert.deepEqual(findings, []);
  const rows = await stored.database.all<{ uid: string; size: number }>({
    text: ['select sop_instance_uid as uid, size - data_set_offset as size from instance'],
    values: [],
  });
  const there = new Map(rows.map(({ uid, size }) => [uid, size]));
  for (const { confirmed } of senders)
    for (const [uid, size] of confirmed) assert.equal(there.get(uid), objectOf(uid, size).length, uid);
  return { summary, rows: rows.length };
}
