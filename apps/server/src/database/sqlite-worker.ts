// A thread with one SQLite connection: the writer shares commits between waiting batches, the reader pages through queries.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createBlockFiles } from './block-file.ts';
import { blocksFailure, failure } from './sqlite-faults.ts';
import type { Piece, Reply, Request, Rows, WorkerOptions } from './sqlite-messages.ts';
import { type Cursor, createRunner, isRow } from './sqlite-runner.ts';

/** Batches that share one commit at most: bounds how long the first of them waits. */
const groupLimit = 256;

type Batch = Request & { readonly kind: 'batch' };
type BlocksRequest = Request & { readonly kind: 'blocks' };

/**
 * Pages of the log after which they go into the database's own file: 32 MB. The same few pages are written by object after object, so that
 * of more pages fewer are different ones; each time costs two syncs, and the writers wait.
 */
const checkpointPages = 8000;

function openConnection({ file, readOnly, busyTimeout }: WorkerOptions): DatabaseSync {
  const connection = new DatabaseSync(file, { readOnly, timeout: busyTimeout, enableForeignKeyConstraints: true });
  if (!readOnly) {
    connection.exec('pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864');
    connection.exec(`pragma wal_autocheckpoint = ${checkpointPages}`);
  }
  connection.exec('pragma cache_size = -16384; pragma temp_store = memory');
  return connection;
}

/** Writes what waits of blocks; memory is known by the number it came with. */
function createBlockWriting() {
  const { write, isLost, release } = createBlockFiles();
  const memories = new Map<number, SharedArrayBuffer>();
  const viewOf = ([memory, id, offset, length]: Piece): Uint8Array => {
    if (memory) memories.set(id, memory);
    return new Uint8Array(memory ?? memories.get(id) ?? new SharedArrayBuffer(0), offset, length);
  };
  return {
    isLost,
    release,
    write(requests: readonly BlocksRequest[]): readonly Reply[] {
      const outcomes = write(requests.map((request) => ({ ...request, pieces: request.pieces.map(viewOf) })));
      return requests.map(({ id }, index) =>
        outcomes[index] === undefined ? { id, results: [] } : blocksFailure(id, outcomes[index]),
      );
    },
  };
}

/** Carries out what it is given; true when that closed the file. */
type Taker = (requests: readonly Request[]) => boolean;

