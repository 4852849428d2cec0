// DELETE on the studies service: off unless a setting allows it, and then a rejection that can be undone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDicomweb } from '../../testing/archive.ts';
import { madeFile, madeSeries, madeStudy } from '../../testing/instances.ts';
import { sql } from '../database/database.ts';

const put = async (service: string, instance: string) => {
  const headers = { 'content-type': 'application/dicom' };
  const response = await fetch(`${service}/studies`, { method: 'POST', body: madeFile({ instance }), headers });
  assert.equal(response.status, 200);
};
const goneText = (level: string) => `This ${level} was taken out of the archive (rejected).`;
const remove = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { method: 'DELETE', headers });
  return { status: response.status, allow: response.headers.get('allow'), text: await response.text() };
};

test('without the setting DELETE is 405 and says why', async (t) => {
  const { service, archive } = await startDicomweb(t);
  await put(service, '1.2.1');
  const answer = await remove(`${service}/studies/${madeStudy}`);
  assert.deepEqual([answer.status, answer.allow], [405, 'GET, HEAD, POST, OPTIONS']);
  assert.match(answer.text, /switched off/);
  assert.equal((await archive.statistics()).instances, 1);
});

test('with it an instance, a series and a study can be rejected, restored and purged', async (t) => {
  const { service, url, archive, complaints } = await startDicomweb(t, { webDelete: 'reject' });
  const study = `${service}/studies/${madeStudy}`;
  for (const instance of ['1.2.1', '1.2.2']) await put(service, instance);
  const one = `${study}/series/${madeSeries}/instances/1.2.1`;
  assert.equal((await remove(`${one}?reason=blurred`)).status, 204);
  const gone = await fetch(one);
  assert.deepEqual([gone.status, (await gone.json()).detail], [410, goneText('instance')]);
  assert.equal((await remove(one)).status, 410);
  assert.equal((await fetch(`${one.slice(0, -1)}9`)).status, 404, 'what never was here');
  assert.equal((await fetch(`${study}/metadata`)).status, 200);
  assert.equal((await remove(`${study}/series/${madeSeries}`)).status, 204);
  for (const what of [
    '',
    '/metadata',
    `/series/${madeSeries}`,
    `/series/${madeSeries}/instances/1.2.2/frames/1`,
    '/rendered',
  ])
    assert.equal((await fetch(`${study}${what}`)).status, 410, what);
  const uri = `requestType=WADO&studyUID=${madeStudy}&seriesUID=${madeSeries}&objectUID=1.2.2`;
  assert.equal((await fetch(`${url}/wado?${uri}`)).status, 410);
  assert.equal((await fetch(`${service}/studies/${madeStudy}1`)).status, 404);
  const [listed] = await (await fetch(`${url}/api/rejected`)).json();
  assert.equal(listed.instances, 2);
  const post = async (what: string, body = '') => {
    const response = await fetch(`${url}/api/rejected/${madeStudy}/${what}`, { method: 'POST', body });
    return [response.status, await response.json()] as const;
  };
  assert.deepEqual(await post('restore'), [200, { instances: 2 }]);
  assert.match(complaints.at(-1) ?? '', /were restored .*"by":"web 127.0.0.1","reason":""/);
  assert.equal((await fetch(one)).status, 200);
  assert.equal((await remove(study)).status, 204);
  for (const wrong of ['{', '[]', '{"by":7}', '{"who":"vet"}'])
    assert.equal((await post('purge', wrong))[0], 400, wrong);
  assert.deepEqual(await post('purge', '{"by":"vet","reason":"asked for"}'), [200, { instances: 2 }]);
  assert.match(complaints.at(-1) ?? '', /were deleted .*"by":"vet, web 127.0.0.1","reason":"asked for"/);
  assert.equal((await post('purge'))[0], 404);
  assert.equal((await archive.statistics()).instances, 0);
  assert.equal((await fetch(study)).status, 404, 'deleted for good, nothing is known of it');
});

test('a protected study is not said to be absent: 409, and it stays', async (t) => {
  const { service, archive, database } = await startDicomweb(t, { webDelete: 'reject' });
  await put(service, '1.2.1');
  await database.batch([sql`update study set protected = 1`]);
  const answer = await remove(`${service}/studies/${madeStudy}`);
  assert.deepEqual([answer.status, /protected, or being put back/.test(answer.text)], [409, true]);
  assert.equal((await archive.statistics()).instances, 1);
});

test('a page of another origin, a bad UID and an unknown parameter delete nothing', async (t) => {
  const { service, archive } = await startDicomweb(t, { webDelete: 'reject' });
  await put(service, '1.2.1');
  const study = `${service}/studies/${madeStudy}`;
  assert.equal((await remove(study, { origin: 'https://elsewhere.example' })).status, 403);
  assert.equal((await remove(`${service}/studies/1..2`)).status, 400);
  assert.equal((await remove(`${study}?force=true`)).status, 400);
  assert.equal((await remove(`${service}/studies`)).status, 405);
  assert.equal((await archive.statistics()).instances, 1);
});
