// The page of unmet claims is what this build gives, and cannot grow unseen.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../test-run/result.ts';
import { claimsPage, type ProfileClaims, whyOf } from './claims-page.ts';
import { claimsSummary } from './claims-summary.ts';
import { allClaims, profilesWithClaims } from './profile-claims.ts';
import { reasonFor, reasons } from './reasons.ts';
import { seeds, unmetPage } from './unmet-page.ts';

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

test('what npm test prints has a line for each seed, and each unmet claim with the decision that it waits for', () => {
  const unmet = [
    { kind: 'media', text: 'No media of STD-GEN-DVD.', path: '/media', section: 'A.5' },
    { kind: 'key', text: 'A | B is no key.', path: '/networking', section: 'A.4' },
  ];
  const systems: ProfileClaims[] = [
    { profile: 'reviewer', report: report(unmet) },
    { profile: 'ris', isDefault: true, report: report(unmet.slice(1)) },
  ];
  const lines = [...claimsSummary(claimsPage(systems))];
  assert.match(
    lines.join('\n'),
    /^seed +claims +met +not met\nreviewer +3 +1 +2\nris \(default configuration\) +3 +2 +1$/m,
  );
  assert.match(lines.at(-3) ?? '', /reviewer, media: No media of STD-GEN-DVD\. Decision 0181\.$/);
  assert.match(lines.at(-2) ?? '', /reviewer, key: A .* is no key\. WITHOUT A REASON$/);
  assert.match(lines.at(-1) ?? '', /ris, key: A .* is no key\. No profile stands for this system yet\.$/);
});

/** What issues call complete of a profile: all of it, or these parts. */
const complete: Readonly<Record<string, RegExp>> = {
  'query-retrieve-server': /./,
  'echoes-server': /./,
  'impromed-client': /./,
  'impromed-worklist': /./,
  viewer: /./,
  reviewer:
    /Verification|Query\/Retrieve| Storage(?! Commitment)|Information Model - (?:FIND|MOVE|GET)(?<!Modality Worklist Information Model - FIND)/,
};

test('the page of unmet claims is current; nothing is unmet without a reason, nor in what an issue calls complete', async () => {
  assert.ok(profilesWithClaims.length >= 5);
  const all = await allClaims();
  assert.deepEqual(all.map(({ profile }) => profile).sort(), seeds());
  const [kept, made] = [readFileSync(join(root, unmetPage), 'utf8').split('\n'), claimsPage(all).split('\n')];
  const changed = [
    ...kept.filter((line) => !made.includes(line)).map((line) => `- ${line}`),
    ...made.filter((line) => !kept.includes(line)).map((line) => `+ ${line}`),
  ];
  assert.deepEqual(changed, [], 'run npm run claims, and look at what is new');
  const claims = all.flatMap((system) =>
    system.report.unmet.map((claim) => ({ profile: system.profile, claim, why: whyOf(system, claim) })),
  );
  const texts = (some: typeof claims) => some.map(({ profile, claim }) => `${profile}: ${claim.text}`);
  assert.deepEqual(texts(claims.filter(({ why }) => why === '')), [], 'no reason');
  assert.deepEqual(texts(claims.filter(({ profile, claim }) => complete[profile]?.test(claim.text))), []);
  const decisions = readdirSync(join(root, 'docs/decisions'));
  for (const { decision, holds, why, profile } of reasons) {
    assert.ok(
      decisions.some((name) => name.startsWith(`${decision}-`)),
      `there is no decision ${decision}`,
    );
    assert.ok(
      claims.some((each) => each.profile === profile && holds(each.claim)),
      `nobody needs the reason: ${why}`,
    );
  }
});