function serve(port: MessagePort, options: WorkerOptions): Taker {
  const connection = openConnection(options);
  const { learn, run, open, close, columnsOf } = createRunner(connection, options.statements);
  const begin = connection.prepare('begin immediate');
  const commit = connection.prepare('commit');
  const cursors = new Map<number, Cursor>();
  const blocks = createBlockWriting();
  const own = statSync(options.file).ino;
  /** A file that was moved away or deleted goes on taking rows that nobody will ever find again. */
  const checkFile = () => {
    if (statSync(options.file, { throwIfNoEntry: false })?.ino !== own) throw new Error('the index file is gone');
  };

  let synchronous: 'full' | 'normal' = 'full';
  const setSynchronous = (wanted: typeof synchronous) => {
    if (wanted !== synchronous) connection.exec(`pragma synchronous = ${wanted}`);
    synchronous = wanted;
  };
  /** A synced commit of anything makes those before it durable too: they are in the same file. */
  const flush = () => {
    setSynchronous('full');
    const version = connection.prepare('pragma user_version').get()?.user_version;
    connection.exec(`pragma user_version = ${(Number(version) + 1) % 1_000_000}`);
  };

  const runBatch = ({ id, statements }: Batch): Reply => ({ id, results: statements.map(run) });
  const runApart = (batch: Batch): Reply => {
    connection.exec('savepoint batch');
    try {
      return runBatch(batch);
    } catch (error) {
      connection.exec('rollback to batch');
      return failure(batch.id, error);
    } finally {
      connection.exec('release batch');
    }
  };
  /** Hardly ever does one fail: only then is all of it undone, and each made again by itself. */
  const runTogether = (group: readonly Batch[]): Reply[] => {
    try {
      return group.map(runBatch);
    } catch (error) {
      if (group.length === 1 || !connection.isTransaction) throw error;
      connection.exec('rollback');
      begin.run();
      return group.map(runApart);
    }
  };
  /** A failed batch undoes only itself; a failed commit fails every batch of the group. */
  const runGroup = (group: readonly Batch[]): Reply[] => {
    setSynchronous(group.some(({ durable }) => durable) ? 'full' : 'normal');
    begin.run();
    try {
      const replies = runTogether(group);
      checkFile();
      commit.run();
      return replies;
    } catch (error) {
      if (connection.isTransaction) connection.exec('rollback');
      throw error;
    }
  };

  const runBatches = (batches: readonly Batch[]): readonly Reply[] => {
    if (batches.length === 0) return [];
    try {
      return runGroup(batches);
    } catch (error) {
      return batches.map(({ id }) => failure(id, error));
    }
  };

  /** Bytes first, all that wait; then the rows about them, in one commit. */
  const answerGroup = (group: readonly (Batch | BlocksRequest)[]) => {
    const written = blocks.write(group.filter((request) => request.kind === 'blocks'));
    const batches = group.filter((request) => request.kind === 'batch');
    const isLost = ({ after }: Batch) => after !== undefined && blocks.isLost(after);
    const refused = batches.filter(isLost).map(({ id }) => blocksFailure(id, 'they are lost'));
    const done = runBatches(batches.filter((batch) => !isLost(batch)));
    port.postMessage([...written, ...refused, ...done].sort((one, other) => one.id - other.id));
  };

  const leave = (id: number) => {
    const cursor = cursors.get(id);
    cursors.delete(id);
    if (cursor) close(cursor);
  };
  const page = ({ id, cursor: number, rows: most }: Request & { kind: 'open' | 'page' }): Reply => {
    const cursor = cursors.get(number);
    const values: Rows['values'][number][] = [];
    let ended = cursor === undefined;
    try {
      while (cursor && !ended && values.length < most) {
        const next = cursor.rows.next();
        if (next.done) ended = true;
        else if (isRow(next.value)) values.push(next.value);
      }
    } catch (error) {
      leave(number);
      throw error;
    }
    if (ended) leave(number);
    return { id, results: [{ columns: cursor && values.length > 0 ? columnsOf(cursor.prepared) : [], values }], ended };
  };

  const pageAndMore = ({ id, statement, full, whenFull }: Request & { kind: 'page-and-more' }): Reply => {
    learn(whenFull);
    const rows = run(statement);
    return { id, results: rows.values.length < full ? [rows] : [rows, run(whenFull)] };
  };

  const answer = (request: Exclude<Request, Batch | BlocksRequest>): Reply => {
    if ('statement' in request) learn(request.statement);
    if (request.kind === 'statement') setSynchronous('full');
    if (request.kind === 'statement') return { id: request.id, results: [run(request.statement)] };
    if (request.kind === 'page-and-more') return pageAndMore(request);
    if (request.kind === 'open') cursors.set(request.cursor, open(request.statement));
    if (request.kind === 'open' || request.kind === 'page') return page(request);
    if (request.kind === 'leave') leave(request.cursor);
    if (request.kind === 'flush') flush();
    if (request.kind === 'release') blocks.release(request.descriptor);
    if (request.kind === 'close') connection.close();
    return { id: request.id, results: [] };
  };

  /** What may share a write and a commit. */
  let group: (Batch | BlocksRequest)[] = [];
  const endGroup = () => {
    if (group.length > 0) answerGroup(group);
    group = [];
  };
  const take = (request: Request): void => {
    if (request.kind === 'batch') request.statements.forEach(learn);
    if (request.kind === 'batch' || request.kind === 'blocks') {
      group.push(request);
      if (group.length === groupLimit) endGroup();
      return;
    }
    endGroup();
    try {
      port.postMessage([answer(request)]);
    } catch (error) {
      port.postMessage([failure(request.id, error)]);
    }
    if (request.kind === 'close') closed = true;
  };

  let closed = false;
  return (first) => {
    let requests: readonly Request[] | undefined = first;
    for (; requests && !closed; requests = closed ? undefined : receiveMessageOnPort(port)?.message)
      for (const request of requests) if (!closed) take(request);
    endGroup();
    return closed;
  };
}

/** One file after the other. What is still asked of a file that was closed is nobody's any more. */
function serveAll(port: MessagePort, first: WorkerOptions): void {
  let take: Taker | undefined = serve(port, first);
  port.on('message', (message: readonly Request[] | WorkerOptions | 'end') => {
    if (message === 'end') port.close();
    else if ('file' in message) take = serve(port, message);
    else if (take?.(message)) take = undefined;
  });
}

if (parentPort) serveAll(parentPort, workerData);
