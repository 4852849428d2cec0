// The profiles that search other archives and fetch from them: what they propose, what they ask, what they make of each answer.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type AnsweringOptions, startAnsweringArchive } from '../../testing/answering-archive.ts';
import { dataSetOf, type Values } from '../../testing/data-sets.ts';
import { jobClient } from '../../testing/job-client.ts';
import { startProfile } from '../../testing/profile.ts';
import type { Configuration } from '../settings/settings.ts';

const [implicit, explicit, big] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2'];
const [studyFind, studyMove, patientFind, patientMove] = ['2.1', '2.2', '1.1', '1.2'].map(
  (end) => `1.2.840.10008.5.1.4.1.2.${end}`,
);

interface Request {
  /** Abstract syntax and transfer syntaxes of each context. */
  readonly contexts: readonly string[];
  /** Types of the user information's sub-items. */
  readonly user: readonly number[];
}

function* itemsOf(bytes: Buffer): Generator<readonly [number, Buffer]> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    yield [bytes[at] ?? 0, bytes.subarray(at + 4, at + 4 + length)];
    at += 4 + length;
  }
}

/** An A-ASSOCIATE-RQ as it came over the line. PS3.8 9.3.2 */
function readRequest(pdu: Buffer): Request {
  const items = [...itemsOf(pdu.subarray(74))];
  const contexts = items
    .filter(([type]) => type === 0x20)
    .map(([, body]) => [...itemsOf(body.subarray(4))].map(([, uid]) => uid.toString('latin1')).join(' '));
  const user = items.filter(([type]) => type === 0x50).flatMap(([, body]) => [...itemsOf(body)].map(([type]) => type));
  return { contexts, user };
}

