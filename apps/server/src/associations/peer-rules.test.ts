// The configuration of a peer reaches the wire: who may call, what is announced, accepted and proposed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planAssociations } from '@concord/network';
import { BadValue } from '../settings/kinds.ts';
import { readPeer } from '../settings/peers.ts';
import { calledPeer, callingPeer } from './peer-rules.ts';

const place = { aeTitle: 'CT1', host: '10.0.0.7', port: 104 };
const defaults = {
  aeTitle: 'CONCORD',
  connectTimeout: 30,
  networkTimeout: 30,
  responseTimeout: 300,
  dataTimeout: 120,
  maximumPduLength: 131_072,
  toleratedPduLength: 0,
  sentPduLength: 1_048_576,
  proposes: [],
  proposalArrangement: 'one per syntax',
} as const;

test('an entry with nothing but its place asks for nothing', () => {
  const peer = readPeer(place);
  assert.deepEqual(callingPeer(peer), { aeTitle: 'CT1', timeouts: {} });
  assert.deepEqual(calledPeer(peer, defaults), {
    host: '10.0.0.7',
    port: 104,
    calledAeTitle: 'CT1',
    callingAeTitle: 'CONCORD',
    timeouts: { connect: 30, associate: 30, response: 300, data: 120 },
    maximumLength: 131_072,
    toleratedLength: 0,
    sentLength: 1_048_576,
    proposal: { arrangement: 'one per syntax' },
  });
});

test('every field of an entry reaches the rule it is meant for', () => {
  const peer = readPeer({
    ...place,
    callingAeTitle: 'ARCHIVE',
    addresses: ['10.0.0.0/24', '::1'],
    tls: true,
    certificateName: 'ct1.example',
    certificates: [`${'AB:'.repeat(31)}AB`],
    users: ['ann'],
    maximumAssociations: 2,
    transferSyntaxes: ['1.2.840.10008.1.2'],
    syntaxPreference: 'first offered',
    unknownSopClasses: 'reject',
    maximumPduLength: 16_384,
    idleTimeout: 20,
    networkTimeout: 5,
    responseTimeout: 60,
    proposal: 'all in one',
    uncompressedFirst: true,
  });
  assert.deepEqual(callingPeer(peer), {
    aeTitle: 'CT1',
    addresses: ['10.0.0.0/24', '::1'],
    certificates: ['ab'.repeat(32)],
    users: ['ann'],
    associations: 2,
    transferSyntaxes: ['1.2.840.10008.1.2'],
    preference: 'first offered',
    unknownSopClasses: 'reject',
    maximumLength: 16_384,
    timeouts: { idle: 20, response: 60 },
  });
  const called = calledPeer(peer, defaults, { profile: 'BCP 195' });
  assert.deepEqual(called.tls, { profile: 'BCP 195', serverName: 'ct1.example' });
  assert.deepEqual(called.timeouts, { connect: 5, associate: 5, response: 60, data: 120, idle: 20 });
  assert.deepEqual([called.callingAeTitle, called.maximumLength], ['ARCHIVE', 16_384]);
  const [plan] = planAssociations(
    [{ sopClassUid: '1.2', transferSyntaxUid: '1.2.840.10008.1.2.4.70', alternatives: ['1.2.840.10008.1.2.1'] }],
    called.proposal,
  );
  assert.deepEqual(plan?.contexts, [
    { abstractSyntax: '1.2', transferSyntaxes: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2.4.70'] },
  ]);
});

test('what is wrong in an entry is said with the name of its field', () => {
  const wrong = (more: object, message: RegExp) =>
    assert.throws(
      () => readPeer({ ...place, ...more }),
      (error) => error instanceof BadValue && message.test(error.message),
    );
  wrong({ addresses: ['10.0.0.0/33'] }, /^addresses: must be a list of addresses .* "10\.0\.0\.0\/33" is none/);
  wrong({ addresses: [] }, /^addresses: must be a list of 1 to 100/);
  wrong({ addresses: '10.0.0.1' }, /^addresses: must be a list/);
  wrong({ transferSyntaxes: ['JPEG'] }, /^transferSyntaxes: .*"JPEG" is none/);
  wrong({ syntaxPreference: 'best' }, /^syntaxPreference: must be one of own order, first offered, explicit first/);
  wrong({ maximumPduLength: 100 }, /^maximumPduLength: must be a whole number from 4096/);
  wrong({ maximumAssociations: 0 }, /^maximumAssociations: /);
  wrong({ idleTimeout: '1h' }, /^idleTimeout: /);
  wrong({ proposal: 'some' }, /^proposal: must be one of/);
  wrong({ tls: 'yes' }, /^tls: must be true or false/);
  wrong({ certificateName: 'a b' }, /^certificateName: must be a host name/);
  wrong({ certificates: ['AB:CD'] }, /^certificates: .*"AB:CD" is none/);
  wrong({ users: [] }, /^users: must be a list of 1 to 1000/);
  wrong({ uncompressedFirst: 'yes' }, /^uncompressedFirst: must be true or false/);
});
