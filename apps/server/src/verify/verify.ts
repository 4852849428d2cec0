// Checks the index against the store, both ways: each row has its file as it was received, each file its row.
import { type ReadDatabase, sql } from '../database/database.ts';
import { crc32 } from '../objects/crc32.ts';
import type { ListedObject, ObjectReader } from '../objects/object-reader.ts';
import { StoreError } from '../objects/object-store.ts';
import type { Finding } from './finding.ts';
import { createPace, type Pace, sideBySide } from './pace.ts';
import { countRows, type RowFilter, type VouchedRow, vouchedKeys, vouchedRows } from './vouched-rows.ts';

export interface VerifyParts {
  readonly database: Pick<ReadDatabase, 'all'>;
  readonly objects: ObjectReader;
  /** A server is at work on both: what it has not finished yet is no finding. */
  readonly running: boolean;
}

export interface VerifyOptions extends RowFilter {
  /** False: names and sizes only, no file is read. */
  readonly content: boolean;
  /** Files read side by side. */
  readonly parallel: number;
  /** 0: no limit. */
  readonly bytesPerSecond: number;
  readonly signal: AbortSignal;
  /** Hears of each finding as it is made. */
  readonly found: (finding: Finding) => void;
  readonly progress?: (done: { readonly rows: number; readonly of: number; readonly bytes: number }) => void;
}

export interface VerifySummary {
  /** Rows whose file was looked at. */
  readonly rows: number;
  /** Bytes read. */
  readonly bytes: number;
  /** Files whose row was looked for; 0 where only some rows were asked for. */
  readonly files: number;
  /** Files that a running server has not finished. */
  readonly underWay: number;
  readonly findings: number;
}

/** Throws DatabaseError, StoreError where the store as a whole cannot be read, and the signal's reason. */
export async function verify(parts: VerifyParts, options: VerifyOptions): Promise<VerifySummary> {
  const { database, objects } = parts;
  const { content, parallel, bytesPerSecond, signal, progress = () => undefined } = options;
  const pace = createPace(bytesPerSecond, signal);
  const done = { rows: 0, bytes: 0, files: 0, underWay: 0, findings: 0 };
  const found = (finding: Finding) => {
    done.findings += 1;
    options.found(finding);
  };
  const of = await countRows(database, options);
  await sideBySide(vouchedRows(database, options), parallel, async (row) => {
    signal.throwIfAborted();
    const check = await checkRow(objects, row, content ? pace : undefined);
    if (check.finding && (await isStillThere(database, row))) found(check.finding);
    done.rows += 1;
    done.bytes += check.bytes;
    progress({ rows: done.rows, of: Math.max(of, done.rows), bytes: done.bytes });
  });
  for (const finding of await wrongCounts(database, options)) found(finding);
  if (options.studyInstanceUid === undefined && options.since === undefined)
    for await (const { finding, underWay } of checkFiles(parts, signal)) {
      done.files += 1;
      if (finding) found(finding);
      if (underWay) done.underWay += 1;
    }
  return done;
}

/** What is wrong with the file of a row, and how many bytes were read to know it. */
export async function checkRow(
  objects: Pick<ObjectReader, 'read' | 'size'>,
  row: VouchedRow,
  pace: Pace | undefined,
): Promise<{ readonly finding?: Finding; readonly bytes: number }> {
  const { key, studyInstanceUid, sopInstanceUid } = row;
  const finding = (kind: Finding['kind'], detail: string, bytes = 0) => ({
    bytes,
    finding: { kind, key, studyInstanceUid, sopInstanceUid, detail },
  });
  try {
    const size = await objects.size(key);
    if (size === undefined) return finding('missing file', `${row.size} bytes are expected`);
    if (size !== row.size) return finding('wrong size', `${row.size} bytes are expected, ${size} are there`);
    if (!pace || row.digest === null || row.dataSetOffset === null) return { bytes: 0 };
    const digest = await digestOf(objects.read(key), row.dataSetOffset, pace);
    if (digest === row.digest) return { bytes: size };
    return finding('wrong digest', `CRC-32 ${row.digest} is expected, it is ${digest}`, size);
  } catch (error) {
    if (error instanceof StoreError) return finding('unreadable', error.message);
    throw error;
  }
}

/** CRC-32 of what follows the first `offset` bytes, as rows keep it. */
async function digestOf(bytes: AsyncIterable<Uint8Array>, offset: number, pace: Pace): Promise<string> {
  let digest = 0;
  let at = 0;
  for await (const chunk of bytes) {
    await pace.take(chunk.length);
    digest = crc32(chunk.subarray(Math.min(chunk.length, Math.max(0, offset - at))), digest);
    at += chunk.length;
  }
  return digest.toString(16).padStart(8, '0');
}

/** A running server may have removed row and file since the row was read. */
const isStillThere = async (database: Pick<ReadDatabase, 'all'>, { number, key }: VouchedRow): Promise<boolean> =>
  (await vouchedKeys(database, [number])).has(key);

async function wrongCounts(database: Pick<ReadDatabase, 'all'>, { studyInstanceUid }: RowFilter): Promise<Finding[]> {
  const rows = await database.all<{ uid: string; said: number; counted: number }>(sql`
    select s.study_instance_uid as uid, s.instance_count as said, count(i.instance_key) as counted
    from study s left join series e on e.study_key = s.study_key left join instance i on i.series_key = e.series_key
    ${studyInstanceUid === undefined ? sql`` : sql`where s.study_instance_uid = ${studyInstanceUid}`}
    group by s.study_key, s.study_instance_uid, s.instance_count having s.instance_count <> count(i.instance_key)
    order by s.study_key limit 10000`);
  return rows.map(({ uid, said, counted }) => ({
    kind: 'wrong count',
    key: '',
    studyInstanceUid: uid,
    detail: `it says ${said}, and has ${counted}`,
  }));
}

/** Objects compared with rows at once. */
const filesAtOnce = 500;

interface FileCheck {
  readonly finding?: Finding;
  readonly underWay?: boolean;
}

async function* checkFiles(parts: VerifyParts, signal: AbortSignal): AsyncGenerator<FileCheck> {
  let waiting: (ListedObject & { number: number })[] = [];
  for await (const object of parts.objects.list()) {
    signal.throwIfAborted();
    const { number } = object;
    if (number === undefined) {
      yield { finding: { kind: 'foreign file', key: object.key, detail: `${object.size} bytes` } };
      continue;
    }
    waiting.push({ ...object, number });
    if (waiting.length < filesAtOnce) continue;
    yield* checkListed(parts, waiting);
    waiting = [];
  }
  yield* checkListed(parts, waiting);
}

async function* checkListed(
  { database, objects, running }: VerifyParts,
  listed: readonly (ListedObject & { number: number })[],
): AsyncGenerator<FileCheck> {
  const known = await vouchedKeys(
    database,
    listed.map(({ number }) => number),
  );
  for (const { key, size, unsettled } of listed) {
    // What is gone since it was listed was removed in order: its row went before.
    if (known.has(key) || (await objects.size(key)) === undefined) yield {};
    else if (unsettled && running) yield { underWay: true };
    else yield { finding: { kind: unsettled ? 'unfinished' : 'file without row', key, detail: `${size} bytes` } };
  }
}
