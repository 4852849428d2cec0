// Requests that come again are read once; those with a user are not remembered, and memory is bounded. PS3.8 9.3.2.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownRequests } from './known-requests.ts';
import { type AssociateRequest, associateRequest, dicomApplicationContext } from './pdu.ts';
import { noUserInformation, type UserIdentity } from './user-information.ts';

function body(callingAeTitle: string, userIdentity?: UserIdentity): Buffer {
  const pdu = associateRequest.encode({
    protocolVersion: 1,
    calledAeTitle: 'CONCORD',
    callingAeTitle,
    bytes43to74: new Uint8Array(32),
    items: {
      applicationContext: dicomApplicationContext,
      presentationContexts: [{ id: 1, syntax: { abstract: '1.2.840.10008.1.1', transfer: ['1.2.840.10008.1.2'] } }],
      userInformation: { ...noUserInformation, maximumLength: 16384, userIdentity },
    },
  });
  return pdu.subarray(6);
}

function read(known: KnownRequests, bytes: Uint8Array): AssociateRequest {
  const pdu = known.decode('A-ASSOCIATE-RQ', bytes);
  assert.ok(pdu.name === 'A-ASSOCIATE-RQ');
  return pdu.value;
}

test('the same bytes are the same request, others are not; the bytes may be used again', () => {
  const known = new KnownRequests();
  const bytes = body('CT1');
  const first = read(known, bytes);
  bytes.fill(0xff);
  assert.equal(first.callingAeTitle, 'CT1');
  assert.deepEqual([...first.bytes43to74], Array(32).fill(0));
  assert.equal(read(known, body('CT1')), first);
  assert.equal(read(known, body('CT2')).callingAeTitle, 'CT2');
  assert.notEqual(read(new KnownRequests(), body('CT1')), first);
});

test('a request that names a user is read anew each time', () => {
  const known = new KnownRequests();
  const passcode = { type: 2, positiveResponseRequested: 0, primary: Buffer.from('u'), secondary: Buffer.from('p') };
  assert.notEqual(read(known, body('CT1', passcode)), read(known, body('CT1', passcode)));
});

test('only the last ones are remembered', () => {
  const known = new KnownRequests();
  const first = read(known, body('CT0'));
  for (let index = 1; index < 64; index += 1) read(known, body(`CT${index}`));
  assert.equal(read(known, body('CT0')), first);
  read(known, body('CT64'));
  assert.notEqual(read(known, body('CT0')), first);
});

test('a request that cannot be read fails each time', () => {
  const known = new KnownRequests();
  const bytes = body('CT1').subarray(0, 80);
  for (let times = 0; times < 2; times += 1)
    assert.throws(() => known.decode('A-ASSOCIATE-RQ', bytes), { fault: 'invalid-pdu' });
});
