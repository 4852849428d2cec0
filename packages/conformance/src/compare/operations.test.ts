// What is compared beside contexts: keys and statuses of operations, limits of associations, contents, media. PS3.2 6
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anyStatus, codes, ct, forward, keeper, onlyPair, sender, worklist } from '../../testing/comparisons.ts';
import { operation } from '../../testing/systems.ts';
import { compareStatements } from './compare.ts';

describe('what is said in an operation', () => {
  const station = { level: 'WORKLIST', attribute: 'Scheduled Station Name', tag: '(0040,0010)', returned: true };
  const patient = { level: 'WORKLIST', attribute: "Patient's Name", tag: '(0010,0010)', returned: true };
  const asking = (keys: readonly object[]) =>
    sender({
      initiates: [
        {
          offers: [{ uid: worklist }],
          conformance: [operation('C-FIND', 'SCU', [worklist], { keys, statuses: anyStatus })],
        },
      ],
    });
  const answering = (keys: readonly object[]) =>
    keeper({
      accepts: [{ offers: [{ uid: worklist }], conformance: [operation('C-FIND', 'SCP', [worklist], { keys })] }],
    });

  test('[CS-CMP-13] keys: not matched, matched otherwise, not returned, another level, not stated', () => {
    const name = { ...patient, matching: ['single value', 'wildcard'] };
    const reasons = (ours: readonly object[], theirs: readonly object[]) =>
      codes(onlyPair(asking(ours), answering(theirs)).reasons);
    assert.deepEqual(reasons([name], [name]), []);
    assert.deepEqual(reasons([name, { ...station, matching: ['single value'] }], [name]), [
      'key-not-matched',
      'key-not-returned',
    ]);
    assert.deepEqual(reasons([name], [{ ...patient, matching: ['single value'] }]), ['matching-not-supported']);
    assert.deepEqual(reasons([{ ...name, level: 'IMAGE' }], [name]), ['level-not-supported']);
    assert.equal(onlyPair(asking([{ ...name, level: 'IMAGE' }]), answering([name])).verdict, 'cannot');
    assert.equal(onlyPair(asking([name]), answering([])).verdict, 'unknown');
    assert.equal(onlyPair(asking([]), answering([name])).verdict, 'can with limits');
  });

  test('[CS-CMP-16] a warning that the sender takes for a failure', () => {
    const discarded = { status: 'Warning', code: 'B006', meaning: 'Elements discarded', behavior: 'Stored.' };
    const storing = (statuses: readonly object[]) =>
      sender({
        initiates: [{ offers: [{ uid: ct }], conformance: [operation('C-STORE', 'SCU', [ct], { statuses })] }],
      });
    const keeping = keeper({
      accepts: [{ offers: [{ uid: ct }], conformance: [operation('C-STORE', 'SCP', [ct], { statuses: [discarded] })] }],
    });
    const reason = (statuses: readonly object[]) => codes(onlyPair(storing(statuses), keeping).reasons)[0];
    const failing = { status: 'Failure', meaning: 'Others', behavior: 'Reported as failed.' };
    assert.equal(reason([{ ...failing, code: 'B000-BFFF' }]), 'warning-as-failure');
    assert.equal(reason([{ ...failing, code: '*' }]), 'status-by-rule');
    assert.equal(reason([{ ...failing, code: 'A700' }]), 'status-not-handled');
    assert.equal(reason([{ ...failing, status: 'Warning', code: 'Bxxx' }]), undefined);
    assert.equal(reason([]), 'statuses-not-stated');
  });
});

