// `npm run claims`: prints, and writes to the documentation, which claims of the systems Concord takes the place of a profile does not meet, and what the importer finds in their documents.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimsPage, type ProfileClaims } from './claims/claims-page.ts';
import { importPage, measuredImports } from './claims/import-page.ts';
import { claimsUnder, profilesWithClaims, unmetPage } from './claims/profile-claims.ts';
import { root } from './test-run/result.ts';

const all: ProfileClaims[] = [];
for (const profile of profilesWithClaims) all.push({ profile, report: await claimsUnder(profile) });
const page = claimsPage(all);
console.log(page);
writeFileSync(join(root, unmetPage), page);
console.log(`wrote ${unmetPage}`);
const imports = measuredImports();
if (imports === undefined) console.log(`the documents are not here: ${importPage} stays as it is`);
else {
  writeFileSync(join(root, importPage), imports);
  console.log(`wrote ${importPage}`);
}
