// What goes out in place of an instance: contexts are proposed for it too, the first that is taken goes, under its own class and UID.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bind, connect, listen, type OutgoingInstance, planAssociations, service, storage } from '../index.ts';

const [first, second] = ['1.2.840.10008.5.1.4.1.1.6.1', '1.2.840.10008.5.1.4.1.1.6'];
const implicit = '1.2.840.10008.1.2';
const jpeg = '1.2.840.10008.1.2.4.50';

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(8);
}

const instance = (values: Partial<OutgoingInstance>): OutgoingInstance => ({
  sopClassUid: first,
  sopInstanceUid: '1.1',
  transferSyntaxUid: implicit,
  open: bytes,
  ...values,
});

/** What a peer that takes these classes got of the instance: class, UID, syntax; or why nothing. */
async function sent(outgoing: OutgoingInstance, sopClasses: readonly string[], transferSyntaxes: readonly string[]) {
  const got: string[] = [];
  const taking = service({ ...storage, sopClasses, transferSyntaxes });
  const bound = bind(taking, {
    'C-STORE': async ({ affectedSopClassUid, affectedSopInstanceUid, dataSet }, { presentationContext }) => {
      for await (const _ of dataSet);
      got.push(affectedSopClassUid, affectedSopInstanceUid, presentationContext.transferSyntax);
      return { code: 0x0000 };
    },
  });
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [{ aeTitle: 'PEER', services: [bound] }],
  });
  try {
    const [plan] = planAssociations([outgoing]);
    const peer = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'PEER', callingAeTitle: 'US' };
    await using association = await connect(peer, plan?.contexts ?? []);
    await association.store(outgoing).catch((error: unknown) => got.push(String(error)));
    return got;
  } finally {
    await acceptor.close({ graceMs: 0 });
  }
}

test('the instance goes where it is taken, else the first substitute that is', async () => {
  const outgoing = instance({
    substitutes: [
      instance({ sopInstanceUid: '1.2', transferSyntaxUid: jpeg }),
      instance({ sopClassUid: second, sopInstanceUid: '1.3' }),
    ],
  });
  assert.deepEqual(await sent(outgoing, [first, second], [implicit, jpeg]), [first, '1.1', implicit]);
  assert.deepEqual(await sent(outgoing, [first, second], [jpeg]), [first, '1.2', jpeg]);
  assert.deepEqual(await sent(outgoing, [second], [implicit]), [second, '1.3', implicit]);
});

test('what is settled to be nothing, or withheld, is passed over; the UID is that of what was settled', async () => {
  const settled = async () => instance({ sopInstanceUid: '1.9' });
  const nothing = async () => undefined;
  const outgoing = instance({
    settled: nothing,
    substitutes: [instance({ withheld: 'not this' }), instance({ sopInstanceUid: '1.2', settled })],
  });
  assert.deepEqual(await sent(outgoing, [first], [implicit]), [first, '1.9', implicit]);
  const none = await sent(instance({ settled: nothing }), [first], [implicit]);
  assert.match(none.join(), /no-context|no accepted|context/i);
});

test('an instance that is withheld goes out as its substitute; one whose settling fails, fails', async () => {
  const outgoing = instance({
    withheld: 'not as it is',
    substitutes: [instance({ sopClassUid: second, sopInstanceUid: '1.3' })],
  });
  assert.deepEqual(await sent(outgoing, [first, second], [implicit]), [second, '1.3', implicit]);
  const broken = instance({ settled: () => Promise.reject(new TypeError('its header cannot be read')) });
  assert.match((await sent(broken, [first], [implicit])).join(), /its header cannot be read/);
});
