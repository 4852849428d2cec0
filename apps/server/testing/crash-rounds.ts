// Kills the server while four senders store, starts it again and compares what it has with what it had confirmed.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from '@concord/network';
import { openObjectReader } from '../src/objects/containers/container-reader.ts';
import { ctImageStorage, ctSlice, encoded, explicitVrLittleEndian, inPieces } from './data-sets.ts';
import { type Hooks, type ServerProcess, startServerProcess } from './programs.ts';

const senders = 4;
/** Small, usual and large objects, so that a kill meets each step of their way. */
const sizes = [2_000, 60_000, 500_000, 3_000_000];

/** What a round found wrong; all empty is what it must be. */
export interface Findings {
  readonly confirmed: number;
  /** Confirmed objects without an index row, or whose bytes are not what was sent. */
  readonly lost: string[];
  /** Rows without their file, or with a file of another size. */
  readonly rowsWithoutFile: string[];
  /** Files that no row knows. */
  readonly filesWithoutRow: string[];
}

const uidOf = (round: number, sender: number, index: number) => `1.2.826.0.99.${round}.${sender}.${index}`;
const contentOf = (uid: string, size: number): Uint8Array => {
  const seed = [...uid].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) & 0xffff, 7);
  return new Uint8Array(size).map((_, at) => (at * seed) & 0xff);
};
const objectOf = (uid: string, size: number) =>
  encoded(
    ctSlice({
      SOPInstanceUID: uid,
      StudyInstanceUID: uid.slice(0, uid.lastIndexOf('.')),
      SeriesInstanceUID: `${uid.slice(0, uid.lastIndexOf('.'))}.0`,
      PixelData: contentOf(uid, size),
    }),
  );

/** Stores until the server is gone; calls back for each object that was confirmed. */
async function send(
  server: ServerProcess,
  round: number,
  sender: number,
  confirmed: (uid: string, size: number) => void,
) {
  const peer = {
    host: '127.0.0.1',
    port: server.dicomPort,
    calledAeTitle: 'CONCORD',
    callingAeTitle: `SENDER${sender}`,
  };
  const context = { abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] };
  const association = await connect(peer, [context]);
  for (let index = 0; ; index += 1) {
    const sopInstanceUid = uidOf(round, sender, index);
    const size = sizes[(index + sender) % sizes.length] ?? 0;
    const bytes = objectOf(sopInstanceUid, size);
    const open = () => inPieces(bytes, 100_000);
    const instance = { sopClassUid: ctImageStorage, sopInstanceUid, transferSyntaxUid: explicitVrLittleEndian, open };
    const { code } = await association.store(instance);
    if (code === 0) confirmed(sopInstanceUid, size);
  }
}

interface Row {
  readonly uid: string;
  readonly key: string;
  readonly size: number;
  readonly offset: number;
}

async function compare(data: string, confirmed: ReadonlyMap<string, number>): Promise<Findings> {
  const index = new DatabaseSync(join(data, 'index.sqlite'), { readOnly: true });
  const rows = index
    .prepare('select sop_instance_uid as uid, object_key as key, size, data_set_offset as offset from instance')
    .all() as unknown[] as Row[];
  index.close();
  const objects = openObjectReader(join(data, 'objects'));
  const files = new Map<string, number>();
  for await (const { key, size } of objects.list()) files.set(key, size);
  const byUid = new Map(rows.map((row) => [row.uid, row]));
  const lost: string[] = [];
  for (const [uid, size] of confirmed) {
    const row = byUid.get(uid);
    const file = row && files.has(row.key) ? Buffer.concat(await Array.fromAsync(objects.read(row.key))) : undefined;
    if (!file?.subarray(row?.offset).equals(objectOf(uid, size))) lost.push(uid);
  }
  const known = new Set(rows.map(({ key }) => key));
  return {
    confirmed: confirmed.size,
    lost,
    rowsWithoutFile: rows.filter(({ key, size }) => files.get(key) !== size).map(({ key }) => key),
    filesWithoutRow: [...files.keys()].filter((key) => !known.has(key)),
  };
}

/**
 * One round on a data folder: start, store from four senders, SIGKILL after so many milliseconds, start again, end, compare.
 * @param confirmed grows by what was confirmed, so that later rounds look after the objects of earlier ones too
 */
export async function crashRound(
  hooks: Hooks,
  data: string,
  round: { readonly number: number; readonly killAfter: number; readonly layout: 'files' | 'containers' },
  confirmed: Map<string, number>,
): Promise<Findings> {
  const server = await startServerProcess(hooks, data, '--store-layout', round.layout);
  const sending = Array.from({ length: senders }, (_, sender) =>
    send(server, round.number, sender, (uid, size) => void confirmed.set(uid, size)).catch(() => undefined),
  );
  await new Promise((resolve) => setTimeout(resolve, round.killAfter));
  await server.end('SIGKILL');
  await Promise.all(sending);
  const again = await startServerProcess(hooks, data, '--store-layout', round.layout);
  await again.end('SIGTERM');
  return compare(data, confirmed);
}
