// What the documents of the seed systems say of presentation contexts, each as the configuration that makes it so. PS3.8 9.3.2, 9.3.3.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerTo, hexOf, one } from '../../testing/asking.ts';
import { ctImageStorage, ctSlice } from '../../testing/instances.ts';
import { role } from '../../testing/wire.ts';
import {
  bind,
  contextsFor,
  type ListenOptions,
  storageCommitmentReports,
  verification,
  verificationScp,
} from '../index.ts';

const [implicit, explicit, bigEndian, jpeg] = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.4.50',
];
const [echo, commitment] = ['1.2.840.10008.1.1', '1.2.840.10008.1.20.1'];

describe('which transfer syntax is accepted', () => {
  const accepted = async (transfer: readonly string[], policy: ListenOptions['policy'] = {}) =>
    (await answerTo({ contexts: one(ctImageStorage, ...transfer) }, { policy })).contexts.get(1);

  test('[MO-ACC-06] [PR-ASC-10] [MG-PCX-02] Explicit VR Little Endian, whatever the order', async () => {
    assert.deepEqual(await accepted([implicit, explicit]), [0, explicit]);
    assert.deepEqual(await accepted([explicit, implicit]), [0, explicit]);
    assert.deepEqual(await accepted([implicit]), [0, implicit]);
  });

  test('[HP-ASSOC-09] [VW-ASSOC-11] the first explicit one listed, otherwise the default', async () => {
    const policy = { preference: 'explicit first' } as const;
    assert.deepEqual(await accepted([implicit, explicit], policy), [0, explicit]);
    assert.deepEqual(await accepted([implicit, bigEndian, explicit], policy), [0, bigEndian], 'big endian is explicit');
    assert.deepEqual(await accepted([implicit], policy), [0, implicit]);
  });

  test('[PR-ASC-13] a peer can be restricted to some of them', async () => {
    const policy = { peers: [{ aeTitle: 'OLD', transferSyntaxes: [implicit] }] };
    const offered = { contexts: one(ctImageStorage, explicit, implicit) };
    const { contexts: restricted } = await answerTo({ ...offered, calling: 'OLD' }, { policy });
    assert.deepEqual(restricted.get(1), [0, implicit]);
    const { contexts: others } = await answerTo({ ...offered, calling: 'NEW' }, { policy });
    assert.deepEqual(others.get(1), [0, explicit]);
    const { contexts: none } = await answerTo({ contexts: one(ctImageStorage, explicit), calling: 'OLD' }, { policy });
    assert.equal(none.get(1)?.[0], 4);
  });

  test('[IC-ASSOC-07] one syntax only: 4 where it is not offered, 3 for a class that is not there; the order does not matter', async () => {
    const only = bind({ ...verification, transferSyntaxes: [implicit] }, { 'C-ECHO': async () => ({ code: 0 }) });
    const contexts = [
      { id: 1, abstract: echo, transfer: [explicit, implicit] },
      { id: 3, abstract: echo, transfer: [explicit] },
      { id: 5, abstract: ctImageStorage, transfer: [implicit] },
    ];
    const options = { applicationEntities: [{ aeTitle: 'CONCORD', services: [only] }] };
    const { contexts: results } = await answerTo({ contexts }, options);
    assert.deepEqual(
      [1, 3, 5].map((id) => results.get(id)?.[0]),
      [0, 4, 3],
    );
    assert.equal(results.get(1)?.[1], implicit);
  });
});

describe('contexts', () => {
  test('[PR-ASC-11] [MO-ACC-09] [VW-ASSOC-12] each is answered for itself, and the association is accepted, even when none is', async () => {
    const contexts = [
      { id: 1, abstract: echo, transfer: [implicit] },
      { id: 3, abstract: '1.2.840.10008.5.1.4.31', transfer: [implicit] },
      { id: 5, abstract: echo, transfer: [jpeg] },
    ];
    const { type, contexts: results } = await answerTo({ contexts });
    assert.equal(type, 2);
    assert.deepEqual(
      [1, 3, 5].map((id) => results.get(id)?.[0]),
      [0, 3, 4],
    );
    assert.equal((await answerTo({ contexts: contexts.slice(1) })).type, 2);
  });

  test('[MG-GEN-08] with none to accept the association itself can be rejected', async () => {
    const options = { policy: { noContext: 'reject' } } as const;
    assert.equal(hexOf(await answerTo({ contexts: one(echo, jpeg) }, options)), '3 00010101');
    assert.equal(
      (await answerTo({ contexts: [...one(echo, jpeg), { id: 3, abstract: echo, transfer: [implicit] }] }, options))
        .type,
      2,
    );
  });

  test('[HP-ASSOC-08] [VW-ASSOC-10] several for one SOP Class are all accepted, the same syntaxes or others', async () => {
    const contexts = [[implicit], [explicit], [implicit, explicit], [implicit]].map((transfer, index) => ({
      id: index * 2 + 1,
      abstract: ctImageStorage,
      transfer,
    }));
    const { contexts: results } = await answerTo({ contexts });
    assert.deepEqual(
      [...results.values()],
      [
        [0, implicit],
        [0, explicit],
        [0, explicit],
        [0, implicit],
      ],
    );
  });

  test('[HP-ASSOC-10] [VW-ASSOC-13] a proposal of one context per syntax and one with all', () => {
    const what = { sopClassUid: ctImageStorage, transferSyntaxUid: implicit, alternatives: [explicit] };
    assert.deepEqual(
      contextsFor([what], { arrangement: 'each and all' }).map(({ transferSyntaxes }) => transferSyntaxes),
      [[implicit], [explicit], [implicit, explicit]],
    );
    const three = { ...what, alternatives: [explicit, bigEndian] };
    assert.equal(contextsFor([three], { arrangement: 'each and all' }).length, 4);
  });

  test('[QR-SPC-02] by default each proposed context has one transfer syntax', () => {
    const what = { ...ctSlice(1), alternatives: [implicit, bigEndian] };
    assert.deepEqual(
      contextsFor([what]).map(({ transferSyntaxes }) => transferSyntaxes.length),
      [1, 1, 1],
    );
  });

  test('[MO-ACC-07] a modality accepts Storage Commitment only from a peer that is its SCP', async () => {
    const reports = bind(storageCommitmentReports, { 'N-EVENT-REPORT': async () => ({ code: 0 }) });
    const options = { applicationEntities: [{ aeTitle: 'CONCORD', services: [reports, verificationScp] }] };
    const contexts = one(commitment, implicit);
    const { contexts: without } = await answerTo({ contexts }, options);
    assert.notEqual(without.get(1)?.[0], 0);
    const { contexts: results, user } = await answerTo({ contexts, user: [role(commitment, 0, 1)] }, options);
    assert.equal(results.get(1)?.[0], 0);
    assert.deepEqual(user.get(0x54)?.[0]?.subarray(-2), Buffer.from([0, 1]));
  });
});
