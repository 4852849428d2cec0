// Runs that are repeated, and what they teach a comparison.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bind, verification as declared, listen, service, storage } from '@concord/network';
import { system } from '../../testing/systems.ts';
import { compareStatements } from '../compare/compare.ts';
import { createPlan } from '../plan/plan.ts';
import { changedResults, failedIn, historyOf } from './history.ts';
import { runPlan } from './run.ts';

const [verification, ct, implicit, explicit] = [
  '1.2.840.10008.1.1',
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
];
const care = { pause: 0, objectsPerSecond: 1000, connect: 2, associate: 2, response: 2, patience: 0.1 };

/** Takes CT in these syntaxes; refuses what it is told to refuse. */
async function receiver(transferSyntaxes: readonly string[], refuses: () => boolean = () => false) {
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    applicationEntities: [
      {
        aeTitle: 'RECEIVER',
        services: [
          bind(service({ ...declared, transferSyntaxes: [implicit] }), { 'C-ECHO': async () => ({ code: 0x0000 }) }),
          bind(service({ ...storage, sopClasses: [ct], transferSyntaxes, unknownSopClasses: false }), {
            'C-STORE': async (request) => {
              for await (const _ of request.dataSet);
              return { code: refuses() ? 0xa700 : 0x0000 };
            },
          }),
        ],
      },
    ],
  });
  const target = { host: '127.0.0.1', port: acceptor.port, calledAeTitle: 'RECEIVER' };
  return { target, [Symbol.asyncDispose]: () => acceptor.close() };
}

const accepting = (syntaxes: readonly string[]) =>
  system({
    name: 'Receiver',
    accepts: [
      { name: 'Echo', offers: [{ uid: verification }] },
      { name: 'Keep', offers: [{ uid: ct, syntaxes }] },
    ],
  });

test('[CS-EXE-13] single items, failed ones and whole plans are run again; the history of an item is kept, and what has changed is shown', async () => {
  let broken = true;
  await using peer = await receiver([implicit], () => broken);
  const plan = createPlan(accepting([implicit]));
  const only = ({ id }: { readonly id: string }) =>
    id === `store/${ct.replaceAll('.', '-')}` || id === 'identification';
  const first = await runPlan(plan, peer.target, { care, only });
  assert.deepEqual(
    first.results.filter(({ result }) => result === 'failed').map(({ id }) => id),
    [`store/${ct.replaceAll('.', '-')}`],
  );
  broken = false;
  const again = await runPlan(plan, peer.target, { care, only: failedIn(first) });
  assert.deepEqual(
    again.results.map(({ id }) => id),
    ['reach', 'verification', 'negotiation/keep', `store/${ct.replaceAll('.', '-')}`],
  );
  assert.deepEqual(
    changedResults(first, again).map(({ before, now }) => [before, now]),
    [['failed', 'passed']],
  );
  const history = historyOf([again, first]).find(({ id }) => id.startsWith('store/'));
  assert.deepEqual(
    history?.results.map(({ result }) => result),
    ['failed', 'passed'],
  );
  const third = await runPlan(plan, peer.target, { care, only });
  assert.deepEqual(changedResults(again, third), []);
});

