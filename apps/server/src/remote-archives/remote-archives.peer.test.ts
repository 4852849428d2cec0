// A running server that searches DCMTK's dcmqrscp and Orthanc side by side, beside a dead and a hanging one, and fetches from each.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { f1, st1, st2, st3, st4, writeF1 } from '../../testing/fixture-f1.ts';
import { jobClient } from '../../testing/job-client.ts';
import { type OtherArchive, startDcmqrscp, startOrthanc } from '../../testing/other-archives.ts';
import { freePort } from '../../testing/ports.ts';
import { run, type ServerProcess, startServerProcess } from '../../testing/programs.ts';
import { temporaryFolder } from '../../testing/real-archive.ts';
import { silentPort } from '../../testing/silent-port.ts';

interface Event {
  readonly kind: string;
  readonly archive: string;
  readonly uid: string;
  readonly state: string;
  readonly detail: string;
  readonly matches: number;
  readonly outcome?: Readonly<Record<string, string>>;
}

const study = (uid: string) => f1.filter((dataSet) => dataSet.string('StudyInstanceUID') === uid).length;

describe('other archives as they are', () => {
  let server: ServerProcess & ReturnType<typeof jobClient>;
  const endings: (() => void)[] = [];
  const hooks = { after: (end: () => void) => void endings.push(end) };

  before(async () => {
    const folder = await temporaryFolder();
    const ourPort = await freePort();
    const dcmtk: OtherArchive = await startDcmqrscp(hooks, ourPort);
    const stranger = await startDcmqrscp(hooks, ourPort, { aeTitle: 'STRANGER', knowsUs: false });
    const orthanc = await startOrthanc(hooks, ourPort);
    const files = await writeF1(folder);
    for (const archive of [dcmtk, stranger, orthanc]) await archive.store(files);
    const web = `http://vet:secret@127.0.0.1:${orthanc.httpPort}/dicom-web/`;
    const at = (aeTitle: string, port: number, more: object = {}) => ({ aeTitle, host: '127.0.0.1', port, ...more });
    const other = await startServerProcess(hooks, join(folder, 'other'), '--ae-title', 'OTHER');
    await run('storescu', '-aec', 'OTHER', '+sd', '127.0.0.1', String(other.dicomPort), files);
    // On busy cores what answers HTTP takes longer to load than a query may.
    await other.wake();
    const peers = [
      at('OTHER', other.dicomPort),
      at('OTHERWEB', other.dicomPort, { query: 'QIDO-RS', dicomweb: `http://127.0.0.1:${other.httpPort}/dicom-web` }),
      at('DCMTK', dcmtk.port, { retrieve: 'C-GET' }),
      at('STRANGER', stranger.port),
      at('ORTHANC', orthanc.port),
      at('WEB', orthanc.port, { query: 'QIDO-RS', retrieve: 'WADO-RS', dicomweb: web }),
      at('DEAD', await freePort()),
      at('HANGING', await silentPort(hooks)),
      at('MODALITY', 104, { query: 'no' }),
    ];
    const config = join(folder, 'concord.json');
    writeFileSync(
      config,
      JSON.stringify({ peers, queryTimeout: 3, arrivalTimeout: 5, sendRetryWait: 1, sendAttempts: 1 }),
    );
    const settings = ['--config', config, '--dicom-port', String(ourPort)];
    const started = await startServerProcess(hooks, join(folder, 'data'), ...settings);
    server = { ...started, ...jobClient(started.httpPort) };
  });
  after(() => {
    for (const end of endings.reverse()) end();
  });

  const search = async (body: object): Promise<readonly Event[]> => {
    const response = await fetch(`${server.origin}/api/archives/search`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text
      .trim()
      .split('\n')
      .map((line): Event => JSON.parse(line));
  };
  const fetchFrom = async (archive: string, wish: object) => {
    const { status, body } = await server.call('POST', `/api/archives/${archive}/retrieve`, wish);
    assert.equal(status, 200, JSON.stringify(body));
    return server.until(body.jobId, 'done', 'failed');
  };
  const held = async (uid: string): Promise<number> =>
    (await (await fetch(`${server.origin}/dicom-web/studies/${uid}/instances`)).json()).length;

  test('[IC-QUERY-02] [IC-CFG-03] studies of two products and two protocols, each archive with its end, in the time of the slowest timeout', async () => {
    const started = performance.now();
    const events = await search({ keys: { PatientID: 'PID001' } });
    assert.ok(performance.now() - started < 8000);
    const ends = events.filter(({ kind }) => kind === 'archive');
    assert.deepEqual(ends.map(({ archive, state, matches }) => `${archive} ${state} ${matches}`).sort(), [
      'DCMTK done 2',
      'DEAD failed 0',
      'HANGING failed 0',
      'ORTHANC done 2',
      'OTHER done 2',
      'OTHERWEB done 2',
      'STRANGER done 2',
      'WEB done 2',
    ]);
    const matches = events.filter(({ kind }) => kind === 'match');
    assert.deepEqual(matches.map(({ uid }) => uid).sort(), [st1, st2]);
    assert.equal(events.filter(({ kind }) => kind === 'also').length, 10);
  });

  test('wildcards, ranges and the levels below the study', async () => {
    const archives = ['DCMTK', 'ORTHANC', 'WEB'];
    const uids = async (body: object) =>
      (await search({ archives, ...body }))
        .filter(({ kind }) => kind === 'match')
        .map(({ uid }) => uid)
        .sort();
    assert.deepEqual(await uids({ keys: { PatientName: 'DOE*', StudyDate: '20240101-20240201' } }), [st1, st3]);
    assert.deepEqual(await uids({ level: 'SERIES', keys: { StudyInstanceUID: st1 } }), [`${st1}.1`, `${st1}.2`]);
    const images = { level: 'IMAGE', keys: { StudyInstanceUID: st1, SeriesInstanceUID: `${st1}.1` } };
    assert.equal((await uids(images)).length, 3);
  });

  const asked = async (archive: string, body: object) => {
    const events = await search({ archives: [archive], ...body });
    const { outcome } = events.find(({ kind }) => kind === 'negotiated') ?? {};
    const { state, detail } = events.at(-1) ?? {};
    return { outcome, state, detail, uids: events.flatMap(({ kind, uid }) => (kind === 'match' ? [uid] : [])).sort() };
  };

  test('names are matched loosely where an archive agrees, and each says whether it does', async () => {
    const body = { keys: { PatientName: 'jane do' }, negotiate: { fuzzyPersonNames: true } };
    const of = async (archive: string) => {
      const { outcome, uids, state } = await asked(archive, body);
      return [outcome?.fuzzyPersonNames, uids.length, state];
    };
    assert.deepEqual(await of('OTHER'), ['agreed', 2, 'done']);
    assert.deepEqual(await of('OTHERWEB'), ['not said', 2, 'done']);
    assert.deepEqual(await of('WEB'), ['not said', 0, 'done'], 'Orthanc knows no such parameter, and warns of nothing');
    assert.deepEqual(await of('DCMTK'), ['not agreed', 0, 'done']);
    assert.deepEqual(await of('ORTHANC'), ['not agreed', 0, 'done']);
    assert.deepEqual((await asked('OTHER', { keys: body.keys })).outcome, undefined);
  });

  test('dates and times are one span of moments, and meant in a zone, where an archive agrees', async () => {
    const keys = { StudyDate: '20240114-20240115', StudyTime: '2200-0900' };
    const span = await asked('OTHER', { keys, negotiate: { combinedDateTime: true } });
    assert.deepEqual([span.outcome, span.uids], [{ combinedDateTime: 'agreed' }, [st1]]);
    assert.deepEqual((await asked('OTHER', { keys })).uids, []);
    const inZone = { keys: { StudyDate: '20240114', StudyTime: '2330' }, negotiate: { timezone: '-0900' } };
    assert.deepEqual(await asked('OTHER', inZone), {
      ...{ outcome: { timezone: 'agreed' }, state: 'done', detail: '', uids: [st1] },
    });
    assert.deepEqual((await asked('OTHERWEB', inZone)).outcome, { timezone: 'not asked' });
    const zoned = await asked('WEB', { keys: { PatientID: 'PID001' }, negotiate: { timezone: '-0900' } });
    assert.deepEqual(zoned.uids, [st1, st2], 'Orthanc would take the zone for a key');
    assert.deepEqual((await asked('DCMTK', inZone)).outcome, { timezone: 'not agreed' });
  });

  test('keys of any level, without those above, where an archive agrees; elsewhere it is not asked something else', async () => {
    const body = { level: 'SERIES', keys: { PatientID: 'PID001', Modality: 'CT' }, negotiate: { relational: true } };
    const series = await asked('OTHER', body);
    assert.deepEqual([series.outcome, series.uids], [{ relational: 'agreed' }, [`${st1}.1`, `${st1}.2`]]);
    assert.deepEqual((await asked('OTHERWEB', body)).uids, [`${st1}.1`, `${st1}.2`]);
    const refused = await asked('DCMTK', body);
    assert.deepEqual([refused.outcome, refused.state, refused.uids], [{ relational: 'not agreed' }, 'failed', []]);
    assert.match(
      refused.detail ?? '',
      /does not agree to relational queries, and this is one: without StudyInstanceUID/,
    );
    const below = await asked('OTHER', { keys: { SeriesNumber: '2' }, negotiate: { relational: true } });
    assert.deepEqual(below.uids.includes(st1), true);
    const tree = await search({ ...body, depth: 'IMAGE', archives: ['OTHER'] });
    assert.equal(tree.filter(({ kind }) => kind === 'below').length, study(st1));
  });

  test('[IC-MOVE-02] [IC-STORE-02] C-MOVE to ourselves from Orthanc: the series, then the rest of its study', async () => {
    const some = await fetchFrom('ORTHANC', { studyInstanceUid: st1, seriesInstanceUid: `${st1}.2` });
    assert.deepEqual([some.state, some.sent, some.total], ['done', 2, 2]);
    const rest = await fetchFrom('ORTHANC', { studyInstanceUid: st1 });
    assert.deepEqual([rest.state, rest.sent, rest.total], ['done', study(st1), study(st1)]);
    assert.equal(await held(st1), study(st1));
  });

  test('C-GET from dcmqrscp brings every instance over the same association', async () => {
    const job = await fetchFrom('DCMTK', { studyInstanceUid: st3 });
    assert.deepEqual([job.state, job.sent, job.detail], ['done', study(st3), '']);
    assert.equal(await held(st3), study(st3));
  });

  test('WADO-RS from Orthanc, whose DICOMweb wants a password', async () => {
    const job = await fetchFrom('WEB', { studyInstanceUid: st2 });
    assert.deepEqual([job.state, job.sent, job.detail], ['done', study(st2), '']);
    assert.equal(await held(st2), study(st2));
  });

  test('[IC-MOVE-05] dcmqrscp that does not know this station: A801, and what to register there', async () => {
    const job = await fetchFrom('STRANGER', { studyInstanceUid: st4 });
    assert.equal(job.state, 'failed');
    assert.match(job.detail, /A801H.*register this station at STRANGER: AE title CONCORD/);
    assert.equal((await fetchFrom('DEAD', { studyInstanceUid: st4 })).state, 'failed');
  });

  test('requests that cannot be met say why', async () => {
    const post = async (path: string, body: unknown) => {
      const answer = await server.call('POST', path, body);
      return `${answer.status} ${answer.body.detail}`;
    };
    const asking = (body: unknown) => post('/api/archives/search', body);
    assert.match(await asking({ keys: { Rows: '4' } }), /^400 .*no key of the STUDY level/);
    assert.match(await asking({ keys: { PatientID: 'A' }, archives: ['NOBODY'] }), /^404 .*NOBODY/);
    assert.match(await asking({ keys: { PatientID: 'A' }, archives: ['MODALITY'] }), /^404/);
    assert.match(await asking({ keys: {}, negotiate: { timezone: 'Berlin' } }), /^400 .*no offset from UTC/);
    assert.match(await asking({ keys: {}, negotiate: { fuzzy: true } }), /^400/);
    assert.match(await asking({ keys: { Rowes: '4' }, negotiate: { relational: true } }), /^400 .*no key/);
    assert.match(await asking({ keys: [] }), /^400/);
    assert.match(await asking('{'), /^400 .*not JSON/);
    assert.match(await post('/api/archives/NOBODY/retrieve', { studyInstanceUid: st1 }), /^404/);
    assert.match(await post('/api/archives/DCMTK/retrieve', { studyInstanceUid: '../x' }), /^400/);
  });
});
