// Other archives whose words contradict what they send: what is done, what has failed, and what is said of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAnsweringArchive } from '../../testing/answering-archive.ts';
import { dataSetOf } from '../../testing/data-sets.ts';
import { listing, series, slice, startRetrieving, study, uid } from '../../testing/retrieving.ts';
import { type ScriptedEnd, startScriptedArchive } from '../../testing/scripted-archive.ts';
import { expectationsOf } from '../arrivals/arrival-rows.ts';
import { missingOf } from '../arrivals/named-instances.ts';
import { sql } from '../database/database.ts';

type Own = Awaited<ReturnType<typeof startRetrieving>>['own'];
const kept = async (own: Own) =>
  (await own.archive.instances({ studyInstanceUid: [study, '1.2.9'] }))
    .map(({ sopInstanceUid }) => sopInstanceUid)
    .sort();

test('what the other archive does not have is not found, at once: by its list, or where it sends nothing', async (t) => {
  let asked = 0;
  const ended = async (): Promise<ScriptedEnd> => {
    asked += 1;
    return { status: 0, completed: 0, failed: 0, warning: 0 };
  };
  const nothing = await startScriptedArchive(t, { find: () => [], retrieve: ended });
  const { fetch } = await startRetrieving(t, nothing);
  assert.deepEqual((await fetch()).outcome, {
    kind: 'failed',
    detail: `nothing found: the archive lists no study ${study}`,
  });
  assert.equal(asked, 0, 'nothing is asked for that is not there');
  const other = await startScriptedArchive(t, { find: listing(2), retrieve: ended });
  const { fetch: fetchOther } = await startRetrieving(t, other);
  assert.match(
    JSON.stringify((await fetchOther({ seriesInstanceUid: '1.2.9' })).outcome),
    /failed.*nothing found: the archive lists no series 1\.2\.9 of study/,
  );
  assert.match(
    JSON.stringify((await fetchOther({ seriesInstanceUid: series, sopInstanceUid: ['1.2.9'] })).outcome),
    /failed.*nothing found: the archive lists no instance 1\.2\.9 of series/,
  );
  const unlisted = await startScriptedArchive(t, { retrieve: ended });
  for (const retrieve of ['C-MOVE', 'C-GET'] as const) {
    const { fetch: fetchUnlisted } = await startRetrieving(t, unlisted, { retrieve });
    assert.match(JSON.stringify((await fetchUnlisted()).outcome), /failed.*nothing found: the archive sent nothing/);
  }
});

