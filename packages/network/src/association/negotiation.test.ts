// How presentation contexts are answered: SOP Classes, syntaxes, roles, extended negotiation, windows. PS3.8 7.1.1, PS3.7 Annex D.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testAcceptor } from '../../testing/acceptor.ts';
import { memoryArchive } from '../../testing/archive.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import {
  associateRq,
  extended,
  identity,
  item,
  readAccept,
  role,
  type WireContext,
  windowItem,
} from '../../testing/wire.ts';
import type { AssociationRecord } from '../index.ts';
import type { ListenOptions } from './acceptor.ts';

const [implicit, explicit, bigEndian, jpeg] = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.4.50',
];
const ct = '1.2.840.10008.5.1.4.1.1.2';
const studyRootFind = '1.2.840.10008.5.1.4.1.2.2.1';
const privateClass = '1.3.46.670589.2.3.1.1';

interface Outcome {
  readonly contexts: ReadonlyMap<number, readonly [number, string]>;
  readonly user: ReadonlyMap<number, readonly Buffer[]>;
  readonly record: AssociationRecord;
}

async function negotiate(
  contexts: readonly WireContext[],
  user: readonly Buffer[] = [],
  options: Partial<ListenOptions> = {},
  calling = 'RAW',
): Promise<Outcome> {
  await using acceptor = await testAcceptor(memoryArchive().services, options);
  using peer = await ScriptedPeer.connect(acceptor.port);
  peer.send(associateRq({ contexts, user, calling }));
  const answer = await peer.next();
  assert.ok(answer !== 'closed' && answer.type === 2);
  peer.close();
  return { ...readAccept(answer.body), record: await acceptor.nextRecord() };
}
const one = (abstract: string, ...transfer: string[]): WireContext[] => [{ id: 1, abstract, transfer }];

describe('transfer syntaxes', () => {
  const offered = one(ct, jpeg, implicit, explicit);
  const chosen = async (policy: ListenOptions['policy'], calling?: string) =>
    (await negotiate(offered, [], policy ? { policy } : {}, calling)).contexts.get(1);
  test('by our order', async () => assert.deepEqual(await chosen({}), [0, explicit]));
  test('the first that was offered', async () =>
    assert.deepEqual(await chosen({ preference: 'first offered' }), [0, jpeg]));
  test('an explicit one first', async () =>
    assert.deepEqual(
      await negotiate(one(ct, implicit, bigEndian), [], { policy: { preference: 'explicit first' } }).then(
        ({ contexts }) => contexts.get(1),
      ),
      [0, bigEndian],
    ));
  test('only those that this peer may use', async () =>
    assert.deepEqual(await chosen({ peers: [{ aeTitle: 'CT', transferSyntaxes: [implicit] }] }, 'CT'), [0, implicit]));

  test('none of them: 4, with what was offered in words', async () => {
    const { contexts, record } = await negotiate(one(ct, '1.2.840.10008.1.2.4.94', '1.2.3.4'));
    assert.equal(contexts.get(1)?.[0], 4);
    assert.match(record.contexts[0]?.reason ?? '', /JPIP Referenced, 1\.2\.3\.4/);
    assert.match(record.contexts[0]?.remedy ?? '', /Implicit VR Little Endian/);
  });
});

describe('SOP Classes', () => {
  test('one that is not provided: 3; the others go on, and the record says which and why', async () => {
    const mpps = '1.2.840.10008.3.1.2.3.3';
    const { contexts, record } = await negotiate([
      ...one(ct, implicit),
      { id: 3, abstract: mpps, transfer: [implicit] },
      { id: 5, abstract: 'not a uid', transfer: [implicit] },
    ]);
    assert.deepEqual(
      [...contexts.values()].map(([result]) => result),
      [0, 3, 3],
    );
    assert.match(record.contexts[1]?.reason ?? '', /Modality Performed Procedure Step SOP Class is not provided here/);
    assert.match(record.contexts[2]?.reason ?? '', /not a UID/);
  });

  test('unknown and private ones are taken from known peers, by policy from all or none', async () => {
    const result = async (policy: ListenOptions['policy'], calling = 'RAW') =>
      (await negotiate(one(privateClass, implicit), [], policy ? { policy } : {}, calling)).contexts.get(1)?.[0];
    assert.equal(await result({}), 3);
    assert.equal(await result({ peers: [{ aeTitle: 'US' }] }, 'US'), 0);
    assert.equal(await result({ peers: [{ aeTitle: 'US', unknownSopClasses: 'reject' }] }, 'US'), 3);
    assert.equal(await result({ unknownSopClasses: 'accept' }), 0);
    assert.equal(await result({ unknownSopClasses: 'reject', peers: [{ aeTitle: 'US' }] }, 'US'), 3);
  });

  test('a refused private class comes with its remedy', async () => {
    const { record } = await negotiate(one(privateClass, implicit));
    assert.match(record.contexts[0]?.remedy ?? '', /register the calling AE title, or accept unknown SOP Classes/);
  });

  test('one that is said to be a kind of a known one is taken (common extended negotiation)', async () => {
    const uidItem = (uid: string) => Buffer.concat([Buffer.from([0, uid.length]), Buffer.from(uid)]);
    const related = uidItem(ct);
    const common = item(
      0x57,
      Buffer.concat([uidItem(privateClass), uidItem('1.2.840.10008.4.2'), Buffer.from([0, related.length]), related]),
    );
    assert.equal((await negotiate(one(privateClass, implicit), [common])).contexts.get(1)?.[0], 0);
  });
});

