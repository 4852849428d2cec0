// `npm run claims`: prints, and writes to the documentation, which claims of the systems Concord takes the place of a profile does not meet.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimsPage, type ProfileClaims } from './claims/claims-page.ts';
import { claimsUnder, profilesWithClaims, unmetPage } from './claims/profile-claims.ts';
import { root } from './test-run/result.ts';

const all: ProfileClaims[] = [];
for (const profile of profilesWithClaims) all.push({ profile, report: await claimsUnder(profile) });
const page = claimsPage(all);
console.log(page);
writeFileSync(join(root, unmetPage), page);
console.log(`wrote ${unmetPage}`);