test('chosen images that the archive does not list are named, and the others come', async (t) => {
  const archive = await startScriptedArchive(t, {
    find: listing(2),
    retrieve: async () => {
      await own.put(slice(2));
      return { status: 0, completed: 1 };
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  const { outcome, instances } = await fetch({ seriesInstanceUid: series, sopInstanceUid: [uid(2), uid(7)] });
  assert.deepEqual(instances, [`${uid(2)} sent`, `${uid(7)} failed the archive does not list it`]);
  assert.deepEqual(outcome, { kind: 'failed', detail: '1 instance not received: the archive does not list it' });
});

test('what an archive lists is expected here: what does not come is missing of the study, until the archive lists it no more', async (t) => {
  let listed = 3;
  const archive = await startScriptedArchive(t, {
    find: (keys) => listing(listed)(keys),
    retrieve: async () => {
      for (const number of [1, 2]) await own.put(slice(number));
      return { status: 0xb000, completed: 2, failed: 1, warning: 0 };
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  const said = async () => {
    const expectations = await expectationsOf(own.database, study);
    const missing = await missingOf(own.database, study, 10);
    return {
      counts: expectations
        .map((each) => `${each.seriesInstanceUid} ${each.count}: ${each.evidence} of ${each.source}`)
        .sort(),
      missing: missing.map(({ sopInstanceUid }) => sopInstanceUid),
    };
  };
  assert.equal((await fetch({ seriesInstanceUid: series, sopInstanceUid: [uid(1)] })).outcome.kind, 'done');
  assert.deepEqual(await said(), { counts: [], missing: [] }, 'chosen images are not all of a series');
  assert.equal((await fetch({ seriesInstanceUid: series })).outcome.kind, 'failed');
  assert.deepEqual(await said(), { counts: [`${series} 3: list of REMOTE`], missing: [uid(3)] });
  assert.equal((await fetch()).outcome.kind, 'failed');
  assert.deepEqual(await said(), { counts: [' 3: list of REMOTE', `${series} 3: list of REMOTE`], missing: [uid(3)] });
  listed = 2;
  assert.equal((await fetch()).outcome.kind, 'done');
  assert.deepEqual(await said(), { counts: [' 2: list of REMOTE', `${series} 2: list of REMOTE`], missing: [] });
});

test('an image that is listed twice counts once', async (t) => {
  const archive = await startScriptedArchive(t, {
    find: (keys) => [...listing(2)(keys), ...listing(2)(keys)],
    retrieve: async () => {
      for (const number of [1, 2]) await own.put(slice(number));
      return { status: 0, completed: 2 };
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  const { outcome, instances } = await fetch();
  assert.deepEqual([outcome, instances], [{ kind: 'done' }, [`${uid(1)} sent`, `${uid(2)} sent`]]);
});

test('answers about another study, from an archive that ignores the key, are not taken for this one', async (t) => {
  const archive = await startScriptedArchive(t, {
    find: (keys) => {
      const [answer] = listing(9, { announced: 9 })(keys);
      const strange = answer?.clone();
      strange?.set('StudyInstanceUID', '1.2.9');
      strange?.set('PatientID', 'P9');
      strange?.set('SeriesInstanceUID', '1.2.9.1');
      strange?.set('SOPInstanceUID', '1.2.9.1.1');
      return [...(strange ? [strange] : []), ...listing(1)(keys)];
    },
    retrieve: async () => {
      await own.put(slice(1));
      return { status: 0, completed: 1 };
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  const { outcome, instances } = await fetch();
  assert.deepEqual([outcome, instances], [{ kind: 'done' }, [`${uid(1)} sent`]]);
});

test('success with failed sub-operations is none, also where the responses are the proof and nobody is named', async (t) => {
  for (const retrieveProof of ['objects', 'responses'] as const) {
    const archive = await startScriptedArchive(t, {
      find: listing(3),
      retrieve: async () => {
        await own.put(slice(1));
        return { status: 0x0000, completed: 1, failed: 2, warning: 0 };
      },
    });
    const { own, fetch } = await startRetrieving(t, archive, {}, { retrieveProof });
    const { outcome, instances } = await fetch();
    assert.deepEqual(outcome, {
      kind: 'failed',
      detail: '2 instances not received: the archive could not send 2 instances, and does not say which',
    });
    assert.equal(instances.filter((line) => / failed not received/.test(line)).length, 2);
  }
});

test('success with fewer sub-operations than listed: the missing ones are not said to have been sent', async (t) => {
  const archive = await startScriptedArchive(t, {
    find: listing(3),
    retrieve: async () => {
      await own.put(slice(1));
      return { status: 0, completed: 1, failed: 0 };
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  assert.deepEqual((await fetch()).outcome, {
    kind: 'failed',
    detail: '2 instances not received: the archive says it has sent 1 instance',
  });
});

test('without a list the counts of the responses are what a retrieval is measured by', async (t) => {
  let end: ScriptedEnd = { status: 0 };
  const archive = await startScriptedArchive(t, {
    retrieve: async ({ store, destination }) => {
      for (const number of [1, 2]) destination === '' ? await store(slice(number)) : await own.put(slice(number));
      return end;
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  end = { status: 0, completed: 5, failed: 0 };
  assert.deepEqual((await fetch()).outcome, {
    kind: 'failed',
    detail: 'the archive says it has sent 5 instances, and 2 came',
  });
  end = { status: 0xb000, completed: 2, failed: 3 };
  assert.deepEqual((await fetch()).outcome, {
    kind: 'failed',
    detail: 'the archive could not send 3 instances, and does not say which',
  });
  end = { status: 0xb000, completed: 2, failed: 1, failedUids: [uid(3)] };
  const named = await fetch();
  assert.match(JSON.stringify(named.outcome), /failed.*1 instance not received: the archive could not send it/);
  assert.match(named.instances.join(), new RegExp(`${uid(3)} failed the archive could not send it: status B000H`));
  end = { status: 0, completed: 2 };
  assert.deepEqual((await fetch()).outcome, { kind: 'done' });
  end = { status: 0 };
  assert.deepEqual((await fetch()).outcome, {
    kind: 'done',
    detail: 'how many there are the archive does not say',
  });
  const getting = await startRetrieving(t, archive, { retrieve: 'C-GET' });
  end = { status: 0xb000, completed: 2, failed: 3 };
  assert.match(JSON.stringify((await getting.fetch()).outcome), /failed.*could not send 3 instances/);
  end = { status: 0, completed: 2 };
  const again = await getting.fetch('again');
  assert.deepEqual([again.outcome, again.instances.length], [{ kind: 'done' }, 2], 'none twice in the job');
});

test('what is wanted anew and does not come is not done, though a copy is here: neither at a failure nor at the next try', async (t) => {
  let end: ScriptedEnd = { status: 0xa702, completed: 0, failed: 2, failedUids: [uid(1), uid(2)] };
  let sent: readonly number[] = [];
  const archive = await startScriptedArchive(t, {
    find: listing(2),
    retrieve: async () => {
      for (const number of sent) await own.put(slice(number));
      return end;
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  for (const number of [1, 2]) await own.put(slice(number, { PatientName: 'Doe^Rex' }));
  // The clock of this test stands still: what is here was received before the job by a change of the index.
  await own.database.batch([sql`update instance set received_at = '2026-01-01T00:00:00.000Z'`]);
  const failed = await fetch({ anew: true });
  assert.equal(failed.outcome.kind, 'again');
  assert.match(failed.instances.join(), /^[^,]+ pending the archive could not send it: status A702H/);
  assert.equal((await fetch('again')).outcome.kind, 'again');
  end = { status: 0, completed: 2 };
  sent = [1];
  const half = await fetch('again');
  assert.deepEqual(half.outcome, {
    kind: 'failed',
    detail: '1 instance not received: the archive says it has sent it',
  });
  sent = [2];
  assert.deepEqual((await fetch('again')).outcome, { kind: 'done' });
});

test('an archive that is still receiving: the job, tried again, asks for what its list has now', async (t) => {
  let count = 2;
  const archive = await startScriptedArchive(t, {
    find: (keys) => listing(count, { announced: 4 })(keys),
    retrieve: async () => {
      for (let number = 1; number <= count; number += 1) await own.put(slice(number));
      return { status: 0, completed: count };
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  assert.deepEqual((await fetch()).outcome, {
    kind: 'failed',
    detail: 'the archive announces 4 instances and gave 2',
  });
  count = 4;
  const { outcome, instances } = await fetch('again');
  assert.deepEqual(outcome, { kind: 'done' });
  assert.deepEqual(
    instances.map((line) => line.split(' ')[0]),
    [1, 2, 3, 4].map(uid),
  );
});

test('objects of another study among those of a C-GET are no proof of anything, and are said', async (t) => {
  let answer = 0;
  const archive = await startScriptedArchive(t, {
    find: listing(2),
    retrieve: async ({ store }) => {
      answer += 1;
      await store(slice(1));
      // The second that was asked for comes as one of another study; then as itself, with somebody else's beside it.
      await store(slice(answer === 1 ? 2 : 9, { StudyInstanceUID: '1.2.9', SeriesInstanceUID: '1.2.9.1' }));
      if (answer === 2) await store(slice(2));
      return { status: 0, completed: 2 };
    },
  });
  const first = await startRetrieving(t, archive, { retrieve: 'C-GET' });
  const { outcome, instances } = await first.fetch();
  assert.equal(instances[1], `${uid(2)} failed it is here as one of study 1.2.9, series 1.2.9.1`);
  assert.equal(outcome.kind, 'failed');
  const second = await startRetrieving(t, archive, { retrieve: 'C-GET' });
  assert.deepEqual((await second.fetch()).outcome, {
    kind: 'done',
    detail: '1 object came that was not asked for',
  });
  assert.deepEqual(await kept(second.own), [uid(1), uid(2), uid(9)]);
});

test('objects of another patient than the archive listed are said with the study', async (t) => {
  const archive = await startScriptedArchive(t, {
    find: listing(1),
    retrieve: async () => {
      await own.put(slice(1, { PatientID: 'P2' }));
      return { status: 0, completed: 1 };
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  assert.deepEqual((await fetch()).outcome, {
    kind: 'done',
    detail: 'the archive lists it under Patient ID P1, here it is under Patient ID P2',
  });
});

test('half of a C-GET, then a lost connection: what came stays, and only the rest is asked for', async (t) => {
  const asked: string[][] = [];
  const archive = await startScriptedArchive(t, {
    find: listing(3),
    retrieve: async ({ keys, store, hangUp }) => {
      asked.push([...keys.strings('SOPInstanceUID')]);
      if (asked.length === 1) {
        await store(slice(1));
        hangUp();
        return undefined;
      }
      for (const number of [2, 3]) await store(slice(number));
      return { status: 0, completed: 2 };
    },
  });
  const { fetch } = await startRetrieving(t, archive, { retrieve: 'C-GET' });
  assert.equal((await fetch()).outcome.kind, 'again');
  assert.deepEqual((await fetch('again')).outcome, { kind: 'done' });
  assert.deepEqual(asked, [[], [uid(2), uid(3)]]);
});

test('an archive that stops a retrieval of its own accord has not ended it', async (t) => {
  const archive = await startScriptedArchive(t, {
    find: listing(2),
    retrieve: async () => ({ status: 0xfe00, completed: 0 }),
  });
  const { fetch } = await startRetrieving(t, archive);
  const { outcome, instances } = await fetch();
  assert.match(JSON.stringify(outcome), /again.*FE00H/);
  assert.deepEqual(instances, [`${uid(1)} pending`, `${uid(2)} pending`]);
});

test('Patient Root alone: the Patient ID that the study is listed under is that of every level', async (t) => {
  const asked: string[] = [];
  const archive = await startAnsweringArchive(t, {
    models: ['patient'],
    find: (keys) => {
      asked.push(`${keys.string('QueryRetrieveLevel')} ${keys.string('PatientID') ?? ''}`);
      if (keys.string('QueryRetrieveLevel') === 'PATIENT') return [dataSetOf({ PatientID: 'P1' })];
      return listing(1)(keys);
    },
    move: async () => {
      await own.put(slice(1));
      return 0;
    },
  });
  const { own, fetch } = await startRetrieving(t, archive);
  assert.deepEqual((await fetch()).outcome, { kind: 'done' });
  assert.deepEqual(asked, ['PATIENT ', 'STUDY P1', 'SERIES P1', 'IMAGE P1']);
  assert.equal(archive.moved[0]?.keys.string('PatientID'), 'P1');
});
