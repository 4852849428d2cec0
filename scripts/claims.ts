// `npm run claims`: prints, and writes to the documentation, which claims of the systems Concord takes the place of a profile does not meet, and what the importer finds in their documents.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimsPage } from './claims/claims-page.ts';
import { importPage, measuredImports } from './claims/import-page.ts';
import { allClaims } from './claims/profile-claims.ts';
import { unmetPage } from './claims/unmet-page.ts';
import { root } from './test-run/result.ts';

const page = claimsPage(await allClaims());
console.log(page);
writeFileSync(join(root, unmetPage), page);
console.log(`wrote ${unmetPage}`);
const imports = measuredImports();
if (imports === undefined) console.log(`the documents are not here: ${importPage} stays as it is`);
else {
  writeFileSync(join(root, importPage), imports);
  console.log(`wrote ${importPage}`);
}
