// `npm test`, `npm run check` and the rest: installs what is missing, then runs scripts/<name>.ts under the pinned Node.js.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root, runAndExit, say } from './workspace.mjs';

const [name = '', ...args] = process.argv.slice(2);
const script = `scripts/${name}.ts`;
if (!/^[a-z-]+(\/[a-z-]+)?$/.test(name) || !existsSync(join(root, script))) {
  say(`usage: node scripts/run.mjs <name of a script in scripts/> [arguments]; there is no "${script}"`);
  process.exit(2);
}
runAndExit(prepare(), script, args);
