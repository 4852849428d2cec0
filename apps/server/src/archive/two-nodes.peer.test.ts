// Two nodes over one index in PostgreSQL and one S3 store, asked at the same moment to restore, delete, reject, store and move one study, in many orders:
// no row without its object, no object without its row, what is said to be back is there, what is said to be gone is gone.
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces } from '../../testing/data-sets.ts';
import { quiet } from '../../testing/every-store.ts';
import { startPostgres } from '../../testing/postgres.ts';
import { startS3Server } from '../../testing/s3-server.ts';
import { type Database, sql } from '../database/database.ts';
import { openPostgres } from '../database/postgres.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { createClient, type S3Settings } from '../objects/s3/s3-client.ts';
import { openS3Reader, openS3Store } from '../objects/s3/s3-store.ts';
import { openReconciliation } from '../reconciliation/open-reconciliation.ts';
import type { Finding } from '../verify/finding.ts';
import { verify } from '../verify/verify.ts';
import { openArchive } from './open-archive.ts';

const rounds = Number(process.env.CONCORD_TEST_ROUNDS ?? 60);
const seed = Number(process.env.CONCORD_TEST_SEED ?? 20261122);

const [postgres, s3] = await Promise.all([startPostgres({ after }), startS3Server({ after })]);
const bucket = 'two-nodes';
const credentials = { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey };
const server = { bucket, region: 'us-east-1', endpoint: s3.endpoint, credentials };
const client = createClient({ ...server, prefix: '' });
after(() => client.destroy());
await client.send(new CreateBucketCommand({ Bucket: bucket }));

