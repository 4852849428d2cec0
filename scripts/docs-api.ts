// `npm run docs:api`: the API documentation of packages/dicom, to build/api/dicom. Fails on an exported symbol without a doc comment.
// TypeDoc needs the JavaScript API of TypeScript 6, which the workspace has not: its tools are installed beside it, by a lock file of their own.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './test-run/result.ts';

const configuration = join(root, 'packages/dicom/api-docs');
const tools = join(root, 'build/api-docs');
const manifests = ['package.json', 'package-lock.json'];

/** Ends this program where the other one fails. */
function run(program: string, args: readonly string[], folder: string): void {
  const { status } = spawnSync(program, args, { cwd: folder, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`${program} ${args.join(' ')} failed`);
  process.exit(1);
}

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const isCurrent = (name: string): boolean => textOf(join(tools, name)) === textOf(join(configuration, name));
const typedoc = join(tools, 'node_modules/typedoc/bin/typedoc');

if (!existsSync(typedoc) || !manifests.every(isCurrent)) {
  mkdirSync(tools, { recursive: true });
  for (const name of manifests) copyFileSync(join(configuration, name), join(tools, name));
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], tools);
}
run(process.execPath, [typedoc, '--options', join(configuration, 'typedoc.json')], configuration);
