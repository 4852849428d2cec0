// A face that is loaded with its first request: once, whole, and anew where that failed.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { registerLateFace } from './late-face.ts';

interface Started {
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  /** Numbers of loads, and ids that the face saw. */
  readonly loads: string[];
  readonly seen: string[];
  readonly app: FastifyInstance;
}

async function start(t: TestContext, fails: (load: number) => boolean = () => false): Promise<Started> {
  const [loads, seen]: [string[], string[]] = [[], []];
  let number = 0;
  const app = fastify({
    genReqId: () => {
      number += 1;
      return `id ${number}`;
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  registerLateFace(app, {
    prefix: '/late',
    load: async () => {
      loads.push('load');
      if (fails(loads.length)) throw new Error('not now');
      return (face) => {
        face.get('/late', async (request) => {
          seen.push(request.id);
          return 'whole';
        });
        face.post<{ Params: { name: string } }>('/late/:name', async (request) => ({
          name: request.params.name,
          body: await new Response(request.body as BodyInit).text(),
        }));
        face.addHook('onClose', async () => {
          loads.push('closed');
        });
      };
    },
    makeApp: (genReqId) => {
      const face = fastify({ genReqId });
      face.removeAllContentTypeParsers();
      face.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      return face;
    },
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  return { get: (path, init) => fetch(address + path, init), loads, seen, app };
}

test('it is loaded once, with the first request, and gets requests whole, under their id', async (t) => {
  const { get, loads, seen, app } = await start(t);
  assert.deepEqual(loads, []);
  const answers = await Promise.all([get('/late'), get('/late?a=b'), get('/late')]);
  for (const answer of answers) assert.equal(await answer.text(), 'whole');
  assert.deepEqual([loads.length, seen.toSorted()], [1, ['id 1', 'id 2', 'id 3']]);
  const body = 'x'.repeat(300_000);
  const posted = await get('/late/one', { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
  assert.deepEqual(await posted.json(), { name: 'one', body });
  await app.close();
  assert.deepEqual(loads, ['load', 'closed']);
});

test('what is not there is 404, and a load that failed is tried again with the next request', async (t) => {
  const { get, loads } = await start(t, (load) => load === 1);
  assert.equal((await get('/late')).status, 500);
  assert.equal((await get('/late')).status, 200);
  assert.equal((await get('/late/one')).status, 404, 'another method');
  assert.equal((await get('/late/one/two')).status, 404);
  assert.equal((await get('/later')).status, 404);
  assert.equal(loads.length, 2);
});