describe('associations in general', () => {
  const linkCodes = (first: unknown, second: unknown) => codes(forward(first, second).links[0]?.reasons ?? []);

  test('[CS-CMP-17] more associations than the other side takes, and the window', () => {
    const link = forward(sender({ associations: { initiator: 10 } }), keeper({ associations: { acceptor: 2 } }))
      .links[0];
    assert.equal(link?.verdict, 'can with limits');
    assert.match(link?.reasons.find(({ code }) => code === 'associations')?.text ?? '', /10 .* 2 .*2\/3\/2/);
    const window = (initiator: number, acceptor: number) =>
      forward(
        sender({ entity: { asynchronous: { initiator } } }),
        keeper({ entity: { asynchronous: { acceptor } } }),
      ).links[0]?.reasons.find(({ code }) => code === 'asynchronous-window');
    assert.match(window(0, 8)?.text ?? '', /at a time: 8 /);
    assert.equal(window(1, 8), undefined);
  });

  test('[CS-CMP-18] the longest PDU in each direction, and objects beyond the limit', () => {
    const sized = (bytes: string, objects: string) => [
      { scope: 'main', name: 'Maximum PDU size the AE can receive', default: bytes },
      { scope: 'main', name: 'Size constraint in maximum object size', default: objects, unit: 'bytes' },
    ];
    const { reasons } = forward(
      sender({ parameters: sized('0', '2147483648') }),
      keeper({ parameters: sized('16384', '1073741824') }),
    ).links[0]!;
    assert.deepEqual(
      reasons.filter(({ code }) => code === 'pdu-length').map(({ text }) => /up to (.*)\.$/.exec(text)?.[1]),
      ['16384 bytes', 'any length'],
    );
    assert.equal(reasons.find(({ code }) => code === 'object-size')?.severity, 'limit');
  });

  test('[CS-CMP-21] one side demands TLS that the other has not: nothing can', () => {
    const secured = (profile: string, selection: string) => ({
      security: { state: 'described', profiles: [{ profile, actor: 'SCP', selection, features: 'All.' }] },
    });
    const plain = { security: { state: 'described', profiles: [] } };
    const bcp = 'BCP 195 TLS Secure Transport Connection Profile';
    const only = keeper({ rest: secured(bcp, 'Only secure associations are accepted.') });
    assert.equal(onlyPair(sender({ rest: plain }), only).verdict, 'cannot');
    assert.equal(onlyPair(sender(), only).verdict, 'unknown');
    const optional = keeper({ rest: secured(bcp, 'Chosen by the port.') });
    assert.equal(onlyPair(sender({ rest: plain }), optional).verdict, 'can');
    assert.ok(linkCodes(sender({ rest: secured('BCP195 TLS', 'By setting.') }), only).includes('secure-transport'));
    const old = 'Basic TLS Secure Transport Connection Profile';
    assert.ok(
      linkCodes(sender({ rest: secured(old, 'x') }), keeper({ rest: secured(old, 'y') })).includes(
        'retired-security-profile',
      ),
    );
    const user = {
      type: '2 user name and passcode',
      direction: 'accepted',
      positiveResponse: false,
      effect: 'Required.',
    };
    const demanding = keeper({ rest: { security: { state: 'described', profiles: [], userIdentity: [user] } } });
    assert.equal(onlyPair(sender({ rest: plain }), demanding).verdict, 'cannot');
  });

  test('[CS-CMP-26] IPv6 only against IPv4 only', () => {
    const speaks = (ipv4: boolean, ipv6: boolean, parts: ReturnType<typeof sender>) => ({
      ...parts,
      networking: { ...parts.networking, interfaces: { ipv4: { supported: ipv4 }, ipv6: { supported: ipv6 } } },
    });
    assert.equal(onlyPair(speaks(true, false, sender()), speaks(false, true, keeper())).verdict, 'cannot');
    assert.equal(onlyPair(speaks(true, true, sender()), speaks(false, true, keeper())).verdict, 'can');
  });

  test('[CS-CMP-19] a wait that is shorter than the answer takes', () => {
    const first = sender({
      parameters: [{ scope: 'General', name: 'General DIMSE level time-out values', default: '30 s' }],
    });
    const second = keeper({
      parameters: [{ scope: 'main', name: 'Maximum duration of an answer', default: '300', unit: 's' }],
    });
    assert.ok(linkCodes(first, second).includes('response-timeout'));
  });

  test('[CS-CMP-20] the work sheet names titles and ports for both administrators', () => {
    assert.deepEqual(compareStatements(sender(), keeper()).workSheet, [
      {
        initiator: 'Sender 1.0: Sender AE',
        acceptor: 'Keeper 1.0: Keeper AE',
        callingAeTitle: 'SENDER',
        calledAeTitle: 'KEEPER',
        onInitiator: 'Remote AE title KEEPER, its host name or address, port 104.',
        onAcceptor: 'Allow calling AE title SENDER from its host name or address, where callers are restricted.',
      },
    ]);
  });
});