describe('roles', () => {
  const answers = ({ user }: Outcome) =>
    (user.get(0x54) ?? []).map((bytes) => [bytes.subarray(2, -2).toString(), ...bytes.subarray(-2)]);
  test('storage as SCP is granted, since a C-GET needs it', async () =>
    assert.deepEqual(answers(await negotiate(one(ct, implicit), [role(ct, 1, 1)])), [[ct, 1, 1]]));
  test('what was not asked for is not granted', async () =>
    assert.deepEqual(answers(await negotiate(one(ct, implicit), [role(ct, 1, 0)])), [[ct, 1, 0]]));
  test('a query the other way round is refused as a context', async () => {
    const outcome = await negotiate(one(studyRootFind, implicit), [role(studyRootFind, 0, 1)]);
    assert.equal(outcome.contexts.get(1)?.[0], 1);
    assert.deepEqual(answers(outcome), []);
  });
  test('without an item there is none in the answer', async () =>
    assert.deepEqual(answers(await negotiate(one(ct, implicit))), []));
});

describe('extended negotiation', () => {
  test('the flags of C-FIND are answered as far as they were offered', async () => {
    const { user } = await negotiate(one(studyRootFind, implicit), [extended(studyRootFind, [1, 0, 1])]);
    assert.deepEqual([...(user.get(0x56)?.[0]?.subarray(-3) ?? [])], [1, 0, 1]);
  });
  test('nothing is answered to nothing', async () =>
    assert.equal((await negotiate(one(studyRootFind, implicit))).user.get(0x56), undefined));
});

describe('asynchronous operations window', () => {
  const windowOf = ({ user }: Outcome) => [...(user.get(0x53)?.[0] ?? [])];
  test('one operation each way unless we are told to allow more', async () =>
    assert.deepEqual(windowOf(await negotiate(one(ct, implicit), [windowItem(0, 0)])), [0, 1, 0, 1]));
  test('the smaller of what is offered and what we allow', async () => {
    const options = { limits: { operationsPerformed: 8 } };
    assert.deepEqual(windowOf(await negotiate(one(ct, implicit), [windowItem(0, 3)], options)), [0, 8, 0, 3]);
  });
  test('nothing is answered to nothing', async () =>
    assert.deepEqual(windowOf(await negotiate(one(ct, implicit))), []));
});

describe('user identity', () => {
  const verifyUser = async () => ({ accepted: true as const, user: 'ann', response: Buffer.from('ticket') });
  test('is verified, recorded, and answered where an answer was asked for', async () => {
    for (const type of [1, 2, 3, 4, 5]) {
      const { user, record } = await negotiate(one(ct, implicit), [identity(type, 1, 'ann', 'secret')], {
        policy: { verifyUser },
      });
      assert.equal(user.get(0x59)?.[0]?.subarray(2).toString(), 'ticket');
      assert.equal(record.user, 'ann');
      assert.ok(!JSON.stringify(record).includes('secret'));
    }
  });
  test('no answer where none was asked for', async () => {
    const { user } = await negotiate(one(ct, implicit), [identity(1, 0, 'ann')], { policy: { verifyUser } });
    assert.equal(user.get(0x59), undefined);
  });
});

test('128 contexts of 50 syntaxes each are answered', async () => {
  const transfer = [
    ...Array.from({ length: 49 }, (_, index) => `1.2.840.10008.1.2.4.9999.${index}.1.2.3.4.5.6.7.8.9.10.11`),
    implicit,
  ];
  const contexts = Array.from({ length: 128 }, (_, index) => ({ id: index * 2 + 1, abstract: ct, transfer }));
  const outcome = await negotiate(contexts);
  assert.equal(outcome.contexts.size, 128);
  assert.ok([...outcome.contexts.values()].every(([result, syntax]) => result === 0 && syntax === implicit));
});
