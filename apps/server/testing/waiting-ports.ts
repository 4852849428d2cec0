// Peers that leave a caller waiting: at the connection, in the middle of a message, before the answer to a request.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { bind, listen, storage, verificationScp } from '@concord/network';
import { ScriptedPeer } from '../../../packages/network/testing/scripted-peer.ts';
import { associateAc } from '../../../packages/network/testing/wire.ts';

const implicit = '1.2.840.10008.1.2';

type Ends = { after(end: () => void | Promise<void>): void };

/** A port whose queue of connections is full: the kernel drops every SYN that comes. */
export async function droppingPort(t: Ends): Promise<number> {
  const script = `
import socket, sys
taken = socket.socket(); taken.bind(('127.0.0.1', 0)); taken.listen(0)
fill = []
for _ in range(4):
    each = socket.socket(); each.setblocking(False); fill.append(each)
    try: each.connect(taken.getsockname())
    except BlockingIOError: pass
print(taken.getsockname()[1], flush=True)
sys.stdin.read()
`;
  const child = spawn('/usr/bin/python3', ['-c', script]);
  t.after(() => void child.kill());
  const [line] = await once(child.stdout, 'data');
  return Number(String(line));
}

/** Accepts an association, takes the first message and answers with half a PDU. */
export async function haltingPort(t: Ends): Promise<number> {
  const server = createServer(async (socket) => {
    const peer = new ScriptedPeer(socket);
    await peer.next();
    peer.send(associateAc([{ id: 1, transfer: implicit }]));
    await peer.next();
    peer.send(Buffer.from([4, 0, 0, 0, 0, 100, 0, 0]));
    await peer.next();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const address = server.address();
  return address !== null && typeof address !== 'string' ? address.port : assert.fail('no port');
}

/** Takes objects and never answers. */
export async function unansweringPort(t: Ends): Promise<number> {
  const service = bind(storage, {
    'C-STORE': ({ dataSet }, { signal }) =>
      new Promise((_, reject) => {
        void Array.fromAsync(dataSet).catch(() => undefined);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  });
  const applicationEntities = [{ aeTitle: 'UNANSWERING', services: [service, verificationScp] }];
  const acceptor = await listen({ host: '127.0.0.1', port: 0, applicationEntities });
  t.after(() => acceptor.close({ graceMs: 0 }));
  return acceptor.port;
}