describe('contents', () => {
  const contents = (first: object, second: object) =>
    codes(forward(sender({ rest: first }), keeper({ rest: second })).contents);
  const sets = (...terms: string[]) => ({
    characterSets: {
      state: 'described',
      supported: terms.map((definedTerm) => ({ definedTerm, services: ['Storage'], direction: 'both' })),
      unsupported: 'Shown as question marks.',
    },
  });

  test('[CS-CMP-22] a character set that the receiver has not, with what it does then', () => {
    const { contents: reasons } = forward(sender({ rest: sets('ISO_IR 192') }), keeper({ rest: sets('ISO_IR 100') }));
    assert.deepEqual(codes(reasons), ['character-sets']);
    assert.match(reasons[0]?.text ?? '', /ISO_IR 192\. There: Shown as question marks/);
    assert.deepEqual(contents(sets('ISO_IR 100'), sets('ISO_IR 100', 'ISO_IR 192')), []);
    assert.deepEqual(contents(sets('ISO_IR 100'), {}), ['character-sets-not-stated']);
  });

  test('[CS-CMP-14] attributes that the receiver needs: always, sometimes, never', () => {
    const accession = { attribute: 'Accession Number', tag: '(0008,0050)' };
    const creating = (attributes: readonly object[]) => ({
      ...sets('ISO_IR 100'),
      annexes: {
        createdObjects: {
          state: 'described',
          objects: [{ sopClass: { name: 'CT', uid: ct }, modules: [{ module: 'Study', attributes }] }],
        },
      },
    });
    const needing = {
      ...sets('ISO_IR 100'),
      annexes: {
        attributeUsage: {
          state: 'described',
          rows: [{ ...accession, application: 'Reconciliation', requirement: 'present', ifMissing: 'Kept apart.' }],
        },
      },
    };
    assert.deepEqual(contents(creating([{ ...accession, presence: 'ALWAYS' }]), needing), []);
    assert.deepEqual(contents(creating([{ ...accession, presence: 'VNAP' }]), needing), ['attribute-sometimes']);
    assert.deepEqual(contents(creating([{ ...accession, presence: 'EMPTY' }]), needing), ['attribute-missing']);
    assert.deepEqual(contents(creating([]), needing), ['attribute-missing']);
  });

  test('[CS-CMP-24] an archive that replaces the Study Instance UID', () => {
    const row = { service: 'Storage', attribute: 'Study Instance UID', tag: '(0020,000D)', condition: 'no order' };
    const coercing = { ...sets('ISO_IR 100'), annexes: { coercion: { state: 'described', rows: [row] } } };
    assert.deepEqual(contents(sets('ISO_IR 100'), coercing), ['coerced']);
  });

  test('[CS-CMP-27] presentation states for a display without the Grayscale Standard Display Function', () => {
    const gsps = { uid: '1.2.840.10008.5.1.4.1.1.11.1', name: 'GSPS', scu: 'Yes', scp: 'No' };
    const sending = sender({ sopClasses: [gsps], rest: sets('ISO_IR 100') });
    const showing = (grayscale: string) => keeper({ rest: { ...sets('ISO_IR 100'), annexes: { grayscale } } });
    const found = (text: string) => codes(forward(sending, showing(text)).contents);
    assert.deepEqual(found('The Grayscale Standard Display Function is supported by calibration.'), []);
    assert.deepEqual(found('Not supported.'), ['grayscale']);
  });
});

test('[CS-CMP-25] media: an augmented profile is written, the standard one is read', () => {
  const profile = (name: string, roles: readonly string[], more: object = {}) => ({
    media: {
      state: 'described',
      entities: [
        {
          ae: 'main',
          profiles: [{ name, type: 'standard', roles, medium: 'CD-R', format: 'ISO 9660', sopClasses: [], ...more }],
        },
      ],
    },
  });
  const row = (first: object, second: object) => forward(sender({ rest: first }), keeper({ rest: second })).media[0];
  const reader = profile('STD-GEN-CD', ['FSR']);
  assert.equal(row(profile('STD-GEN-CD', ['FSC']), reader)?.verdict, 'can');
  const augmented = row(profile('AUG-GEN-CD', ['FSC'], { type: 'augmented', basedOn: 'STD-GEN-CD' }), reader);
  assert.deepEqual([augmented?.verdict, codes(augmented?.reasons ?? [])], ['can with limits', ['media-augmented']]);
  assert.equal(row(profile('STD-GEN-DVD', ['FSC']), reader)?.verdict, 'cannot');
  assert.equal(row(profile('STD-GEN-CD', ['FSC'], { medium: 'DVD' }), reader)?.verdict, 'cannot');
  assert.equal(row(profile('STD-GEN-CD', ['FSC']), { media: { state: 'unknown' } })?.verdict, 'unknown');
  assert.equal(row(profile('STD-GEN-CD', ['FSR']), reader), undefined);
});
