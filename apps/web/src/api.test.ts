// What the server says, read with care: counts in warnings, problems in words, figures that are none.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { dicomwebAddress, findDataSets, problemText, RequestError, readSystem, remainingOf, request } from './api.ts';

test('the number of further results, or none', () => {
  assert.equal(remainingOf('299 http://h/dicom-web: There are 83 additional results that can be requested'), 83);
  for (const other of [null, '', '299 h: fuzzy matching is not supported']) assert.equal(remainingOf(other), 0);
});

test('a problem is told by its detail, anything else by its status', async () => {
  assert.equal(
    await problemText(new Response('{"title":"Bad","detail":"No such study."}', { status: 404 })),
    'No such study.',
  );
  assert.equal(await problemText(new Response('<html>', { status: 502 })), 'The server answered 502.');
  assert.equal(await problemText(new Response('[1]', { status: 500 })), 'The server answered 500.');
});

test('a server of nothing but nonsense has empty figures', () => {
  for (const wrong of [null, 1, [], {}, { statistics: 'x', dicomPort: {} }]) {
    const { dicomPort, statistics } = readSystem(wrong);
    assert.deepEqual([dicomPort, statistics.studies], [0, 0]);
  }
});

test('addresses hold what comes from the wire as one step each', () => {
  assert.equal(dicomwebAddress('1.2', '../x', 'a?b'), '/dicom-web/studies/1.2/series/..%2Fx/instances/a%3Fb');
});

test('requests end: refused, silent, or without a server', async (t) => {
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === '/silent') return;
    if (incoming.url === '/empty') outgoing.writeHead(204).end();
    else outgoing.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"detail":"Nothing here."}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  const withStatus = (status: number) => (error: unknown) => error instanceof RequestError && error.status === status;
  await assert.rejects(request(at('/no')), withStatus(404));
  await assert.rejects(request(at('/silent'), { timeoutMs: 50 }), withStatus(0));
  await assert.rejects(request('http://127.0.0.1:1/'), withStatus(0));
  assert.deepEqual(await findDataSets(at('/empty')), { dataSets: [], remaining: 0 });
});
