// The profile query-retrieve-server: every status of a query and a move, the index and the store failing among them; what its statement leaves out.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readPart10 } from '@concord/dicom';
import { createImagingPool } from '@concord/imaging/node';
import { type BoundService, lentFrom, listen } from '@concord/network';
import { f1, st1 } from '../../testing/fixture-f1.ts';
import { freePort } from '../../testing/ports.ts';
import { queryTitle, startArchive } from '../../testing/profiled-archive.ts';
import { run, startStorescp } from '../../testing/programs.ts';
import { openRealArchive } from '../../testing/real-archive.ts';
import { addSyntheticStudies } from '../../testing/synthetic-studies.ts';
import { openAlerts } from '../alerts/open-alerts.ts';
import { type Archive, ArchiveError } from '../archive/archive.ts';
import { archiveServices } from '../archive/handlers.ts';
import { DatabaseError, type databaseFaults } from '../database/database.ts';
import { openSqlite } from '../database/sqlite.ts';

const policy = { openQueries: 'refuse' } as const;
const stopping = { afterFailure: 'stop', partlyFailed: 'A702' } as const;

/** The archive F1 behind its query and its move, with what a test puts in the way of it; waits of one second. */
async function startBroken(t: TestContext, change: (archive: Archive) => Partial<Archive>) {
  const { archive: real, put, folder, database } = await openRealArchive(t);
  for (const dataSet of f1) await put(dataSet);
  const imaging = createImagingPool({ threads: 1 });
  t.after(() => imaging.close());
  const archive = { ...real, ...change(real) };
  const port = await freePort();
  const received = join(folder, 'received');
  mkdirSync(received);
  await startStorescp(t, received, port);
  const peer = { host: '127.0.0.1', port, calledAeTitle: 'DEST', callingAeTitle: 'CONCORD' };
  const services = archiveServices({
    archive,
    imaging,
    destination: (title) => (title === 'DEST' ? peer : undefined),
  });
  const bound: readonly BoundService[] = [...services.query('CONCORD', policy), ...services.move('CONCORD', stopping)];
  const lines: string[] = [];
  /** Operation, peer and status of each line that has them. */
  const logged: string[] = [];
  const say = (fields: object, line: string) => {
    lines.push(line);
    if ('status' in fields && 'operation' in fields && 'peer' in fields)
      logged.push(`${fields.operation} ${fields.peer} ${fields.status}`);
  };
  const log = { debug: say, info: say, warn: say, error: say };
  const alerts = openAlerts({ database, log, now: () => new Date() });
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'CONCORD', services: bound }],
    timeouts: { idle: 1, data: 1 },
    onOperation: alerts.see,
    log,
  });
  t.after(async () => {
    await acceptor.close({ graceMs: 0 });
    await alerts.close();
  });
  const target = ['-aec', 'CONCORD', '127.0.0.1', String(acceptor.port)];
  const asked = (keys: readonly string[]) => keys.flatMap((key) => ['-k', key]);
  return {
    lines,
    logged,
    received,
    /** What people are told of, and how often. */
    alerts: async () => (await alerts.list()).map(({ operation, status, times }) => `${operation} ${status} ${times}`),
    find: async (...keys: string[]) => statusOf(await run('findscu', '-d', '-S', ...target, ...asked(keys)), 'Find'),
    move: async (to: string, ...keys: string[]) =>
      statusOf(await run('movescu', '-d', '-S', '-aem', to, ...target, ...asked(keys)), 'Move'),
  };
}

/** The final status, as DCMTK read it, and all that it said. */
function statusOf({ output }: { readonly output: string }, operation: 'Find' | 'Move') {
  const final = new RegExp(`Received Final ${operation} Response[\\s\\S]*?DIMSE Status\\s*: 0x([0-9a-f]{4})`).exec(
    output,
  );
  const pending = [...output.matchAll(/DIMSE Status\s*: 0x(ff0[01])/g)].map(([, code]) => code);
  return { code: final?.[1], pending: new Set(pending), output };
}

