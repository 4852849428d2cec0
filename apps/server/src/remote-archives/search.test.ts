// One question to several archives: side by side, each with its own end, studies once with all their sources.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { queryRetrieveSopClasses, silentLog } from '@concord/network';
import { startAnsweringArchive, studyMatch } from '../../testing/answering-archive.ts';
import { dataSetOf } from '../../testing/data-sets.ts';
import { freePort } from '../../testing/ports.ts';
import { silentPort } from '../../testing/silent-port.ts';
import { calledPeer } from '../associations/peer-rules.ts';
import type { AskedKeys } from '../settings/asked-keys.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import { openRemoteArchives } from './open-remote-archives.ts';
import { identifierOf, mayBeGiven, returnKeys } from './question.ts';
import type { AskedLevel } from './remote-archive.ts';
import type { SearchEvent } from './search.ts';

const { patientRootFind, studyRootFind } = queryRetrieveSopClasses;

const unasked = async () => assert.fail('nothing is fetched here');

const open = (peers: readonly Partial<ConfiguredPeer>[], queryTimeout = 1, askedKeys: readonly AskedKeys[] = []) => {
  const configured = peers.map((peer) => ({ aeTitle: 'REMOTE', host: '127.0.0.1', port: 104, ...peer }));
  return openRemoteArchives({
    peers: configured,
    askedKeys,
    archive: { receive: unasked, receivePart10: unasked, instances: async () => [], watch: () => () => undefined },
    arrivedSince: unasked,
    expect: unasked,
    destination: (title) => {
      const peer = configured.find(({ aeTitle }) => aeTitle === title);
      return peer && calledPeer(peer, { ...readConfiguration([], {}), connectTimeout: 5 });
    },
    calling: { log: silentLog, onRecord: () => undefined },
    here: () => ({ aeTitle: 'CONCORD', port: 11112 }),
    queryTimeout,
    arrivalTimeout: 1,
  });
};

interface Asked {
  readonly level?: AskedLevel;
  readonly keys?: Readonly<Record<string, string>>;
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Seconds of silence that are borne. */
  readonly queryTimeout?: number;
}

const questionOf = ({ level = 'STUDY', keys = { PatientID: 'VET-0042' }, limit = 1000, signal }: Asked) => ({
  level,
  keys: identifierOf(level, keys),
  limit,
  signal: signal ?? new AbortController().signal,
});

const ask = async (peers: readonly Partial<ConfiguredPeer>[], asked: Asked = {}): Promise<readonly SearchEvent[]> => {
  const remote = open(peers, asked.queryTimeout);
  return Array.fromAsync(remote.search(remote.list(), questionOf(asked)));
};

const found = (events: readonly SearchEvent[]) =>
  events.flatMap((event) => (event.kind === 'match' || event.kind === 'also' ? [`${event.archive} ${event.uid}`] : []));
const ends = (events: readonly SearchEvent[]) =>
  Object.fromEntries(events.flatMap((event) => (event.kind === 'archive' ? [[event.archive, event]] : [])));

test('[IC-QUERY-01] [IC-QUERY-06] every archive gets one C-FIND with the Patient ID as it is, asking for every attribute of the level', async (t) => {
  const [a, b] = [await startAnsweringArchive(t, { aeTitle: 'A' }), await startAnsweringArchive(t, { aeTitle: 'B' })];
  await ask([a, b]);
  for (const { asked } of [a, b]) {
    const [{ keys, sopClassUid } = assert.fail('nothing asked')] = asked;
    assert.equal(asked.length, 1);
    assert.equal(sopClassUid, studyRootFind);
    assert.equal(keys.string('QueryRetrieveLevel'), 'STUDY');
    assert.deepEqual(keys.strings('PatientID'), ['VET-0042']);
    for (const keyword of returnKeys.STUDY) assert.ok(keys.has(keyword), keyword);
    assert.equal(keys.element('StudyDate')?.length, 0);
  }
});

