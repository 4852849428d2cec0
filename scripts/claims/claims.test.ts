// The page of unmet claims is what this build gives, and cannot grow unseen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../test-run/result.ts';
import { claimsPage, type ProfileClaims } from './claims-page.ts';
import { claimsUnder, profilesWithClaims, unmetPage } from './profile-claims.ts';
import { reasonFor } from './reasons.ts';

const report = (unmet: ProfileClaims['report']['unmet']): ProfileClaims['report'] => ({
  format: 'concord-claims-1',
  underTest: 'Concord',
  claimedBy: 'Example',
  claims: 3,
  unmet,
});

test('an unmet claim stands in a row of its profile, a profile without one has no table', () => {
  const unmet = [{ kind: 'key', text: 'A | B is no key.', path: '/networking', section: 'A.4' }];
  const page = claimsPage([
    { profile: 'one', report: report(unmet) },
    { profile: 'two', report: report([]) },
  ]);
  assert.match(page, /\| one \| 3 \| 2 \| 1 \|/);
  assert.match(page, /\| key \| A \\\| B is no key\. \| A\.4 \| {2}\|/);
  assert.match(page, /## two\n\n3 of 3 claims are met\.\n$/);
});

test('a claim has the reason of its profile, and none where nobody gave one', () => {
  const media = { kind: 'media', text: 'No media of STD-GEN-SEC-CD.' };
  assert.match(reasonFor('reviewer', media), /^Secure DICOM files/);
  assert.equal(reasonFor('viewer', media), '');
  assert.equal(reasonFor('query-retrieve-server', media), '');
  assert.equal(reasonFor('viewer', { kind: 'key', text: 'A is no key.' }), '');
});

test('the page of unmet claims is current', async () => {
  assert.ok(profilesWithClaims.length >= 5);
  const all: ProfileClaims[] = [];
  for (const profile of profilesWithClaims) all.push({ profile, report: await claimsUnder(profile) });
  const [kept, made] = [readFileSync(join(root, unmetPage), 'utf8').split('\n'), claimsPage(all).split('\n')];
  const changed = [
    ...kept.filter((line) => !made.includes(line)).map((line) => `- ${line}`),
    ...made.filter((line) => !kept.includes(line)).map((line) => `+ ${line}`),
  ];
  assert.deepEqual(changed, [], 'run npm run claims, and look at what is new');
});