const failing = (fault: keyof typeof databaseFaults) =>
  // biome-ignore lint/correctness/useYield: it fails before there is anything to give
  async function* (): AsyncGenerator<never> {
    throw new ArchiveError('index-failed', fault, new DatabaseError(fault));
  };

const atStudy = ['QueryRetrieveLevel=STUDY', 'StudyInstanceUID'];
const ofSt1 = ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${st1}`];

test('[QR-FIND-23] the statuses of a query: success, pending with and without unknown keys, both failures; nobody is alerted', async (t) => {
  const { find, logged, alerts } = await startBroken(t, () => ({}));
  const known = await find(...atStudy, 'PatientID=*');
  assert.deepEqual([known.code, [...known.pending]], ['0000', ['ff00']]);
  const unknown = await find(...atStudy, 'PatientID=*', 'StudyComments');
  assert.deepEqual([unknown.code, [...unknown.pending]], ['0000', ['ff01']]);
  assert.equal((await find('QueryRetrieveLevel=STUDY', 'StudyInstanceUID')).code, 'c001');
  for (const date of ['2024-13-45', '20241345', '20240230'])
    assert.equal((await find(...atStudy, 'PatientID=*', `StudyDate=${date}`)).code, 'a900', date);
  assert.equal((await find('QueryRetrieveLevel=SERIES', 'SeriesInstanceUID')).code, 'a900');
  assert.deepEqual(
    logged,
    ['C001H', 'A900H', 'A900H', 'A900H', 'A900H'].map((code) => `C-FIND FINDSCU ${code}`),
  );
  assert.deepEqual(await alerts(), []);
});

test('[QR-FST-02] [QR-FIND-23] an index without room, or locked, is A700 and an alert; one that fails otherwise is C002; the log says so', async (t) => {
  for (const [fault, code] of [
    ['full', 'a700'],
    ['busy', 'a700'],
    ['failed', 'c002'],
  ] as const) {
    const { find, lines, logged, alerts } = await startBroken(t, () => ({ findForPeer: failing(fault) }));
    const answer = await find(...atStudy, 'PatientID=*');
    assert.deepEqual([answer.code, answer.pending.size], [code, 0], fault);
    assert.ok(
      lines.some((line) => line.toLowerCase().includes(code)),
      lines.join('\n'),
    );
    assert.deepEqual(logged, [`C-FIND FINDSCU ${code.toUpperCase()}H`]);
    assert.deepEqual(await alerts(), code === 'a700' ? ['C-FIND A700H 1'] : []);
  }
});

test('[QR-FIND-22] [QR-FST-05] a query that is cancelled after its first answer ends with FE00, long before all are sent', async (t) => {
  const server = await startArchive(t);
  const index = await openSqlite(join(server.folder, 'data', 'index.sqlite'));
  const studies = 40_000;
  await addSyntheticStudies(index, 1_000_001, 1_000_000 + studies);
  await index.close();
  const keys = [
    'PatientID=*',
    'PatientName',
    'StudyDate',
    'StudyTime',
    'StudyID',
    'StudyDescription',
    'AccessionNumber',
  ];
  const asked = [...atStudy, ...keys].flatMap((key) => ['-k', key]);
  const { output } = await run('findscu', '-v', '-S', '--cancel', '1', ...server.called(queryTitle), ...asked);
  const answers = output.match(/Find Response: \d+ \(Pending\)/g)?.length ?? 0;
  assert.match(output, /Received Final Find Response \(.*(Cancel|MatchingTerminated)/i);
  assert.ok(answers >= 1 && answers < studies, `${answers} answers`);
  const { output: next } = await run(
    'findscu',
    '-v',
    '-S',
    ...server.called(queryTitle),
    '-k',
    'QueryRetrieveLevel=STUDY',
    '-k',
    `StudyInstanceUID=${st1}`,
    '-k',
    'PatientID=PID001',
  );
  assert.match(next, /Received Final Find Response \(Success\)/, 'the next query is answered');
});

test('[QR-MOVE-20] [QR-MST-02] the statuses of a move; an index that is not there is A701 and an alert, and the log says so', async (t) => {
  const working = await startBroken(t, () => ({}));
  const success = await working.move('DEST', ...ofSt1);
  assert.deepEqual([success.code, [...success.pending]], ['0000', ['ff00']]);
  assert.equal(readdirSync(working.received).length, 5);
  assert.equal((await working.move('NOWHERE', ...ofSt1)).code, 'a801');
  assert.equal((await working.move('DEST', 'QueryRetrieveLevel=SERIES', 'SeriesInstanceUID=1.2')).code, 'a900');
  assert.deepEqual(await working.alerts(), []);
  const gone = await startBroken(t, () => ({
    instances: () => Promise.reject(new ArchiveError('index-failed', 'gone', new DatabaseError('unreachable'))),
  }));
  assert.equal((await gone.move('DEST', ...ofSt1)).code, 'a701');
  assert.ok(
    gone.lines.some((line) => line.toLowerCase().includes('a701')),
    gone.lines.join('\n'),
  );
  assert.deepEqual(readdirSync(gone.received), []);
  assert.deepEqual(gone.logged, ['C-MOVE MOVESCU A701H']);
  assert.deepEqual(await gone.alerts(), ['C-MOVE A701H 1']);
});

test('[QR-MOVE-14] [QR-MOVE-20] a store whose objects cannot be read ends a move with A702 and an alert, and names them', async (t) => {
  const { move, lines, logged, alerts, received } = await startBroken(t, () => ({
    lendDataSet() {
      throw new ArchiveError('store-failed', 'the volume is not there');
    },
  }));
  assert.equal((await move('DEST', ...ofSt1)).code, 'a702');
  assert.ok(
    lines.some((line) => line.includes('the volume is not there')),
    lines.join('\n'),
  );
  assert.deepEqual(readdirSync(received), []);
  assert.ok(logged.includes('C-MOVE MOVESCU A702H'), logged.join('\n'));
  assert.deepEqual(await alerts(), ['C-MOVE A702H 1']);
});

test('[QR-MOVE-13] images that are long in coming: nobody gives up while the store is asked', async (t) => {
  const { move, received } = await startBroken(t, (archive) => ({
    lendDataSet(instance) {
      const lent = archive.lendDataSet(instance);
      return {
        ...lent,
        ...lentFrom(async function* (borrowed) {
          await pause(1500); // longer than either side of ours waits for the other
          yield* borrowed(lent);
        }),
      };
    },
  }));
  assert.equal((await move('DEST', ...ofSt1)).code, '0000');
  assert.equal(readdirSync(received).length, 5);
});

test('[QR-MOVE-09] what was put right goes out: a name corrected here is the name at the destination', async (t) => {
  const port = await freePort();
  const server = await startArchive(t, port);
  const received = join(server.folder, 'received');
  mkdirSync(received);
  await startStorescp(t, received, port);
  const act = { kind: 'correct patient', patient: { patientId: 'PID001' }, values: { PatientName: 'DOE^JANET' } };
  const answer = await fetch(`http://127.0.0.1:${server.httpPort}/api/patients/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ act, reason: 'misheard' }),
  });
  assert.ok(answer.ok, await answer.text());
  const keys = ofSt1.flatMap((key) => ['-k', key]);
  const { output } = await run('movescu', '-v', '-S', '-aem', 'DEST', ...server.called(queryTitle), ...keys);
  assert.match(output, /Received Final Move Response \(Success\)/);
  const names = readdirSync(received).map((file) =>
    readPart10(readFileSync(join(received, file))).dataSet.string('PatientName'),
  );
  assert.deepEqual(names, new Array(5).fill('DOE^JANET'));
});

test('[QR-GEN-19] [QR-NET-01] the statement: no media, and any network that carries TCP/IP', async (t) => {
  const server = await startArchive(t);
  const answer = await fetch(`http://127.0.0.1:${server.httpPort}/conformance?format=markdown`);
  const statement = await answer.text();
  assert.match(statement, /No media storage service is supported\./);
  assert.match(statement, /## 5 Media Interchange\s+No media storage service is provided\./);
  assert.match(statement, /Physical Network Interface\s+Any interface that carries TCP\/IP/);
});
