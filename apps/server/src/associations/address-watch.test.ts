// The address of this machine goes away: what was opened at it ends with A-ABORT.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { listen, verificationScp } from '@concord/network';
import { ScriptedPeer } from '../../../../packages/network/testing/scripted-peer.ts';
import { watchAddress } from './address-watch.ts';

const contexts = [{ id: 1, abstract: '1.2.840.10008.1.1', transfer: ['1.2.840.10008.1.2'] }];

/** An open association that came, as far as the watch can see, from another machine. */
async function start(t: TestContext, host: string, own: string[], from = '10.1.0.7') {
  const acceptor = await listen({
    ...{ host: '127.0.0.1', port: 0, applicationEntities: [{ aeTitle: 'ARCHIVE', services: [verificationScp] }] },
  });
  t.after(() => acceptor.close({ graceMs: 0 }));
  const peer = await ScriptedPeer.associate(acceptor.port, { called: 'ARCHIVE', calling: 'CT', contexts });
  t.after(() => peer.close());
  const lines: string[] = [];
  const say = (_: object, line: string) => void lines.push(line);
  const watch = watchAddress({
    host,
    acceptors: [
      {
        associations: () => acceptor.associations().map((each) => ({ ...each, address: from })),
        abort: (id) => acceptor.abort(id),
      },
    ],
    log: { debug: say, info: say, warn: say, error: say },
    addresses: () => own,
    everyMs: 10,
  });
  t.after(watch.close);
  return { acceptor, peer, lines };
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 100));

test('[QR-NET-05] where the address that is listened on is lost, each association is aborted, and the log says why', async (t) => {
  for (const host of ['10.1.0.4', '0.0.0.0']) {
    const own = ['10.1.0.4'];
    const { acceptor, peer, lines } = await start(t, host, own);
    await turns();
    assert.equal(acceptor.associations().length, 1);
    own.pop();
    assert.match(await peer.nextHex(), /^07/);
    assert.match(lines.join(), /address of this machine is gone/);
  }
});

test('another address, the loopback interface and names are no reason', async (t) => {
  const cases = [
    ['10.1.0.4', ['10.1.0.4', '10.1.0.9'], 1, '10.1.0.7'],
    ['0.0.0.0', ['10.1.0.4'], 1, '127.0.0.1'],
    ['127.0.0.1', ['10.1.0.4'], 1, '10.1.0.7'],
    ['archive.example', ['10.1.0.4'], 1, '10.1.0.7'],
  ] as const;
  for (const [host, addresses, lost, from] of cases) {
    const own = [...addresses];
    const { acceptor } = await start(t, host, own, from);
    own.splice(-lost);
    await turns();
    assert.equal(acceptor.associations().length, 1, `${host} from ${from}`);
  }
});