test('attributes of the settings are asked for at their level alone, and may be searched for', () => {
  const askedKeys = [
    { level: 'STUDY', attributes: ['PatientAge'] },
    { level: 'SERIES', attributes: ['StationName'] },
  ] as const;
  const remote = open([], 1, askedKeys);
  assert.deepEqual([remote.moreKeys('STUDY'), remote.moreKeys('IMAGE')], [['PatientAge'], []]);
  const keys = identifierOf('STUDY', { PatientAge: '040Y' }, remote.moreKeys('STUDY'));
  assert.deepEqual(keys.strings('PatientAge'), ['040Y']);
  assert.equal(keys.has('StationName'), false);
  assert.ok(mayBeGiven('STUDY', remote.moreKeys('STUDY')).has('PatientAge'));
  assert.ok(!mayBeGiven('STUDY').has('PatientAge'));
});

test('[IC-QUERY-02] answers stream in: a dead archive and one that hangs hold nobody, each has its own end', async (t) => {
  const quick = await startAnsweringArchive(t, {
    aeTitle: 'QUICK',
    find: () => [studyMatch('1.2.1'), studyMatch('1.2.2')],
  });
  const slow = await startAnsweringArchive(t, {
    aeTitle: 'SLOW',
    find: async function* () {
      yield studyMatch('1.2.3');
      await pause(5000, undefined, { ref: false });
      yield studyMatch('1.2.4');
    },
  });
  const hanging = { aeTitle: 'HANGING', port: await silentPort(t) };
  const dead = { aeTitle: 'DEAD', port: await freePort() };
  const remote = open([hanging, dead, slow, quick]);
  const started = performance.now();
  const events: SearchEvent[] = [];
  for await (const event of remote.search(remote.list(), questionOf({}))) events.push(event);
  assert.deepEqual(events[0], { kind: 'asked', archives: ['HANGING', 'DEAD', 'SLOW', 'QUICK'] });
  assert.deepEqual(found(events).sort(), ['QUICK 1.2.1', 'QUICK 1.2.2', 'SLOW 1.2.3']);
  const endOf = (name: string) => events.findIndex((event) => event.kind === 'archive' && event.archive === name);
  assert.ok(endOf('QUICK') < endOf('SLOW') && endOf('QUICK') < endOf('HANGING'));
  const { QUICK, SLOW, HANGING, DEAD } = ends(events);
  assert.deepEqual([QUICK?.state, QUICK?.matches], ['done', 2]);
  assert.deepEqual([SLOW?.state, SLOW?.matches], ['failed', 1]);
  assert.match(HANGING?.detail ?? '', /time allowed/);
  assert.match(DEAD?.detail ?? '', /no TCP connection/);
  assert.ok(performance.now() - started < 4000);
});

test('a study that several archives have is told once with each source, and where they disagree about its patient', async (t) => {
  const a = await startAnsweringArchive(t, { aeTitle: 'A', find: () => [studyMatch('1.2.1')] });
  const b = await startAnsweringArchive(t, {
    aeTitle: 'B',
    find: async function* () {
      await pause(100);
      yield studyMatch('1.2.1', { PatientName: 'DOE, REX' });
    },
  });
  const c = await startAnsweringArchive(t, {
    aeTitle: 'C',
    find: async function* () {
      await pause(200);
      yield studyMatch('1.2.1', { PatientName: 'Doe^Bella' });
    },
  });
  const events = await ask([a, b, c]);
  const told = events.flatMap((event) =>
    event.kind === 'match' ? [[event.archive]] : event.kind === 'also' ? [[event.archive, ...event.differs]] : [],
  );
  assert.deepEqual(told, [['A'], ['B'], ['C', 'PatientName']]);
});

