// Accepted connections read into memory that is used again, and do without where Node does not let them (decision 0040).
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { test } from 'node:test';
import type { Transport } from './transport.ts';
import { openServer } from './transport-listen.ts';

const total = 8 << 20;

/** Sends 8 MiB to a server of ours: how many pieces of memory they came in, and whether they came as they were sent. */
async function received(): Promise<{ readonly memories: number; readonly right: boolean; readonly address: string }> {
  const memories = new Set<ArrayBufferLike>();
  let [seen, right, address] = [0, true, ''];
  const done = Promise.withResolvers<void>();
  const server = await openServer({
    host: '127.0.0.1',
    port: 0,
    handshake: 1,
    admits: () => true,
    onInsecure: () => undefined,
    onTransport: (transport: Transport) => {
      address = transport.address;
      transport.start({
        received: (chunk) => {
          memories.add(chunk.buffer);
          for (let at = 0; at < chunk.length; at += 997) right &&= chunk[at] === (seen + at) % 251;
          seen += chunk.length;
          if (seen === total) transport.write(Buffer.from('thank you'));
        },
        drained: () => undefined,
        closed: () => done.resolve(),
      });
    },
  });
  const client = createConnection({ host: '127.0.0.1', port: server.port });
  await once(client, 'connect');
  const answered = once(client, 'data');
  client.write(Uint8Array.from({ length: total }, (_, at) => at % 251));
  assert.equal(String((await answered)[0]), 'thank you', 'what is written goes out over the same connection');
  client.end();
  await done.promise;
  server.close();
  return { memories: memories.size, right: right && seen === total, address };
}

test('reads go into memory that is used again', async () => {
  const { memories, right, address } = await received();
  assert.ok(right, 'the bytes are those that were sent');
  assert.equal(address, '127.0.0.1');
  assert.ok(memories <= 8, `${memories} pieces of memory for 8 MiB`);
});

test('where a handle takes no buffer everything works with new memory for each read', async () => {
  const owner = await ownerOfUserBuffer();
  const { useUserBuffer } = owner;
  delete owner.useUserBuffer;
  try {
    const { memories, right } = await received();
    assert.ok(right);
    assert.ok(memories > 8, `${memories} pieces: the fallback was not taken`);
  } finally {
    owner.useUserBuffer = useUserBuffer;
  }
});

/** The prototype in Node that lets a handle read into a given buffer. */
async function ownerOfUserBuffer(): Promise<{ useUserBuffer?: unknown }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = createConnection({ host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
  await once(client, 'connect');
  let owner: object | null = Reflect.get(client, '_handle');
  while (owner !== null && !Object.hasOwn(owner, 'useUserBuffer')) owner = Object.getPrototypeOf(owner);
  client.destroy();
  server.close();
  assert.ok(owner, 'Node has useUserBuffer');
  return owner;
}
