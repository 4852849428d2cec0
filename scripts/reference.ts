// `npm run reference`: writes the pages of the guide that are made from the code.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptStatement, shippedStatement } from './reference/own-statement.ts';
import { pages } from './reference/pages.ts';
import { root } from './test-run/result.ts';

for (const { path, text } of pages) {
  writeFileSync(join(root, path), text());
  console.log(`wrote ${path}`);
}
writeFileSync(join(root, keptStatement), await shippedStatement());
console.log(`wrote ${keptStatement}`);