/** A line to a port on which each A-ASSOCIATE-RQ is read as it goes by. */
async function startTap(t: TestContext, port: number) {
  const requests: Request[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = createConnection({ host: '127.0.0.1', port });
    let begun: Buffer | undefined = Buffer.alloc(0);
    from.on('data', (chunk: Buffer) => {
      if (!begun) return;
      begun = Buffer.concat([begun, chunk]);
      if (begun.length < 6 || begun.length < 6 + begun.readUInt32BE(2)) return;
      requests.push(readRequest(begun.subarray(0, 6 + begun.readUInt32BE(2))));
      begun = undefined;
    });
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    from.pipe(to).pipe(from);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  return { port: address.port, requests };
}

const profiles = {
  'impromed-client': 'IMPROMED',
  reviewer: 'REVIEWER',
  viewer: 'VIEWER',
} as const;
type ProfileName = keyof typeof profiles;

/** A server of the profile, and another archive that answers as the test says. */
async function startAsking(
  t: TestContext,
  profile: ProfileName,
  options: AnsweringOptions = {},
  changes: Partial<Configuration> = {},
) {
  const archive = await startAnsweringArchive(t, options);
  const tap = await startTap(t, archive.port);
  const peers = [{ aeTitle: 'REMOTE', host: '127.0.0.1', port: tap.port }];
  const server = await startProfile(t, profile, {
    peers,
    arrivalTimeout: 1,
    queryTimeout: 5,
    ...changes,
  });
  const { call, until, origin } = jobClient(server.httpPort);
  const search = async (keys: object, level = 'STUDY') => {
    const body = JSON.stringify({ level, keys });
    const response = await fetch(`${origin}/api/archives/search`, { method: 'POST', body });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const retrieve = async (wish: object) => {
    const { status, body } = await call('POST', '/api/archives/REMOTE/retrieve', wish);
    assert.equal(status, 200, JSON.stringify(body));
    return until(body.jobId, 'done', 'failed');
  };
  return { archive, tap, server, search, retrieve, call };
}

const study = '1.2.3.9';
const listing = (keys: { string(keyword: string): string | undefined }) => {
  const values: Readonly<Record<string, Values>> = {
    STUDY: { StudyInstanceUID: study, PatientID: 'P1' },
    SERIES: { SeriesInstanceUID: `${study}.1` },
    IMAGE: { SOPInstanceUID: `${study}.1.1`, SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' },
  };
  return [dataSetOf({ ...values[keys.string('QueryRetrieveLevel') ?? ''] })];
};

const four = (uid = '') =>
  [explicit, big, implicit, [explicit, big, implicit].join(' ')].map((each) => `${uid} ${each}`);

for (const [ids, profile, finding, moving] of [
  [
    '[IC-QUERY-03]',
    'impromed-client',
    [`${studyFind} ${implicit}`, `${patientFind} ${implicit}`],
    [`${studyMove} ${implicit}`, `${patientMove} ${implicit}`],
  ],
  ['[RV-QR-01]', 'reviewer', [`${studyFind} ${implicit}`], [`${studyMove} ${implicit}`]],
  ['[VW-FIND-01] [VW-FIND-13] [VW-GEN-07] [VW-MOVE-04] [VW-ASSOC-13]', 'viewer', four(studyFind), four(studyMove)],
] as const)
  test(`${ids} the ${profile} proposes its models in its syntaxes, and negotiates nothing more`, async (t) => {
    const { tap, search, retrieve, archive } = await startAsking(t, profile, { find: listing, move: () => 0 });
    await search({ PatientID: 'P1' });
    await retrieve({ studyInstanceUid: study });
    assert.deepEqual(tap.requests[0]?.contexts, finding);
    assert.deepEqual(tap.requests.at(-1)?.contexts, moving);
    for (const { user } of tap.requests) assert.deepEqual(user, [0x51, 0x52, 0x55]);
    assert.ok(archive.asked.every(({ sopClassUid }) => sopClassUid === studyFind));
    assert.ok(archive.moved.length > 0 && archive.moved.every(({ sopClassUid }) => sopClassUid === studyMove));
    for (const { keys } of archive.asked) {
      const level = keys.string('QueryRetrieveLevel');
      if (level !== 'STUDY') assert.equal(keys.string('StudyInstanceUID'), study);
      if (level === 'IMAGE') assert.equal(keys.string('SeriesInstanceUID'), `${study}.1`);
    }
  });

for (const [ids, profile] of [
  ['[VW-MOVE-02] [VW-MOVE-06] [VW-MOVE-07]', 'viewer'],
  ['[RV-QR-05]', 'reviewer'],
] as const)
  test(`${ids} the ${profile} has what is chosen sent to its own title: study, series or images`, async (t) => {
    const { archive, retrieve } = await startAsking(t, profile, { find: listing, move: () => 0 });
    const [series, image] = [`${study}.1`, `${study}.1.1`];
    await retrieve({ studyInstanceUid: study });
    await retrieve({ studyInstanceUid: study, seriesInstanceUid: series });
    await retrieve({ studyInstanceUid: study, seriesInstanceUid: series, sopInstanceUid: [image] });
    const keys = ['QueryRetrieveLevel', 'StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'];
    assert.deepEqual(
      archive.moved.map((move) => [move.destination, ...keys.map((keyword) => move.keys.string(keyword) ?? '')]),
      [
        [profiles[profile], 'STUDY', study, '', ''],
        [profiles[profile], 'SERIES', study, series, ''],
        [profiles[profile], 'IMAGE', study, series, image],
      ],
    );
  });

for (const [ids, profile] of [
  ['[IC-QUERY-08]', 'impromed-client'],
  ['[RV-QR-04]', 'reviewer'],
] as const)
  test(`${ids} the ${profile} takes FF00 and FF01 for matches, 0000 without any for none, and says the code of a failure`, async (t) => {
    let answers: readonly (ReturnType<typeof dataSetOf> | number)[] = [];
    const { search } = await startAsking(t, profile, { find: () => answers });
    const end = async () => {
      const events = await search({ PatientID: 'P1' });
      return { matches: events.filter(({ kind }) => kind === 'match').length, end: events.at(-1) };
    };
    const nothing = await end();
    assert.deepEqual([nothing.matches, nothing.end.state], [0, 'done'], JSON.stringify(nothing.end));
    answers = [dataSetOf({ StudyInstanceUID: study, PatientID: 'P1' })];
    assert.equal((await end()).matches, 1);
    for (const code of [0xa700, 0xa900, 0xc001, 0xfe00]) {
      answers = [code];
      const failed = await end();
      if (code === 0xfe00) assert.equal(failed.matches, 0);
      else assert.match(JSON.stringify(failed.end), new RegExp(code.toString(16).toUpperCase()));
    }
  });

for (const [ids, profile, codes] of [
  ['[RV-QR-06]', 'reviewer', [0xa701, 0xa702, 0xa801, 0xa900, 0xc001, 0xb000, 0xfe00]],
  ['[VW-MOVE-03] [VW-MOVE-09]', 'viewer', [0xa702, 0xa801, 0xb000, 0xfe00]],
] as const)
  test(`${ids} the ${profile}: each final status of a C-MOVE ends it and is said in words; A801 says what to register there`, async (t) => {
    let code = 0;
    const { archive, retrieve } = await startAsking(
      t,
      profile,
      { find: listing, move: () => code },
      { sendAttempts: 1 },
    );
    for (code of codes) {
      const before = archive.moved.length;
      const { state, detail } = await retrieve({ studyInstanceUid: study });
      assert.equal(state, 'failed', `${code.toString(16)}: ${detail}`);
      assert.equal(archive.moved.length, before + 1, 'asked once');
      if (code !== 0xb000 && code !== 0xfe00) assert.match(detail, new RegExp(code.toString(16).toUpperCase()), detail);
      if (code === 0xa801) assert.match(detail, new RegExp(profiles[profile]));
    }
  });

test('[RV-QR-04] who stops a search has the other archive stopped by C-CANCEL', async (t) => {
  async function* endless() {
    for (let number = 1; ; number += 1) {
      await pause(10);
      yield dataSetOf({ StudyInstanceUID: `${study}.${number}`, PatientID: 'P1' });
    }
  }
  const { archive, server } = await startAsking(t, 'reviewer', { find: endless });
  const stop = new AbortController();
  const response = await fetch(`http://127.0.0.1:${server.httpPort}/api/archives/search`, {
    method: 'POST',
    body: JSON.stringify({ level: 'STUDY', keys: { PatientID: 'P1' } }),
    signal: stop.signal,
  });
  const reader = response.body?.getReader();
  let text = '';
  while (reader && !text.includes('"match"')) text += Buffer.from((await reader.read()).value ?? []).toString();
  stop.abort();
  for (let wait = 0; archive.cancelled === 0 && wait < 200; wait += 1) await pause(25);
  assert.equal(archive.cancelled, 1);
});
