// The SQLite back end: values, commits, queries read page by page.
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Database, DatabaseError, fixedText, join, literal, sql } from './database.ts';
import { openSqlite } from './sqlite.ts';

const patient = (key: number, id = `P${key}`) => sql`
  insert into patient (patient_key, patient_id, issuer, nameless_study, name, name_alphabetic, name_ideographic,
    name_phonetic, birth_date, sex, attributes, study_count, series_count, instance_count)
  values (${key}, ${id}, '', '', 'DOE^JANE', 'doe^jane', '', '', '', '', '{}', 0, 0, 0)`;

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => assert.fail('no error'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof DatabaseError, String(error));
  return error.fault;
};

describe('SQLite database', () => {
  let folder = '';
  let database: Database;
  beforeEach(async () => {
    folder = await mkdtemp(joinPath(tmpdir(), 'concord-database-'));
    database = await openSqlite(joinPath(folder, 'index.sqlite'), { busyTimeout: 100 });
  });
  afterEach(async () => {
    await database.close().catch(() => undefined);
    await rm(folder, { recursive: true });
  });
  const count = async () => (await database.all<{ n: number }>(sql`select count(*) as n from patient`))[0]?.n;

  test('values never become text', async () => {
    const hostile = "'; drop table patient; --";
    await database.batch([patient(1, hostile)]);
    const rows = await database.all<{ patient_id: string }>(
      sql`select patient_id from patient where patient_id = ${hostile}`,
    );
    assert.deepEqual(rows, [{ patient_id: hostile }]);
  });

  test('pieces carry their values with them', async () => {
    await database.batch([patient(1), patient(2), patient(3)]);
    const conditions = join([sql`patient_key > ${1}`, sql`${literal('patient_key')} < ${3}`], ' and ');
    assert.deepEqual(await database.all(sql`select patient_key as k from patient where ${conditions}`), [{ k: 2 }]);
  });

  test('a batch is all or nothing, and the batches beside it go on', async () => {
    const outcomes = await Promise.allSettled([
      database.batch([patient(1)]),
      database.batch([patient(2), patient(3, 'P2')]),
      database.batch([patient(4)]),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await database.all(sql`select patient_key as k from patient order by k`), [{ k: 1 }, { k: 4 }]);
  });

  test('a text comes with other values each time: that of a template, one put together, one that was fixed', async () => {
    const fixed = fixedText(sql`select ${0} as a, ${sql`cast(${0} as integer) + 1`} as b`);
    const ask = (one: string, two: number) => database.all({ text: fixed, values: [one, two] });
    const template = (one: string, two: number) =>
      database.all(sql`select ${one} as a, cast(${two} as integer) + 1 as b`);
    const spliced = (one: string, two: number) =>
      database.all(sql`select ${one} as a, ${sql`cast(${two} as integer) + 1`} as b`);
    for (const [index, own] of [ask, template, spliced, ask, spliced, template].entries())
      assert.deepEqual(await own(`value ${index}`, index), [{ a: `value ${index}`, b: index + 1 }]);
    assert.throws(() => Reflect.apply(Array.prototype.push, fixed, ['; drop table patient']), TypeError);
  });

  test('what a broken statement and a broken key are called', async () => {
    await database.batch([patient(1)]);
    assert.equal(await faultOf(database.batch([patient(1)])), 'unique');
    assert.equal(await faultOf(database.all(sql`select nothing from nowhere`)), 'failed');
    const orphan = sql`insert into series values (1, 99, '1.2', 'CT', null, '{}', 0)`;
    assert.equal(await faultOf(database.batch([orphan])), 'reference');
  });

  test('rows come page by page, and a query that is left open nowhere holds the next one up', async () => {
    await database.batch(Array.from({ length: 1000 }, (_, index) => patient(index + 1)));
    let seen = 0;
    for await (const page of database.iterate(sql`select * from patient`)) seen += page.length;
    assert.equal(seen, 1000);
    for await (const page of database.iterate(sql`select * from patient`)) {
      assert.ok(page.length < 100, 'the first page is small');
      break;
    }
    assert.equal(await count(), 1000);
  });

  test('a page that is full brings another read with it, in one turn; one that is not does not', async () => {
    await database.batch([patient(1), patient(2), patient(3)]);
    const whenFull = sql`select count(*) as n from patient`;
    const page = (from: number, full: number) =>
      database.page({ page: sql`select patient_key as k from patient where patient_key >= ${from}`, full, whenFull });
    assert.deepEqual(await page(2, 2), { rows: [{ k: 2 }, { k: 3 }], whenFull: [{ n: 3 }] });
    assert.deepEqual(await page(2, 3), { rows: [{ k: 2 }, { k: 3 }], whenFull: undefined });
    assert.deepEqual(await page(4, 1), { rows: [], whenFull: undefined });
    assert.equal(
      await faultOf(database.page({ page: sql`select 1 as k`, full: 1, whenFull: literal('select a from nowhere') })),
      'failed',
    );
    assert.equal(await count(), 3);
  });

  test('two loops over the same text do not disturb each other', async () => {
    await database.batch(Array.from({ length: 600 }, (_, index) => patient(index + 1)));
    const keys = async () => {
      const found: number[] = [];
      for await (const page of database.iterate<{ k: number }>(sql`select patient_key as k from patient order by k`))
        found.push(...page.map((row) => row.k));
      return found;
    };
    const [one, two] = await Promise.all([keys(), keys()]);
    assert.deepEqual(one, two);
    assert.equal(one.length, 600);
  });

  test('an aborted query ends without an error', async () => {
    await database.batch(Array.from({ length: 600 }, (_, index) => patient(index + 1)));
    const controller = new AbortController();
    let seen = 0;
    for await (const page of database.iterate(sql`select * from patient`, { signal: controller.signal })) {
      seen += page.length;
      controller.abort();
    }
    assert.ok(seen > 0 && seen < 600);
  });

  test('a transaction sees its own writes, keeps others out and is undone when it fails', async () => {
    const inside = database.transaction(async (own) => {
      await own.all(patient(1));
      assert.deepEqual(await own.all(sql`select count(*) as n from patient`), [{ n: 1 }]);
      assert.equal(await count(), 0);
      throw new RangeError('changed my mind');
    });
    const beside = database.batch([patient(2)]);
    await assert.rejects(inside, RangeError);
    await beside;
    assert.deepEqual(await database.all(sql`select patient_key as k from patient`), [{ k: 2 }]);
  });

  test('what is not durable at once is visible at once, and durable after a flush', async () => {
    await Promise.all([database.batch([patient(1)], { durable: false }), database.batch([patient(2)])]);
    assert.equal(await count(), 2);
    await database.batch([patient(3)], { durable: false });
    await database.flush();
    assert.equal(await count(), 3);
  });

  test('a database locked by another program fails as busy and recovers', async () => {
    const other = new DatabaseSync(joinPath(folder, 'index.sqlite'));
    other.exec('begin immediate');
    assert.equal(await faultOf(database.batch([patient(1)])), 'busy');
    other.exec('rollback');
    other.close();
    await database.batch([patient(1)]);
    assert.equal(await count(), 1);
  });

  const shared = (byte: number) => Buffer.from(new SharedArrayBuffer(4096)).fill(byte);
  const sendBlocks = (descriptor: number, position: number, ...bytes: number[]) => {
    assert.ok(database.blocks);
    const sent = database.blocks.write({ descriptor, position, pieces: bytes.map(shared) });
    sent.durable.catch(() => undefined);
    return sent;
  };

  test('blocks are in their file when the batch that names them is done, whichever way they are cut', async (t) => {
    const path = joinPath(folder, 'blocks');
    const file = await open(path, 'w');
    t.after(() => file.close());
    const sent = [sendBlocks(file.fd, 0, 1, 2), sendBlocks(file.fd, 8192, 3), sendBlocks(file.fd, 16_384, 5, 6)];
    await Promise.all(sent.map(({ ticket: after }, index) => database.batch([patient(index)], { after })));
    const wanted = [1, 2, 3, 0, 5, 6].map((byte) => Buffer.alloc(4096, byte));
    assert.ok((await readFile(path)).equals(Buffer.concat(wanted)));
    assert.equal(await count(), 3);
  });

  test('a batch whose blocks are lost is not done, then and later; what follows them in their file is lost too', async (t) => {
    const [file, readOnly] = [await open(joinPath(folder, 'blocks'), 'w'), await open('/dev/null', 'r')];
    t.after(() => Promise.all([file.close(), readOnly.close()]));
    const [lost, behind, other] = [
      sendBlocks(readOnly.fd, 0, 1),
      sendBlocks(readOnly.fd, 9000, 2),
      sendBlocks(file.fd, 0, 3),
    ];
    const batches = [lost, behind, other].map(({ ticket: after }, index) =>
      database.batch([patient(index)], { after }),
    );
    const outcomes = await Promise.allSettled([...batches, database.batch([patient(9)])]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled', 'fulfilled'],
    );
    await assert.rejects(lost.durable, { code: 'EBADF' });
    await assert.rejects(behind.durable, { code: 'EBADF' });
    assert.equal(await faultOf(database.batch([patient(5)], { after: behind.ticket })), 'blocks');
    assert.equal(await count(), 2);
    await database.blocks?.release(readOnly.fd);
  });

  test('blocks that other threads cannot see are refused, and hold up nothing', async () => {
    const pieces = [Buffer.alloc(4096)];
    assert.throws(() => database.blocks?.write({ descriptor: 1, position: 0, pieces }), { fault: 'blocks' });
    await database.batch([patient(1)]);
    assert.equal(await count(), 1);
  });

  test('after closing everything fails as closed', async () => {
    await database.close();
    assert.equal(await faultOf(database.batch([patient(1)])), 'closed');
  });

  test('a newer schema is refused', async () => {
    await database.batch([sql`insert into schema_version (version) values (9999)`]);
    assert.equal(await faultOf(openSqlite(joinPath(folder, 'index.sqlite'))), 'failed');
  });
});
