// Archives that answer something else than they were asked, without end, or by the megabyte: what they say is left out, and the others are heard.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DataSet } from '@concord/dicom';
import { silentLog } from '@concord/network';
import { type AnsweringOptions, startAnsweringArchive, studyMatch } from '../../testing/answering-archive.ts';
import { dataSetOf, type Values } from '../../testing/data-sets.ts';
import { treeByDimse } from './query-dimse.ts';
import { identifierOf } from './question.ts';
import type { AskedLevel, Question, RemoteArchive } from './remote-archive.ts';
import { type SearchEvent, search } from './search.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const remoteAt = (aeTitle: string, port: number): RemoteArchive => ({
  aeTitle,
  host: '127.0.0.1',
  port,
  query: 'C-FIND',
  retrieve: 'C-MOVE',
  dicomweb: '',
  peer: { host: '127.0.0.1', port, calledAeTitle: aeTitle, callingAeTitle: 'CONCORD' },
});

/** What stays, however often it is collected: bytes on their way are freed a little later. */
async function heldBytes(): Promise<number> {
  const seen: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    await pause(20);
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    seen.push(heapUsed + external);
  }
  return Math.min(...seen);
}

interface Asked {
  readonly level?: AskedLevel;
  readonly keys?: Readonly<Record<string, string>>;
  readonly limit?: number;
  readonly depth?: AskedLevel;
}

const questionOf = ({ level = 'STUDY', keys = {}, limit = 1000, depth }: Asked): Question => ({
  level,
  keys: identifierOf(level, keys),
  limit,
  signal: new AbortController().signal,
  ...(depth && { depth }),
});

/** What archives that answer so are said to have said. */
async function* asking(t: TestContext, archives: Readonly<Record<string, AnsweringOptions['find']>>, asked: Asked) {
  const remotes: RemoteArchive[] = [];
  for (const [aeTitle, find] of Object.entries(archives))
    remotes.push(remoteAt(aeTitle, (await startAnsweringArchive(t, { aeTitle, ...(find && { find }) })).port));
  yield* search(remotes, questionOf(asked), {
    ask: (archive, question) =>
      treeByDimse(archive, question, { calling: { log: silentLog, onRecord: () => undefined }, moreKeys: () => [] }),
    log: silentLog,
  });
}

const told = (events: readonly SearchEvent[]) =>
  events.flatMap((event) => {
    if (event.kind === 'match' || event.kind === 'also') return [`${event.archive} ${event.uid}`];
    if (event.kind === 'below') return [`${event.archive} ${event.study}/${event.uid}`];
    return event.kind === 'archive' ? [`${event.archive} ${event.state}, ${event.dropped} left out`] : [];
  });

const seriesMatch = (uid: string, values: Values = {}): DataSet =>
  dataSetOf({ QueryRetrieveLevel: 'SERIES', StudyInstanceUID: '1.2', SeriesInstanceUID: uid, ...values });

test('series of another study than asked for, and studies of another UID, are left out and counted', async (t) => {
  const find = () => [seriesMatch('1.2.1'), seriesMatch('9.1', { StudyInstanceUID: '9' }), seriesMatch('1.2.2')];
  const series = asking(t, { LIAR: find }, { level: 'SERIES', keys: { StudyInstanceUID: '1.2' } });
  assert.deepEqual(told(await Array.fromAsync(series)), ['LIAR 1.2.1', 'LIAR 1.2.2', 'LIAR done, 1 left out']);
  const studies = () => [studyMatch('1.2'), studyMatch('1.3'), studyMatch('1.4')];
  const listed = asking(t, { LIAR: studies }, { keys: { StudyInstanceUID: '1.2\\1.3' } });
  assert.deepEqual(told(await Array.fromAsync(listed)), ['LIAR 1.2', 'LIAR 1.3', 'LIAR done, 1 left out']);
});

test('what is below a match is of that match, or left out', async (t) => {
  const find = (keys: DataSet) =>
    keys.string('QueryRetrieveLevel') === 'STUDY'
      ? [studyMatch('1.2')]
      : [seriesMatch('1.2.1'), seriesMatch('9.1', { StudyInstanceUID: '9' })];
  const events = await Array.fromAsync(asking(t, { LIAR: find }, { depth: 'SERIES' }));
  assert.deepEqual(told(events), ['LIAR 1.2', 'LIAR 1.2/1.2.1', 'LIAR done, 1 left out']);
});

test('answers of another level are none of the level that was asked for; one that does not say its level is', async (t) => {
  const images = [1, 2, 3].map((number) =>
    studyMatch('1.2', { QueryRetrieveLevel: 'IMAGE', SOPInstanceUID: `1.2.1.${number}` }),
  );
  const find = () => [...images, studyMatch('1.2', { QueryRetrieveLevel: null })];
  const events = await Array.fromAsync(asking(t, { LIAR: find }, {}));
  assert.deepEqual(told(events), ['LIAR 1.2', 'LIAR done, 3 left out']);
});

test('answers without an identifier, without end, come to an end and hold nobody', async (t) => {
  async function* endless() {
    for (;;) {
      yield 0xff00;
      await turn();
    }
  }
  const events = asking(t, { ENDLESS: endless, HONEST: () => [studyMatch('1.2')] }, { limit: 50 });
  const said = told(await Array.fromAsync(events));
  assert.deepEqual(said.sort(), ['ENDLESS limit, 50 left out', 'HONEST 1.2', 'HONEST done, 0 left out']);
});

test('megabytes of answers are passed on, not kept, and hold nobody', { timeout: 120_000 }, async (t) => {
  const long = 'x'.repeat(1_000_000);
  const heavy = function* (keys: DataSet) {
    const count = keys.string('QueryRetrieveLevel') === 'STUDY' ? 60 : 0;
    for (let at = 0; at < count; at += 1) yield studyMatch(`1.2.${at}`, { PatientComments: long });
  };
  const events = asking(t, { HEAVY: heavy, HONEST: () => [studyMatch('1.3')] }, { depth: 'SERIES' });
  const said: string[] = [];
  const memory: number[] = [];
  for await (const event of events) {
    said.push(...told([event]));
    if (event.kind !== 'match' || !['1.2.0', '1.2.59'].includes(event.uid)) continue;
    memory.push(await heldBytes());
  }
  assert.equal(said.filter((one) => one.startsWith('HEAVY 1.2.')).length, 60);
  assert.ok(said.indexOf('HONEST 1.3') < 30, `${said.indexOf('HONEST 1.3')} answers came before it`);
  const [first = 0, last = Number.POSITIVE_INFINITY] = memory;
  assert.ok(last - first < 30_000_000, `${last - first} bytes are held after 60,000,000 of answers`);
});
