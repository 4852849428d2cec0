// Pairs of contexts: user and provider, syntaxes, roles, specialized classes, extended negotiation. PS3.2 6
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  anyStatus,
  codes,
  ct,
  explicit,
  implicit,
  jpegBaseline,
  jpegLossless,
  keeper,
  mr,
  onlyPair,
  sender,
} from '../../testing/comparisons.ts';
import { operation, system } from '../../testing/systems.ts';
import { compareStatements } from './compare.ts';

describe('pairs of contexts', () => {
  test('[CS-CMP-04] user and provider of one class can; two users cannot, and it is said why', () => {
    assert.equal(onlyPair(sender(), keeper()).verdict, 'can');
    const other = system({
      name: 'Other',
      initiates: [{ offers: [{ uid: ct }] }],
      accepts: [{ offers: [{ uid: mr }] }],
    });
    const pair = onlyPair(sender(), other);
    assert.equal(pair.verdict, 'cannot');
    assert.deepEqual(codes(pair.reasons), ['no-provider']);
    const asProvider = sender({ initiates: [{ offers: [{ uid: ct, role: 'SCP' }] }] });
    assert.deepEqual(codes(onlyPair(asProvider, keeper()).reasons), ['no-user']);
    const asUser = keeper({ accepts: [{ offers: [{ uid: ct, role: 'SCU' }] }] });
    assert.deepEqual(codes(onlyPair(asProvider, asUser).reasons), ['by-role-selection']);
  });

  test('[CS-CMP-03] what is not stated is unknown, and becomes a question', () => {
    for (const silent of [
      keeper({ accepts: [{ offers: [{ uid: ct, syntaxes: [] }] }] }),
      keeper({ accepts: 'unknown' }),
    ]) {
      const comparison = compareStatements(sender(), silent);
      assert.equal(comparison.directions[0].pairs[0]?.verdict, 'unknown');
      assert.ok(comparison.questions.some(({ of }) => of === 'Keeper 1.0'));
    }
    assert.equal(onlyPair(sender(), { networking: { state: 'unknown' } }).verdict, 'unknown');
    assert.equal(onlyPair(sender(), {}).verdict, 'unknown');
    assert.equal(onlyPair(sender(), keeper({ accepts: [] })).verdict, 'cannot');
  });

  test('[CS-CMP-02] each reason points to the field on both sides', () => {
    const { reasons } = onlyPair(sender(), keeper({ accepts: [{ offers: [{ uid: ct, syntaxes: [explicit] }] }] }));
    assert.deepEqual(codes(reasons), ['no-common-syntax']);
    assert.equal(reasons[0]?.initiator, '/networking/applicationEntities/0/initiation/activities/0/contexts/0');
    assert.equal(reasons[0]?.acceptor, '/networking/applicationEntities/0/acceptance/activities/0/contexts/0');
    assert.match(reasons[0]?.text ?? '', /result 4/);
  });

  test('the syntax that will be used follows both rules', () => {
    const proposing = (grouping: string) =>
      sender({ initiates: [{ grouping, offers: [{ uid: ct, syntaxes: [implicit, jpegLossless, explicit] }] }] });
    const accepting = (selection: string) =>
      keeper({ accepts: [{ selection, offers: [{ uid: ct, syntaxes: [explicit, implicit] }] }] });
    const used = (grouping: string, selection: string) =>
      onlyPair(proposing(grouping), accepting(selection)).contexts?.map(({ accepted }) => accepted);
    const together = 'one context for all transfer syntaxes';
    assert.deepEqual(used(together, 'own order'), [[explicit]]);
    assert.deepEqual(used(together, 'first offered'), [[implicit]]);
    assert.deepEqual(used(together, 'explicit first'), [[explicit]]);
    assert.deepEqual(used(together, 'unknown'), [[implicit, explicit]]);
    assert.deepEqual(used('one context per transfer syntax', 'own order'), [[implicit], [], [explicit]]);
  });

  test('[CS-CMP-06] lossy instances that the receiver does not take: what the sender says decides', () => {
    const jpegOnly = (lossyOnly?: string) =>
      sender({
        initiates: [
          {
            offers: [{ uid: ct, syntaxes: [jpegBaseline] }],
            conformance: [operation('C-STORE', 'SCU', [ct], lossyOnly === undefined ? {} : { lossyOnly })],
          },
        ],
      });
    assert.equal(onlyPair(jpegOnly(), keeper()).verdict, 'cannot');
    assert.equal(onlyPair(jpegOnly('The transfer fails.'), keeper()).verdict, 'cannot');
    assert.equal(onlyPair(jpegOnly('It is decompressed and sent.'), keeper()).verdict, 'can with limits');
  });

  test('[CS-CMP-09] private classes need both UIDs, and an agreement', () => {
    const own = '1.2.826.0.1.3680043.10.9.7';
    const sending = sender({ initiates: [{ offers: [{ uid: own }] }] });
    assert.equal(onlyPair(sending, keeper()).verdict, 'cannot');
    const pair = onlyPair(sending, keeper({ accepts: [{ offers: [{ uid: own }] }] }));
    assert.deepEqual([pair.verdict, codes(pair.reasons)], ['can with limits', ['private-class']]);
  });

  test('[CS-CMP-10] a whole service class takes what comes with Common Extended Negotiation', () => {
    const whole = keeper({ accepts: [{ offers: [{ uid: '1.2.840.10008.4.2', common: true }] }] });
    const pair = (common: boolean) => onlyPair(sender({ initiates: [{ offers: [{ uid: mr, common }] }] }), whole);
    assert.equal(pair(true).verdict, 'can');
    assert.equal(pair(false).verdict, 'can with limits');
  });

  test('[CS-CMP-08] a specialized class in three ways, each with a limit of its own', () => {
    const special = '1.2.826.0.1.3680043.10.9.8';
    const sopClasses = [{ uid: special, name: 'Special CT', scu: 'Yes', scp: 'No', type: 'specialized', basedOn: ct }];
    const sending = (more: { common?: boolean; fallback?: string }) => {
      const { common = false, fallback } = more;
      return sender({
        sopClasses,
        initiates: [{ offers: [{ uid: special, common }], ...(fallback !== undefined && { fallback }) }],
      });
    };
    const code = (first: unknown, second: unknown) => codes(onlyPair(first, second).reasons)[0];
    assert.equal(code(sending({}), keeper({ accepts: [{ offers: [{ uid: special }] }] })), 'specialized');
    const open = keeper({ accepts: [{ offers: [{ uid: ct, notes: ['Specialized SOP Classes are accepted.'] }] }] });
    assert.equal(code(sending({ common: true }), open), 'as-specialization');
    assert.equal(code(sending({ fallback: 'Sent as the related general class.' }), keeper()), 'as-general-class');
    assert.equal(code(sending({ fallback: 'The SOP Class is never changed.' }), keeper()), 'class-not-accepted');
  });

  test('[CS-CMP-07] a Standard Extended class pairs like the standard one, with an information', () => {
    const sopClasses = [{ uid: ct, name: 'CT', scu: 'Yes', scp: 'No', type: 'standard extended', basedOn: ct }];
    const pair = onlyPair(sender({ sopClasses }), keeper());
    assert.deepEqual([pair.verdict, codes(pair.reasons)], ['can', ['standard-extended']]);
  });

  test('[CS-CMP-28] retired classes are compared as they are, and marked', () => {
    const old = '1.2.840.10008.5.1.4.1.1.6';
    const pair = onlyPair(
      sender({ initiates: [{ offers: [{ uid: old }] }] }),
      keeper({ accepts: [{ offers: [{ uid: old }] }] }),
    );
    assert.deepEqual([pair.verdict, codes(pair.reasons)], ['can', ['retired-class']]);
  });

  test('[CS-CMP-11] a printer without Presentation LUT limits a user of it', () => {
    const meta = '1.2.840.10008.5.1.1.9';
    const lut = { uid: '1.2.840.10008.5.1.1.23', name: 'Presentation LUT', scu: 'Yes', scp: 'No' };
    const printing = sender({ sopClasses: [lut], initiates: [{ offers: [{ uid: meta }] }] });
    const printer = keeper({ accepts: [{ offers: [{ uid: meta }] }] });
    const pair = onlyPair(printing, printer);
    assert.deepEqual([pair.verdict, codes(pair.reasons)], ['can with limits', ['member-not-supported']]);
  });

  test('[CS-CMP-12] relational queries wanted and not offered are a limit', () => {
    const find = '1.2.840.10008.5.1.4.1.2.2.1';
    const key = { level: 'STUDY', attribute: 'Study Date', tag: '(0008,0020)', matching: ['range'], returned: true };
    const asking = sender({
      initiates: [
        {
          offers: [{ uid: find, notes: ['Relational queries are proposed.'] }],
          conformance: [operation('C-FIND', 'SCU', [find], { keys: [key], statuses: anyStatus })],
        },
      ],
    });
    const answering = (notes: readonly string[]) =>
      keeper({
        accepts: [
          {
            offers: [{ uid: find, notes }],
            conformance: [operation('C-FIND', 'SCP', [find], { keys: [key] })],
          },
        ],
      });
    assert.ok(codes(onlyPair(asking, answering([])).reasons).includes('negotiation-not-answered'));
    assert.ok(codes(onlyPair(asking, answering(['Fuzzy matching.'])).reasons).includes('option-not-offered'));
    assert.ok(codes(onlyPair(asking, answering(['Relational and fuzzy.'])).reasons).includes('options-in-common'));
  });
});
