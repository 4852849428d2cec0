// A fresh clone installs, and the wrapper around the server hands on signals and exit codes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { root } from './test-run/result.ts';

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const packages: Readonly<Record<string, Manifest>> = json('package-lock.json').packages;

describe('the lock file', () => {
  test('names every optional dependency, so that npm ci takes it on every platform', () => {
    const named = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
    const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies).filter((name) => !named.has(name)),
    );
    assert.deepEqual(missing, []);
  });

  test('and every package.json ask for the same exact versions', () => {
    const manifests = ['package.json', ...globSync('{packages,apps}/*/package.json', { cwd: root })];
    const wrong = manifests.flatMap((path) => {
      const { dependencies = {}, devDependencies = {} }: Manifest = json(path);
      const folder = path === 'package.json' ? '' : path.replace('/package.json', '');
      const locked = packages[folder];
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([name, version]) => {
          const inLock = locked?.dependencies?.[name] ?? locked?.devDependencies?.[name];
          return !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) || inLock !== version;
        })
        .map(([name, version]) => `${path}: ${name} ${version}`);
    });
    assert.deepEqual(wrong, []);
  });
});

/** Runs `script` as the wrapper runs the server. */
function wrapped(context: TestContext, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'concord-wrapper-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'server.mjs'), script);
  const place = JSON.stringify(relative(root, join(folder, 'server.mjs')));
  const wrapper = `import { runAndExit } from ${JSON.stringify(join(root, 'scripts/workspace.mjs'))};
    runAndExit(process.execPath, ${place}, ['--data', 'a folder']);`;
  return spawn(process.execPath, ['--input-type=module', '-e', wrapper], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('the wrapper', () => {
  test('passes arguments on and ends with the exit code of what it ran', async (context) => {
    const child = wrapped(context, 'process.exit(process.argv[3] === "a folder" ? 7 : 1);');
    assert.deepEqual(await once(child, 'exit'), [7, null]);
  });

  test('passes SIGTERM on and waits for what it ran to end in its own way', async (context) => {
    const script = `process.on('SIGTERM', () => setTimeout(() => { console.log('finished'); process.exit(3); }, 50));
      console.log('ready'); setInterval(() => {}, 1000);`;
    const child = wrapped(context, script);
    const said: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.push(text.trim());
      if (text.includes('ready')) child.kill('SIGTERM');
    });
    assert.deepEqual(await once(child, 'close'), [3, null]);
    assert.deepEqual(said, ['ready', 'finished']);
  });

  test('says what it can run when the name of a script is wrong', async () => {
    for (const name of ['nothing', '../apps/server/src/serve', '']) {
      const child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), name], { stdio: 'ignore' });
      assert.deepEqual(await once(child, 'exit'), [2, null], name);
    }
  });
});
