// Probes of other programs, beside what their documents claim and their configuration says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPeer } from '../../testing/live-peers.ts';
import { type PeerName, peerStatement } from '../../testing/peer-statements.ts';
import { unmetClaims } from '../compare/claims.ts';
import { observedStatement } from './observed-statement.ts';
import { probe } from './probe.ts';

async function observed(name: PeerName) {
  await using peer = await startPeer(name);
  return observedStatement(await probe(peer.target, { pause: 0, care: { associate: 5, response: 5 } }));
}

/** Contexts and syntaxes that documents claim and the probe did not see. */
const unseen = (statement: unknown, name: PeerName): readonly string[] =>
  unmetClaims(statement, peerStatement(name))
    .unmet.filter(
      ({ kind, text }) => ['context', 'transfer syntax', 'role'].includes(kind) && !text.includes('proposed'),
    )
    .map(({ text }) => text);

test('[CS-EXE-03] storescp, dcmqrscp, wlmscpfs and dcmprscp accept what their manuals say, and the probe sees it', async () => {
  for (const name of ['storescp', 'wlmscpfs', 'dcmprscp'] as const)
    assert.deepEqual(unseen(await observed(name), name), [], name);
  assert.deepEqual(unseen(await observed('dcmqrscp'), 'dcmqrscp'), []);
});

test('Orthanc: its three implant template classes are not accepted under the UIDs that it lists', async () => {
  const missing = unseen(await observed('orthanc'), 'orthanc');
  assert.deepEqual(missing.filter((text) => /is not accepted\.$/.test(text) && /mplant/.test(text)).length, 3);
});
