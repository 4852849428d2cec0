#!/usr/bin/env node
// The `concord` command. Plain JavaScript that any Node.js from 20 on runs; the rest is TypeScript for the pinned Node.js.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'main.ts');
const binary = process.platform === 'win32' ? 'node.exe' : 'node';

/** The Node.js that comes with the dependencies: in the nearest node_modules upwards. */
const pinnedNode = (folder) => {
  const path = join(folder, 'node_modules', 'node', 'bin', binary);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : pinnedNode(dirname(folder));
};

const runsTypeScript = () => Number(process.versions.node.split('.')[0]) >= 24;

const node = pinnedNode(dirname(main));
if (!node) {
  process.stderr.write('concord: its dependencies are not installed: run npm ci in the folder of Concord first.\n');
  process.exit(1);
}
// Compiled code is kept beside the dependencies: with it the command starts twice as fast.
const compileCache = join(dirname(dirname(dirname(node))), '.cache', 'node-compile');

const handOver = () => {
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env };
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to both by itself.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'])
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
};

if (runsTypeScript()) {
  nodeModule.enableCompileCache?.(compileCache);
  await import(pathToFileURL(main));
} else handOver();