type Random = () => number;
/** Mulberry32: the same numbers for the same seed. */
function createRandom(from: number): Random {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const oneOf = <T>(random: Random, choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;

/** Waits a moment before some steps, so that those of the nodes fall between each other. */
const hesitating = (random: Random) => (random() < 0.4 ? pause(Math.floor(random() * 6)) : undefined);
const slowDatabase = (real: Database, random: Random): Database => ({
  ...real,
  async batch(...given) {
    await hesitating(random);
    return real.batch(...given);
  },
  async transaction(work) {
    await hesitating(random);
    const result = await real.transaction(work);
    await hesitating(random);
    return result;
  },
});
const slowStore = (real: ObjectStore, random: Random, mayFail: () => boolean): ObjectStore => ({
  ...real,
  async remove(key) {
    await hesitating(random);
    if (mayFail()) throw new Error('the node died');
    return real.remove(key);
  },
  async size(key) {
    await hesitating(random);
    return real.size(key);
  },
});

/** An index, and a place for objects, of one test. */
interface Place {
  readonly url: string;
  readonly objects: S3Settings;
}
async function newPlace(name: string): Promise<Place> {
  const url = await postgres.emptyIndex(name);
  // The S3 server may be one that was there before.
  return { url, objects: { ...server, prefix: `${name}-${process.pid}` } };
}

async function openNode(t: TestContext, place: Place, name: string, random: Random, mayFail = () => false) {
  const database = await openPostgres({ url: place.url, readers: 4 });
  const node = { database, node: name, now: () => new Date(), failed: (error: unknown) => assert.fail(String(error)) };
  const store = await openS3Store({ ...place.objects, ...node });
  const archive = await openArchive({
    database: slowDatabase(database, random),
    store: slowStore(store, random, mayFail),
    implementation: { classUid: '1.2.3.4', versionName: 'TEST' },
    duplicates: 'keep',
    coercionWarning: 'off',
    coercion: { incomingDefaults: [], incomingNames: 'as sent', incomingSex: 'as sent' },
    patientConflicts: 'quarantine',
    system: 'TEST',
    now: () => new Date(),
    log: quiet,
  });
  const reconciliation = openReconciliation({ database, system: 'TEST', now: () => new Date(), log: quiet });
  const close = async () => {
    await store.close();
    await database.close();
  };
  t.after(close);
  return { database, store, archive, reconciliation, close };
}
type Node = Awaited<ReturnType<typeof openNode>>;

const uids = (study: string) => [1, 2, 3].map((index) => `${study}.1.${index}`);
const note = { by: 'vet', reason: '' };

async function put({ archive }: Node, study: string, uid: string, description = ''): Promise<number> {
  const dataSet = ctSlice({
    ...{ StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: uid, PatientID: `P${study}` },
    SeriesDescription: description,
  });
  const { status } = await archive.receive({
    dataSet: inPieces(encoded(dataSet), 4096),
    transferSyntaxUid: explicitVrLittleEndian,
    origin: { via: 'import' },
  });
  return status.code;
}

const countOf = async (database: Database, study: string, table: 'instance' | 'rejected') => {
  const [row] = await database.all<{ count: number }>(
    table === 'rejected'
      ? sql`select count(*) as count from rejected where study_instance_uid = ${study}`
      : sql`select count(*) as count from instance i join series e on e.series_key = i.series_key
          join study s on s.study_key = e.study_key where s.study_instance_uid = ${study}`,
  );
  return Number(row?.count);
};

/** Rows and objects agree, with every byte and every count. */
async function assertConsistent(database: Database, place: Place, when: string): Promise<void> {
  const objects = openS3Reader(place.objects, () => false);
  const found: Finding[] = [];
  await verify(
    { database, objects, running: false },
    {
      ...{ content: true, parallel: 4, bytesPerSecond: 0, signal: new AbortController().signal },
      found: (finding) => found.push(finding),
    },
  );
  await objects.close();
  assert.deepEqual(
    found.map(({ kind, key, detail }) => `${kind} ${key} ${detail}`),
    [],
    when,
  );
  const left = await database.all(sql`select object_key from removing`);
  assert.deepEqual(left, [], when);
  const restoring = await database.all(sql`select object_key from rejected where restoring > ''`);
  assert.deepEqual(restoring, [], when);
}

interface Done {
  restored: number;
  purged: number;
  /** Something else was done to the study meanwhile. */
  mixed: boolean;
  /** Objects that somebody was told are stored, and that nobody began to reject since the telling. */
  readonly stored: Set<string>;
  /** Rejections begun, and ended. */
  begun: number;
  ended: number;
}

type Work = (node: Node, study: string, done: Done, random: Random) => Promise<void>;
const restore: Work = async ({ archive }, study, done) => {
  const count = await archive.restore(study, note);
  done.restored += count;
};
const purge: Work = async ({ archive }, study, done) => {
  const count = await archive.purge(study, note);
  done.purged += count;
};
const further: readonly Work[] = [
  restore,
  purge,
  async (node, study, done, random) => {
    done.mixed = true;
    const uid = oneOf(random, uids(study));
    const { begun, ended } = done;
    const said = await put(node, study, uid);
    // A rejection that came between the look at what is there and the answer may have taken just that.
    if (said === 0 && begun === ended && done.begun === begun) done.stored.add(uid);
  },
  async (node, study, done, random) => {
    done.mixed = true;
    await put(node, study, oneOf(random, uids(study)), 'other');
  },
  async ({ archive }, study, done) => {
    done.mixed = true;
    done.begun += 1;
    if ((await archive.reject({ studyInstanceUid: study }, note)) > 0) done.stored.clear();
    done.ended += 1;
  },
  async ({ reconciliation }, studyInstanceUid, done) => {
    done.mixed = true;
    const to = { PatientID: `Q${studyInstanceUid}`, PatientName: 'MOVED' };
    await reconciliation.act({ kind: 'move study', studyInstanceUid, to }, note).catch(() => undefined);
  },
];

/** What is said of a study that nothing else was done to holds: all of it is back, or all of it is gone. */
async function assertDecided(database: Database, study: string, { restored, purged }: Done, when: string) {
  const [there, rejected] = [await countOf(database, study, 'instance'), await countOf(database, study, 'rejected')];
  assert.deepEqual([there, rejected], restored > 0 ? [3, 0] : [0, 0], when);
  assert.deepEqual([restored, purged].sort(), [0, 3], when);
}

/** Rounds that are under way at a time, each about a study of its own. */
const together = 10;

async function playRound(nodes: readonly Node[], round: number): Promise<void> {
  const random = createRandom(seed + round);
  const study = `1.2.3.${round}`;
  const when = `round ${round} of seed ${seed}`;
  const [{ database, archive }] = nodes as [Node];
  await Promise.all(uids(study).map((uid, at) => put(nodes[at % 2] as Node, study, uid)));
  assert.equal(await oneOf(random, nodes).archive.reject({ studyInstanceUid: study }, note), 3, when);
  const done: Done = { restored: 0, purged: 0, mixed: false, stored: new Set(), begun: 0, ended: 0 };
  const more = random() < 0.6 ? [oneOf(random, further), oneOf(random, further)] : [];
  await Promise.all(
    [restore, purge, ...more].map(async (work) => {
      await pause(Math.floor(random() * 25));
      await work(oneOf(random, nodes), study, done, random);
    }),
  );
  if (!done.mixed) await assertDecided(database, study, done, when);
  for (const uid of done.stored) {
    const found = await archive.instances({ sopInstanceUid: uid });
    assert.ok(found.length + (await countOf(database, study, 'rejected')) > 0, `${uid} is there in ${when}`);
  }
}

test(`restored or deleted, never a part of each: ${rounds} rounds of two nodes, seed ${seed}`, async (t) => {
  const place = await newPlace('deciding');
  const nodes = await Promise.all(['a', 'b'].map((name, at) => openNode(t, place, name, createRandom(seed + at))));
  for (let round = 1; round <= rounds; round += together) {
    await Promise.all(Array.from({ length: together }, (_, at) => playRound(nodes, round + at)));
    if (round % 50 === 1)
      await assertConsistent((nodes[0] as Node).database, place, `rounds up to ${round + together - 1}`);
  }
  await assertConsistent((nodes[0] as Node).database, place, 'in the end');
});

test('a node that dies while it deletes or restores leaves a decision that the next carries out', async (t) => {
  const place = await newPlace('dying');
  const random = createRandom(seed + 7);
  for (let round = 1; round <= 4; round += 1) {
    const study = `1.2.4.${round}`;
    const when = `round ${round} of seed ${seed}`;
    let steps = Math.floor(random() * 6);
    let dies = false;
    const dying = await openNode(t, place, 'a', random, () => {
      steps -= dies ? 1 : 0;
      return dies && steps < 0;
    });
    const other = await openNode(t, place, 'b', random);
    for (const uid of uids(study)) await put(dying, study, uid);
    await dying.archive.reject({ studyInstanceUid: study }, note);
    dies = true;
    const done: Done = { restored: 0, purged: 0, mixed: false, stored: new Set(), begun: 0, ended: 0 };
    const ends = await Promise.allSettled([purge(dying, study, done, random), restore(other, study, done, random)]);
    await dying.close();
    const next = await openNode(t, place, 'a', random);
    await assertConsistent(next.database, place, when);
    const there = await countOf(next.database, study, 'instance');
    assert.ok(there === 0 || there === 3, `${there} are there in ${when}`);
    if (ends[1]?.status === 'fulfilled') assert.equal(there, done.restored, when);
    await next.close();
    await other.close();
  }
});
