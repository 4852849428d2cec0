// Kills the server while four senders store, starts it again and compares what it has with what it had confirmed.
import { connect } from '@concord/network';
import { sql } from '../src/database/database.ts';
import { readConfiguration } from '../src/settings/read-configuration.ts';
import { openStored } from '../src/verify/open-stored.ts';
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
  // The low byte of a product is that of the factors' low bytes: it comes again after 256.
  return new Uint8Array(
    Buffer.alloc(
      size,
      Uint8Array.from({ length: 256 }, (_, at) => (at * seed) & 0xff),
    ),
  );
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

async function compare(settings: readonly string[], confirmed: ReadonlyMap<string, number>): Promise<Findings> {
  await using stored = await openStored(readConfiguration(settings, {}));
  const rows = await stored.database.all<Row>(
    sql`select sop_instance_uid as uid, object_key as key, size, data_set_offset as "offset" from instance`,
  );
  const { objects } = stored;
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
 * @param settings of the server beside its data folder: where objects and index are
 * @param confirmed grows by what was confirmed, so that later rounds look after the objects of earlier ones too
 */
export async function crashRound(
  hooks: Hooks,
  data: string,
  round: { readonly number: number; readonly killAfter: number; readonly settings: readonly string[] },
  confirmed: Map<string, number>,
): Promise<Findings> {
  const server = await startServerProcess(hooks, data, ...round.settings);
  const sending = Array.from({ length: senders }, (_, sender) =>
    send(server, round.number, sender, (uid, size) => void confirmed.set(uid, size)).catch(() => undefined),
  );
  await new Promise((resolve) => setTimeout(resolve, round.killAfter));
  await server.end('SIGKILL');
  await Promise.all(sending);
  const again = await startServerProcess(hooks, data, ...round.settings);
  await again.end('SIGTERM');
  return compare(['--data', data, ...round.settings], confirmed);
}