test('[IC-QUERY-07] an answer of another patient or without identifier is dropped and counted; missing attributes do no harm', async (t) => {
  const remote = await startAnsweringArchive(t, {
    find: () => [
      studyMatch('1.2.1', { PatientID: 'VET-0043' }),
      dataSetOf({ StudyInstanceUID: '1.2.2' }),
      dataSetOf({ PatientID: 'VET-0042' }),
      studyMatch('1.2.3', { StudyComments: 'extra' }),
    ],
  });
  const events = await ask([remote]);
  assert.deepEqual(found(events), ['REMOTE 1.2.2', 'REMOTE 1.2.3']);
  assert.deepEqual([ends(events).REMOTE?.matches, ends(events).REMOTE?.dropped], [2, 2]);
});

test("[IC-QUERY-08] each failure status is that archive's end, with its code; no match is none", async (t) => {
  for (const code of [0xa700, 0xa900, 0xc001, 0xb123]) {
    const remote = await startAnsweringArchive(t, { find: () => [studyMatch('1.2.1'), code] });
    const events = await ask([remote]);
    assert.deepEqual(found(events), ['REMOTE 1.2.1']);
    assert.equal(ends(events).REMOTE?.state, 'failed');
    assert.match(ends(events).REMOTE?.detail ?? '', new RegExp(`${code.toString(16)}H.*as the test wants it`, 'i'));
  }
  const nothing = await startAnsweringArchive(t);
  const { state, matches } = ends(await ask([nothing])).REMOTE ?? {};
  assert.deepEqual([state, matches], ['done', 0]);
});

test('[IC-QUERY-09] stopping sends C-CANCEL; what came stays', async (t) => {
  const endless = await startAnsweringArchive(t, {
    find: async function* () {
      for (let number = 1; number <= 10_000; number += 1) {
        await pause(2);
        yield studyMatch(`1.2.${number}`);
      }
    },
  });
  const stop = new AbortController();
  const remote = open([endless]);
  const events: SearchEvent[] = [];
  for await (const event of remote.search(remote.list(), questionOf({ signal: stop.signal }))) {
    events.push(event);
    if (found(events).length === 5) stop.abort();
  }
  assert.equal(ends(events).REMOTE?.state, 'stopped');
  assert.equal(endless.cancelled, 1);
  assert.ok(found(events).length >= 5);
});

test('[IC-QUERY-04] Patient Root alone: the Patient ID goes along; without one, patient by patient; neither model is said in words', async (t) => {
  const patientRoot = await startAnsweringArchive(t, {
    models: ['patient'],
    find: (keys) =>
      keys.string('QueryRetrieveLevel') === 'PATIENT'
        ? [dataSetOf({ PatientID: 'P1' }), dataSetOf({ PatientID: 'P2' })]
        : [studyMatch(`1.2.${keys.string('PatientID')?.slice(1)}`, { PatientID: keys.string('PatientID') })],
  });
  await ask([patientRoot], { keys: { PatientID: 'P7' } });
  assert.deepEqual(
    patientRoot.asked.map(({ sopClassUid, keys }) => [sopClassUid, keys.string('PatientID')]),
    [[patientRootFind, 'P7']],
  );
  assert.deepEqual(found(await ask([patientRoot], { keys: { PatientName: 'Doe*' } })), [
    'REMOTE 1.2.1',
    'REMOTE 1.2.2',
  ]);
  const none = await startAnsweringArchive(t, { models: [] });
  assert.match(ends(await ask([none])).REMOTE?.detail ?? '', /no supported query model|none of the|context/i);
});

test('[IC-QUERY-05] below the study the unique keys above are given and no key of a lower level', async (t) => {
  const remote = await startAnsweringArchive(t, {
    find: (keys) => [
      keys.string('QueryRetrieveLevel') === 'SERIES'
        ? dataSetOf({ SeriesInstanceUID: '1.2.1.1' })
        : dataSetOf({ SOPInstanceUID: '1.2.1.1.1' }),
    ],
  });
  await ask([remote], { level: 'SERIES', keys: { StudyInstanceUID: '1.2.1' } });
  await ask([remote], { level: 'IMAGE', keys: { StudyInstanceUID: '1.2.1', SeriesInstanceUID: '1.2.1.1' } });
  const [series, image] = remote.asked.map(({ keys }) => keys);
  assert.deepEqual([series?.string('StudyInstanceUID'), series?.has('SOPInstanceUID')], ['1.2.1', false]);
  assert.deepEqual(
    [image?.string('StudyInstanceUID'), image?.string('SeriesInstanceUID'), image?.has('SOPInstanceUID')],
    ['1.2.1', '1.2.1.1', true],
  );
});

