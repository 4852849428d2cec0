// The profiles that search other archives and fetch from them: what they propose, what they ask, what they make of each answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { listing, profiles, startAsking, study } from '../../testing/asking-profile.ts';
import { dataSetOf } from '../../testing/data-sets.ts';

const [implicit, explicit, big] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2'];
const [studyFind, studyMove, patientFind, patientMove] = ['2.1', '2.2', '1.1', '1.2'].map(
  (end) => `1.2.840.10008.5.1.4.1.2.${end}`,
);

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

test('a profile that proposes no C-GET says so of itself, not of the other archive', async (t) => {
  const { retrieve } = await startAsking(t, 'viewer', { find: listing }, {}, { retrieve: 'C-GET' });
  const { state, detail } = await retrieve({ studyInstanceUid: study });
  assert.equal(state, 'failed');
  assert.match(detail, /^this server does not ask so: its settings propose neither of Study Root .*GET/);
});
