// The HTTP port before anything is loaded that answers on it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createWebDoor } from './web-door.ts';

interface Made {
  readonly loads: number[];
  readonly errors: string[];
}

const opened = async (t: { after(work: () => Promise<void>): void }, answer: (server: Server) => Promise<void>) => {
  const made: Made = { loads: [], errors: [] };
  const note = () => undefined;
  const door = createWebDoor({
    host: '127.0.0.1',
    port: 0,
    log: { info: note, warn: note, error: (_, text) => void made.errors.push(text) },
    load: async (server, port) => {
      made.loads.push(port);
      await answer(server);
      return { close: async () => undefined };
    },
  });
  const port = await door.listen();
  t.after(() => door.close());
  return { port, url: `http://127.0.0.1:${port}`, made };
};

test('what answers is loaded with the first request, once, and gets the requests that came meanwhile', async (t) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const seen: string[] = [];
  const { port, url, made } = await opened(t, async (server) => {
    await gate;
    server.on('request', (request, response) => {
      seen.push(request.url ?? '');
      response.end('here');
    });
  });
  assert.deepEqual(made.loads, [], 'nobody has asked yet');
  const asked = [fetch(`${url}/first`), fetch(`${url}/second`)];
  for (const each of asked) each.catch(() => undefined);
  // A request that is sent after the first two have arrived at the door.
  while (made.loads.length === 0) await new Promise((resolve) => setImmediate(resolve));
  open();
  for (const each of asked) assert.equal(await (await each).text(), 'here');
  assert.equal(await (await fetch(`${url}/third`)).text(), 'here');
  assert.deepEqual(seen.sort(), ['/first', '/second', '/third'], 'each is answered once');
  assert.deepEqual(made.loads, [port]);
});

test('a request to change to another protocol waits for what answers, too', async (t) => {
  const { port } = await opened(t, async (server) => {
    server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  const [bytes] = await once(socket, 'data');
  assert.match(String(bytes), /101 Switching/);
  socket.destroy();
});

test('where it cannot be loaded requests are refused, the log says so once for each try, and the next request tries again', async (t) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let fails = true;
  const { url, made } = await opened(t, async (server) => {
    if (fails) {
      await gate;
      throw new Error('not there');
    }
    server.on('request', (_, response) => response.end('here'));
  });
  const together = [fetch(url), fetch(url)];
  for (const each of together) each.catch(() => undefined);
  while (made.loads.length === 0) await new Promise((resolve) => setImmediate(resolve));
  open();
  for (const each of together) assert.equal((await each).status, 503);
  assert.equal((await fetch(url)).status, 503);
  const tries = made.loads.length;
  assert.ok(tries >= 2 && tries <= 3, `${tries} tries for three requests, two of them at a time`);
  assert.equal(made.errors.length, tries);
  assert.match(made.errors[0] ?? '', /could not be loaded/);
  fails = false;
  for (const path of ['/one', '/two']) assert.equal(await (await fetch(url + path)).text(), 'here');
  assert.equal(made.loads.length, tries + 1);
});
