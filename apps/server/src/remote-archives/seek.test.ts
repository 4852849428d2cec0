// Whether a peer has some instances: asked at the level IMAGE in either model; what goes wrong means that it cannot be asked.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@concord/network';
import { type AnsweringOptions, startAnsweringArchive } from '../../testing/answering-archive.ts';
import { dataSetOf, type Values } from '../../testing/data-sets.ts';
import { calledPeer } from '../associations/peer-rules.ts';
import { readConfiguration } from '../settings/read-configuration.ts';
import type { RemoteArchive } from './remote-archive.ts';
import { seek } from './seek.ts';

const sought = (...sopInstanceUids: readonly string[]) => ({
  ...{ patientId: 'P', studyInstanceUid: '1.2', seriesInstanceUid: '1.2.1' },
  sopInstanceUids,
});
const image = (number: number, more: Values = {}) =>
  dataSetOf({ QueryRetrieveLevel: 'IMAGE', SOPInstanceUID: `1.2.1.${number}`, ...more });

const at = (port: number, query: RemoteArchive['query'] = 'C-FIND'): RemoteArchive => {
  const where = { aeTitle: 'REMOTE', host: '127.0.0.1', port };
  const peer = calledPeer(where, { ...readConfiguration([], {}), connectTimeout: 5 });
  return { ...where, peer, query, retrieve: 'C-MOVE', dicomweb: '' };
};
const parts = {
  calling: { log: silentLog, onRecord: () => undefined },
  timeoutMs: 30_000,
  signal: new AbortController().signal,
};

const asked = async (t: TestContext, options: AnsweringOptions, ...uids: readonly string[]) => {
  const remote = await startAnsweringArchive(t, options);
  return { remote, found: await seek(at(remote.port), [sought(...uids)], parts) };
};

test('several are looked for in their series, one by its UID; what is listed as lost counts as not there', async (t) => {
  const find = () => [image(1), image(3, { InstanceAvailability: 'UNAVAILABLE' }), image(4)];
  const { found, remote } = await asked(t, { find }, '1.2.1.1', '1.2.1.2', '1.2.1.3');
  assert.deepEqual(found, { kind: 'known', there: new Set(['1.2.1.1']) });
  const key = (keyword: string) => remote.asked.map(({ keys }) => keys.string(keyword) ?? '');
  assert.deepEqual(
    ['QueryRetrieveLevel', 'StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID', 'PatientID'].flatMap(key),
    ['IMAGE', '1.2', '1.2.1', '', ''],
  );
  await seek(at(remote.port), [sought('1.2.1.1')], parts);
  assert.deepEqual(key('SOPInstanceUID'), ['', '1.2.1.1']);
});

test('an archive with Patient Root alone is asked with the Patient ID', async (t) => {
  const { found, remote } = await asked(t, { find: () => [image(1)], models: ['patient'] }, '1.2.1.1');
  assert.deepEqual(found, { kind: 'known', there: new Set(['1.2.1.1']) });
  assert.equal(remote.asked[0]?.keys.string('PatientID'), 'P');
});

test('a refusal, no query model and a setting mean that it cannot be asked; no line, that nothing can be sent either', async (t) => {
  const { found: refused, remote } = await asked(t, { find: () => [image(1), 0xa700] }, '1.2.1.1', '1.2.1.2');
  assert.equal(refused.kind, 'unknown');
  assert.match(JSON.stringify(refused), /A700/);
  const { found: none } = await asked(t, { models: [] }, '1.2.1.1');
  assert.equal(none.kind, 'unknown');
  assert.deepEqual((await seek(at(remote.port, 'no'), [sought('1.2.1.1')], parts)).kind, 'unknown');
  const { peer } = at(remote.port);
  const proposing = { ...at(remote.port), peer: { ...peer, proposal: { syntaxesOf: () => [] } } };
  assert.deepEqual(await seek(proposing, [sought('1.2.1.1')], parts), {
    kind: 'unknown',
    why: 'the settings propose no query',
  });
  assert.equal((await seek(at(1), [sought('1.2.1.1')], parts)).kind, 'unreachable');
});
