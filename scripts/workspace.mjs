// Brings a clone to the state in which everything else can run. Plain JavaScript: any Node.js from 20 on runs it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCacheOf } from './server-process.mjs';

/** The repository's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const oldestNode = 20;
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Says what is happening, on standard error: standard output belongs to the program that runs afterwards. */
export const say = (line) => process.stderr.write(`${line}\n`);

const die = (line) => {
  say(line);
  process.exit(1);
};

const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const digest = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** Every package the lock file asks for is there in the version it names; packages of other platforms may be absent. */
const matchesLock = (lock, installed) => {
  if (lock === '' || installed === '') return false;
  const have = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(lock).packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = have[path];
    return found ? found.version === wanted.version : wanted.optional === true;
  });
};

const nodeBinary = () => {
  const names = process.platform === 'win32' ? ['node.exe'] : ['node'];
  return names.map((name) => join(root, 'node_modules', 'node', 'bin', name)).find((path) => existsSync(path));
};

/** Installs the dependencies when they are missing or the lock file asks for others. */
const installDependencies = (folder) => {
  const lock = textOf(join(folder, 'package-lock.json'));
  const stamp = join(folder, 'node_modules', '.installed-lock');
  const wanted = digest(lock);
  if (textOf(stamp) === wanted) return;
  if (!matchesLock(lock, textOf(join(folder, 'node_modules', '.package-lock.json')))) {
    say(
      `Installing dependencies in ${relative(process.cwd(), folder) || '.'} (once per clone or change of package-lock.json) ...`,
    );
    const began = Date.now();
    const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    if (status !== 0) die('npm ci failed: see the lines above. Nothing was started.');
    say(`Dependencies installed in ${Math.round((Date.now() - began) / 1000)} s.`);
  }
  writeFileSync(stamp, wanted);
};

/**
 * Makes the clone ready and returns the path of the pinned Node.js.
 * Ends the process with one clear line when that cannot be done.
 */
export const prepare = () => {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode) die(`Node.js ${oldestNode} or newer is needed; this is ${process.version}.`);
  installDependencies(root);
  return nodeBinary() ?? die('The pinned Node.js is missing: remove node_modules and run this again.');
};

const ignored = new Set(['node_modules', 'dist', 'testing']);
const filesBelow = (path) => {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    ignored.has(entry.name) || /\.test\.tsx?$/.test(entry.name) ? [] : filesBelow(join(path, entry.name)),
  );
};

/** What the web interface's bundle is made of. */
const webSources = ['apps/web', 'packages/dicom', 'packages/imaging', 'package-lock.json', 'tsconfig.base.json'];

/**
 * Builds the web interface when its sources are not those of the last build. The stamp holds sizes and times, which are
 * quick to compare, and the contents, which decide: a fresh checkout of the same commit does not build again.
 */
export const buildWeb = (node) => {
  if (!existsSync(join(root, 'apps/web/index.html'))) return;
  const stampFile = join(root, 'apps/web/dist/.built-from.json');
  const files = webSources.flatMap((source) => filesBelow(join(root, source)));
  const glance = digest(
    ...files.map((path) => `${relative(root, path)} ${statSync(path).size} ${statSync(path).mtimeMs}\n`),
  );
  const stamp = JSON.parse(textOf(stampFile) || '{}');
  if (stamp.glance === glance) return;
  const contents = digest(...files.flatMap((path) => [relative(root, path), readFileSync(path)]));
  if (stamp.contents !== contents) runViteBuild(node);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ glance, contents }));
};

const runViteBuild = (node) => {
  say('Building the web interface (its sources have changed) ...');
  const began = Date.now();
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const { status } = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'apps/web'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) die('The web interface could not be built: see the lines above.');
  say(`Web interface built in ${Math.round((Date.now() - began) / 1000)} s.`);
};

const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'];

/**
 * Runs a script under the pinned Node.js in the user's own folder, hands signals through, and ends as it ended.
 * A terminal sends Ctrl-C to the whole group of processes by itself, so there SIGINT is not sent a second time.
 */
export const runAndExit = (node, script, args, { flags = [], environment = {} } = {}) => {
  const child = spawn(node, [...flags, join(root, script), ...args], {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: compileCacheOf(root), ...environment, ...process.env },
  });
  const atTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  for (const signal of signals) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
    });
  }
  child.on('error', (error) => die(`The pinned Node.js could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
};
