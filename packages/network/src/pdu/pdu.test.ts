// PDUs as bytes and as values: known bytes both ways, round trips, mutated bytes. PS3.8 9.3.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hex } from '../../testing/bytes.ts';
import { NetworkError } from '../network-error.ts';
import {
  type AssociateAccept,
  type AssociateRequest,
  abort,
  associateAccept,
  associateReject,
  associateRequest,
  decodePdu,
  describePdu,
  releaseRequest,
} from './pdu.ts';
import { noUserInformation } from './user-information.ts';

const requestBytes = hex`
  01 00 00 00 00 ca                                     | A-ASSOCIATE-RQ
  00 01 00 00                                           | version 1
  43 4f 4e 43 4f 52 44 20 20 20 20 20 20 20 20 20       | CONCORD
  45 43 48 4f 53 43 55 20 20 20 20 20 20 20 20 20       | ECHOSCU
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  10 00 00 15 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 33 2e 31 2e 31 2e 31 | application context
  20 00 00 2e 01 00 00 00                               | presentation context 1
  30 00 00 11 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 31             | abstract syntax: Verification
  40 00 00 11 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 32             | transfer syntax
  50 00 00 37                                           | user information
  51 00 00 04 00 00 40 00                               | maximum length 16384
  52 00 00 04 32 2e 32 35                               | implementation class UID 2.25
  53 00 00 04 00 05 00 01                               | asynchronous operations window 5, 1
  54 00 00 07 00 03 31 2e 32 00 01                      | role selection 1.2: SCU no, SCP yes
  55 00 00 02 56 31                                     | implementation version name V1
  58 00 00 0a 02 01 00 02 6d 65 00 02 70 77             | user identity: me, pw
`;
const request: AssociateRequest = {
  protocolVersion: 1,
  calledAeTitle: 'CONCORD',
  callingAeTitle: 'ECHOSCU',
  bytes43to74: Buffer.alloc(32),
  items: {
    applicationContext: '1.2.840.10008.3.1.1.1',
    presentationContexts: [{ id: 1, syntax: { abstract: '1.2.840.10008.1.1', transfer: ['1.2.840.10008.1.2'] } }],
    userInformation: {
      ...noUserInformation,
      maximumLength: 16384,
      implementationClassUid: '2.25',
      asynchronousOperationsWindow: { invoked: 5, performed: 1 },
      roleSelections: [{ sopClassUid: '1.2', scu: 0, scp: 1 }],
      implementationVersionName: 'V1',
      userIdentity: { type: 2, positiveResponseRequested: 1, primary: Buffer.from('me'), secondary: Buffer.from('pw') },
    },
  },
};
const bodyOf = (pdu: Uint8Array): Uint8Array => pdu.subarray(6);
/** Reserved fields are null in what is read. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, part) => (/^bytes?\d/.test(key) ? undefined : part)));

describe('A-ASSOCIATE-RQ', () => {
  test('known bytes are read', () =>
    assert.deepEqual(plain(associateRequest.decode(bodyOf(requestBytes))), plain(request)));
  test('a value becomes those bytes', () =>
    assert.equal(associateRequest.encode(request).toString('hex'), requestBytes.toString('hex')));

  test('AE titles are trimmed on both sides, also of NUL', () => {
    const padded = Buffer.from(requestBytes);
    padded.write('  AE TITLE\0\0\0\0\0\0', 10, 'latin1');
    assert.equal(associateRequest.decode(bodyOf(padded)).calledAeTitle, 'AE TITLE');
  });

  test('items of unknown type are skipped', () => {
    const unknown = Buffer.concat([requestBytes, hex`99 00 00 03 01 02 03`]);
    assert.deepEqual(plain(associateRequest.decode(bodyOf(unknown))), plain(request));
  });

  test('the log line names every item, and never shows a passcode', () => {
    const line = describePdu({ name: 'A-ASSOCIATE-RQ', value: request });
    for (const part of ['"CONCORD"', '1.2.840.10008.1.1', 'Maximum Length: 16384', 'user name and passcode'])
      assert.ok(line.includes(part), part);
    assert.ok(!line.includes('7077') && !line.includes('pw'), line);
  });
});

const accept: AssociateAccept = {
  protocolVersion: 1,
  calledAeTitle: 'A',
  callingAeTitle: 'B',
  bytes43to74: Buffer.alloc(32),
  items: {
    applicationContext: '1.2.840.10008.3.1.1.1',
    presentationContexts: [
      { id: 1, result: 0, syntax: { transfer: ['1.2.840.10008.1.2'] } },
      { id: 3, result: 3, syntax: { transfer: [] } },
    ],
    userInformation: {
      ...noUserInformation,
      maximumLength: 0,
      extendedNegotiations: [{ sopClassUid: '1.2.3', applicationInformation: Buffer.from([1, 0, 1]) }],
      userIdentityResponse: Buffer.from('token'),
    },
  },
};

test('A-ASSOCIATE-AC: what is written is read again', () => {
  assert.deepEqual(plain(associateAccept.decode(bodyOf(associateAccept.encode(accept)))), plain(accept));
});

test('A-ASSOCIATE-RJ, A-ABORT and A-RELEASE-RQ have the bytes of the standard', () => {
  assert.equal(associateReject.encode({ result: 2, source: 3, reason: 2 }).toString('hex'), '03000000000400020302');
  assert.equal(abort.encode({ source: 2, reason: 6 }).toString('hex'), '07000000000400000206');
  assert.equal(releaseRequest.encode({}).toString('hex'), '05000000000400000000');
  assert.match(
    describePdu({ name: 'A-ASSOCIATE-RJ', value: { result: 2, source: 3, reason: 2 } }),
    /rejected-transient.*service-provider \(presentation\)/,
  );
});

const uid = fc.stringMatching(/^[1-9][0-9]{0,5}(\.[1-9][0-9]{0,8}){1,6}$/);
const bytes = fc.uint8Array({ maxLength: 40 }).map((values) => Buffer.from(values));
const anyRequest: fc.Arbitrary<AssociateRequest> = fc.record({
  protocolVersion: fc.constant(1),
  calledAeTitle: fc.stringMatching(/^[A-Z]([A-Z _]{0,14}[A-Z])?$/),
  callingAeTitle: fc.stringMatching(/^[A-Z]{1,16}$/),
  bytes43to74: fc.constant(Buffer.alloc(32)),
  items: fc.record({
    applicationContext: fc.constant('1.2.840.10008.3.1.1.1'),
    presentationContexts: fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 0, max: 127 }).map((n) => n * 2 + 1),
        syntax: fc.record({ abstract: uid, transfer: fc.array(uid, { minLength: 1, maxLength: 5 }) }),
      }),
      { minLength: 1, maxLength: 128, selector: ({ id }) => id },
    ),
    userInformation: fc.record({
      maximumLength: fc.nat(),
      implementationClassUid: uid,
      asynchronousOperationsWindow: fc.option(fc.record({ invoked: fc.nat(65535), performed: fc.nat(65535) }), {
        nil: undefined,
      }),
      roleSelections: fc.array(fc.record({ sopClassUid: uid, scu: fc.nat(1), scp: fc.nat(1) }), { maxLength: 4 }),
      implementationVersionName: fc.stringMatching(/^[A-Z0-9_]{1,16}$/),
      extendedNegotiations: fc.array(fc.record({ sopClassUid: uid, applicationInformation: bytes }), { maxLength: 3 }),
      commonExtendedNegotiations: fc.array(
        fc.record({
          sopClassUid: uid,
          serviceClassUid: uid,
          relatedGeneralSopClassUids: fc.array(uid, { maxLength: 3 }),
        }),
        { maxLength: 3 },
      ),
      userIdentity: fc.option(
        fc.record({
          type: fc.integer({ min: 1, max: 5 }),
          positiveResponseRequested: fc.nat(1),
          primary: bytes,
          secondary: bytes,
        }),
        { nil: undefined },
      ),
      userIdentityResponse: fc.constant(undefined),
    }),
  }),
});

test('any A-ASSOCIATE-RQ survives writing and reading', () => {
  fc.assert(
    fc.property(anyRequest, (value) =>
      assert.deepEqual(plain(decodePdu('A-ASSOCIATE-RQ', bodyOf(associateRequest.encode(value)))), {
        name: 'A-ASSOCIATE-RQ',
        value: plain(value),
      }),
    ),
    { numRuns: 200 },
  );
});

test('mutated bytes end in a value or in NetworkError, in nothing else', () => {
  fc.assert(
    fc.property(
      anyRequest,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      fc.nat(20),
      (value, changes, cut) => {
        const mutated = Buffer.from(associateRequest.encode(value));
        for (const [at, byte] of changes) mutated[at % mutated.length] = byte;
        try {
          decodePdu('A-ASSOCIATE-RQ', mutated.subarray(6, mutated.length - cut));
        } catch (error) {
          assert.ok(error instanceof NetworkError && error.fault === 'invalid-pdu', String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});

describe('an A-ASSOCIATE-RQ whose contexts cannot be answered is invalid', () => {
  const context = { id: 1, syntax: { abstract: '1.2', transfer: ['1.2'] } };
  const withContexts = (...presentationContexts: (typeof context)[]) =>
    bodyOf(associateRequest.encode({ ...request, items: { ...request.items, presentationContexts } }));
  const refused = (body: Uint8Array, text: RegExp) => assert.throws(() => decodePdu('A-ASSOCIATE-RQ', body), text);
  test('an even ID', () => refused(withContexts({ ...context, id: 2 }), /ID 2 is even/));
  test('an ID twice', () => refused(withContexts(context, context), /two presentation contexts with one ID/));
  test('no context', () => refused(withContexts(), /without presentation contexts/));
  test('two user information items', () => {
    const twice = Buffer.concat([requestBytes, hex`50 00 00 00`]);
    refused(bodyOf(twice), /a second User Information item/);
  });
  test('an item that runs past the end', () =>
    refused(bodyOf(Buffer.concat([requestBytes, hex`20 00 ff ff 01`])), /65535 bytes where 1 are left/));
});

test('an AE title of more than 16 characters is not sent', () => {
  assert.throws(
    () => associateRequest.encode({ ...request, calledAeTitle: 'A'.repeat(17) }),
    /16 characters are the most/,
  );
});
