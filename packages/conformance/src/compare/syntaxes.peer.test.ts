// The transfer syntax that a comparison foretells, against the one that storescp accepts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '@concord/network';
import { freePort, start, temporaryFolder } from '../../../network/testing/programs.ts';
import { system } from '../../testing/systems.ts';
import { compareStatements } from './compare.ts';

const ct = '1.2.840.10008.5.1.4.1.1.2';
const implicit = '1.2.840.10008.1.2';
const explicit = '1.2.840.10008.1.2.1';
const bigEndian = '1.2.840.10008.1.2.2';
const jpegLossless = '1.2.840.10008.1.2.4.70';
const jpegBaseline = '1.2.840.10008.1.2.4.50';
const rle = '1.2.840.10008.1.2.5';

/** What the manual says of each option: syntaxes in the order of preference. */
const receivers: Readonly<Record<string, readonly string[]>> = {
  '+x=': [explicit, bigEndian, implicit],
  '+xi': [implicit],
  '+xs': [jpegLossless, explicit, bigEndian, implicit],
  '+xy': [jpegBaseline, explicit, bigEndian, implicit],
  '+xr': [rle, explicit, bigEndian, implicit],
};
const proposals: readonly (readonly string[])[] = [
  [implicit, jpegLossless, explicit],
  [jpegBaseline, rle, bigEndian],
];

test('[CS-CMP-05] ten combinations of proposal and receiver: the foretold syntax is accepted, or none', async () => {
  let tried = 0;
  for (const [option, taken] of Object.entries(receivers)) {
    using folder = temporaryFolder();
    const port = await freePort();
    const receiver = await start('storescp', [option, '-od', folder.path, String(port)], port);
    for (const syntaxes of proposals) {
      const sender = system({ name: 'Sender', initiates: [{ offers: [{ uid: ct, syntaxes }] }] });
      const keeper = system({ name: 'Keeper', accepts: [{ offers: [{ uid: ct, syntaxes: taken }] }] });
      const [pair] = compareStatements(sender, keeper).directions[0].pairs;
      const peer = { host: '127.0.0.1', port, calledAeTitle: 'STORESCP', callingAeTitle: 'TEST' };
      const association = await connect(peer, [{ abstractSyntax: ct, transferSyntaxes: syntaxes }]);
      const accepted = association.accepted.map(({ transferSyntax }) => transferSyntax);
      await association.release();
      assert.deepEqual(
        pair?.contexts?.flatMap((context) => context.accepted),
        accepted,
        `${option} ${syntaxes}`,
      );
      assert.equal(pair?.verdict === 'cannot', accepted.length === 0);
      tried += 1;
    }
    await receiver.stop();
  }
  assert.equal(tried, 10);
});
