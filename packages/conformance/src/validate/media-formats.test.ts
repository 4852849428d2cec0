// What the Standard Application Profiles hold, by the tables of PS3.11.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holds, holdsIn, type StandardProfile, sameKind, standardProfile } from './media-formats.ts';

const [ct, sc, xa] = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.7', '1.2.840.10008.5.1.4.1.1.12.1'];
const [explicit, lossless, baseline] = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.50'];
const directory = '1.2.840.10008.1.3.10';

function named(id: string): StandardProfile {
  const profile = standardProfile(id);
  assert.ok(profile, id);
  return profile;
}

test('[CS-V74-02] a class is held in the syntaxes that its profile gives to it, and in no other', () => {
  // PS3.11 Table B.3-1: only the DVD takes lossy angiography, and secondary captures are never compressed.
  assert.ok(holdsIn(named('STD-XA1K-DVD'), xa, baseline));
  assert.ok(!holdsIn(named('STD-XA1K-CD'), xa, baseline));
  assert.ok(holdsIn(named('STD-XA1K-CD'), xa, lossless));
  assert.ok(holdsIn(named('STD-XA1K-CD'), sc, explicit));
  assert.ok(!holdsIn(named('STD-XA1K-CD'), sc, lossless));
  assert.ok(!holds(named('STD-XA1K-CD'), ct));
});

test('general profiles hold every storage class, and nothing that is none', () => {
  const general = named('STD-GEN-CD');
  assert.ok(holds(general, ct) && holds(general, directory));
  assert.ok(!holds(general, '1.2.840.10008.1.1'));
  assert.ok(holdsIn(general, ct, explicit) && !holdsIn(general, ct, baseline));
  assert.ok(holdsIn(named('STD-GEN-ZIP-MAIL'), ct, baseline), 'any syntax');
});

test('every profile holds a directory; what PS3.11 does not define is unknown', () => {
  for (const id of ['STD-CTMR-MOD23', 'STD-GEN-USB-J2K', 'STD-GEN-SEC-BD-MPEG4-HPLV41', 'STD-US-ID-SF-DVD'])
    if (standardProfile(id)) assert.ok(holds(named(id), directory), id);
  for (const id of ['STD-GEN', 'STD-GEN-CD-2', 'XYZ', '', undefined]) assert.equal(standardProfile(id), undefined);
});

test('two texts name one kind of medium, or two', () => {
  assert.ok(sameKind('120 mm CD-R, ISO/IEC 9660', 'CD-R'));
  assert.ok(sameKind('120 mm DVD (any other than DVD-RAM)', 'DVD+RW'));
  assert.ok(!sameKind('120 mm DVD (any other than DVD-RAM)', 'DVD-RAM'));
  assert.ok(!sameKind('120 mm CD-R, ISO/IEC 9660', 'USB stick'));
  assert.ok(sameKind('CD-R', 'a medium of tomorrow'), 'nothing is said of what is not known');
});