test('what is below a series is asked for with the study of the question', async (t) => {
  const remote = await startAnsweringArchive(t, {
    find: (keys) => [
      keys.string('QueryRetrieveLevel') === 'SERIES'
        ? dataSetOf({ SeriesInstanceUID: '1.2.1.1' })
        : dataSetOf({ SOPInstanceUID: '1.2.1.1.1' }),
    ],
  });
  const other = open([remote]);
  const question = questionOf({ level: 'SERIES', keys: { StudyInstanceUID: '1.2.1', PatientID: 'P1' } });
  const events = await Array.fromAsync(other.search(other.list(), { ...question, depth: 'IMAGE' }));
  const [series, image] = remote.asked.map(({ keys }) => keys);
  assert.deepEqual([image?.string('StudyInstanceUID'), image?.string('SeriesInstanceUID')], ['1.2.1', '1.2.1.1']);
  // The patient is no level of Study Root.
  assert.deepEqual([series?.has('PatientID'), image?.has('PatientID')], [false, false]);
  assert.deepEqual(
    events.flatMap((event) => (event.kind === 'below' ? [[event.series, event.uid]] : [])),
    [['1.2.1.1', '1.2.1.1.1']],
  );
});

test('an answer that is no data set ends that archive, and only that', async (t) => {
  const broken = await startAnsweringArchive(t, {
    aeTitle: 'BROKEN',
    find: () => {
      const bad = studyMatch('1.2.1');
      bad.set('PatientName', new Uint8Array([0xff, 0xfe, 0x00, 0x80]), 'PN');
      return [bad, studyMatch('1.2.9', { StudyInstanceUID: '' })];
    },
  });
  const good = await startAnsweringArchive(t, { aeTitle: 'GOOD', find: () => [studyMatch('1.2.5')] });
  const events = await ask([broken, good]);
  assert.ok(found(events).includes('GOOD 1.2.5'));
  assert.equal(ends(events).GOOD?.state, 'done');
  assert.ok(ends(events).BROKEN);
});

test('ten thousand matches arrive whole; a limit stops the archive behind it', async (t) => {
  const many = await startAnsweringArchive(t, {
    find: function* () {
      for (let number = 1; number <= 10_000; number += 1) yield studyMatch(`1.2.${number}`);
    },
  });
  const all = await ask([many], { limit: 20_000, queryTimeout: 20 });
  assert.equal(new Set(found(all)).size, 10_000);
  assert.equal(ends(all).REMOTE?.state, 'done');
  const some = await ask([many], { limit: 25 });
  assert.deepEqual([found(some).length, ends(some).REMOTE?.state], [25, 'limit']);
});

test('an archive that stops of its own accord (FE00), or has more patients than are asked for one by one, has not said everything', async (t) => {
  const stopping = await startAnsweringArchive(t, { find: () => [studyMatch('1.2.1'), 0xfe00] });
  const stopped = ends(await ask([stopping])).REMOTE;
  assert.deepEqual([stopped?.state, stopped?.matches], ['failed', 1]);
  assert.match(stopped?.detail ?? '', /FE00H/);
  const many = await startAnsweringArchive(t, {
    models: ['patient'],
    find: (keys) =>
      keys.string('QueryRetrieveLevel') === 'STUDY'
        ? [studyMatch(`1.2.${keys.string('PatientID')}`)]
        : Array.from({ length: 230 }, (_, number) => dataSetOf({ PatientID: String(number) })),
  });
  const cut = ends(await ask([many], { keys: { PatientName: 'D*' } })).REMOTE;
  assert.deepEqual([cut?.state, cut?.matches], ['failed', 200]);
  assert.match(cut?.detail ?? '', /more than 200 patients match/);
});