describe('what a run has seen', () => {
  const sender = system({
    name: 'Sender',
    initiates: [{ name: 'Send', offers: [{ uid: ct, syntaxes: [explicit, implicit] }] }],
  });
  const silent = accepting([]);
  const verdictOf = (comparison: ReturnType<typeof compareStatements>) =>
    comparison.directions[0].pairs.find(({ sopClass }) => sopClass.uid === ct);

  test('[CS-EXE-15] an unknown syntax becomes known after the run, and the comparison says that it was observed', async () => {
    assert.equal(verdictOf(compareStatements(sender, silent))?.verdict, 'unknown');
    const plan = createPlan(silent, { partner: sender });
    await using peer = await receiver([implicit]);
    const report = await runPlan(plan, peer.target, { care, only: ({ id }) => id.endsWith('/decides') });
    const after = verdictOf(compareStatements(sender, silent, [report]));
    assert.notEqual(after?.verdict, 'unknown');
    assert.deepEqual(
      after?.contexts?.flatMap(({ accepted }) => accepted),
      [implicit],
    );
    assert.match(after?.reasons.map(({ text }) => text).join(' ') ?? '', /not stated: a test run has observed them/);
    const again = compareStatements(sender, silent, [report]).systems[1].digest;
    assert.equal(again, compareStatements(sender, silent).systems[1].digest, 'it is still the statement of its maker');
  });

  test('[CS-EXE-15] a run of another statement, one that accepted nothing, and a dry run decide nothing', async () => {
    const plan = createPlan(silent, { partner: sender });
    const only = ({ id }: { readonly id: string }) => id.endsWith('/decides');
    await using refusing = await receiver(['1.2.840.10008.1.2.4.70']);
    const nothing = await runPlan(plan, refusing.target, { care, only });
    assert.equal(verdictOf(compareStatements(sender, silent, [nothing]))?.verdict, 'unknown');
    await using peer = await receiver([implicit]);
    const good = await runPlan(plan, peer.target, { care, only });
    const other = { ...good, system: { ...good.system, digest: 'another' } };
    assert.equal(verdictOf(compareStatements(sender, silent, [other]))?.verdict, 'unknown');
    const stated = accepting([explicit]);
    assert.deepEqual(
      verdictOf(compareStatements(sender, stated, [{ ...good, system: createPlan(stated).system }]))?.contexts?.flatMap(
        ({ accepted }) => accepted,
      ),
      [explicit],
      'what is stated stays as it is',
    );
  });
});

describe('codes and templates', () => {
  const withCodes = (name: string, parts: object) => system({ name, rest: { annexes: parts } });
  const reasonsFor = (receiver: object) => {
    const writer = withCodes('Writer', {
      templates: [
        { identifier: 'TID 1500', name: 'Measurement Report', text: 'As PS3.16.' },
        { identifier: 'ACME-7', name: 'Own report', text: 'Private.' },
      ],
      privateCodes: [{ value: 'X1', scheme: '99ACME', meaning: 'Own code', definition: 'Own.' }],
      contextGroups: [{ context: 'Use', defaultValueSet: 'Private ACME', configurable: 'No', use: 'Always.' }],
    });
    return compareStatements(writer, withCodes('Reader', receiver)).directions[0].contents.filter(
      ({ code }) => code !== 'character-sets-not-stated',
    );
  };

  test('[CS-CMP-15] a private template, code or context group that only one side lists is a limit; what both list is told', () => {
    const alone = reasonsFor({});
    assert.deepEqual(
      alone
        .filter(({ severity }) => severity === 'limit')
        .map(({ code }) => code)
        .sort(),
      ['codes-not-known', 'private-code-not-known', 'template-not-known'],
    );
    assert.match(alone.map(({ text }) => text).join(' '), /ACME-7 \(Own report\)/);
    assert.doesNotMatch(alone.map(({ text }) => text).join(' '), /TID 1500 \(/);
    const both = reasonsFor({
      templates: [{ identifier: 'ACME-7', name: 'Own report', text: 'Private.' }],
      privateCodes: [{ value: 'X1', scheme: '99ACME', meaning: 'Own code', definition: 'Own.' }],
      contextGroups: [{ context: 'Use', defaultValueSet: 'Private ACME', configurable: 'No', use: 'Always.' }],
    });
    assert.deepEqual(
      both.map(({ code }) => code),
      ['templates-in-common'],
    );
  });

  test('annexes that are no lists say nothing, and break nothing', () => {
    assert.ok(Array.isArray(reasonsFor({ templates: 'x', privateCodes: [null, 7], contextGroups: {} })));
  });
});
