// Runs test files in a process and collects what their tests say.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { endGroup, endLeftovers } from './process-group.ts';
import { type Result, root } from './result.ts';

/** Milliseconds after which a single test has failed. */
const testTimeout = 180_000;
/** Milliseconds without a word from a file, beyond one test's time, after which something in it was left open. */
const silence = testTimeout + 20_000;
const keptOutput = 64 * 1024;

/** Where the server keeps its compiled code by default: taking the types out of every module in each of some thousand processes was a quarter of the run. */
const compiledCode = join(tmpdir(), 'node-compile-cache');

// NODE_TEST_CONTEXT is set by `node --test`: with it a test's process would answer in another language than the reporter's.
const environmentOf = () => {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  return { NODE_COMPILE_CACHE: compiledCode, ...environment };
};

const running = new Set<ChildProcess>();

/** Ends every test process, and what those started, when the run itself is interrupted. */
export const stopEverything = (): void => {
  for (const { pid } of running) endGroup(pid, 'SIGKILL');
};

/**
 * Every test of the files (relative to the root, or absolute), which share one process: what they import is loaded once.
 * Where it broke outside of a test each file is run again alone, and has one more failure when it breaks there too.
 */
export async function runFiles(files: readonly string[]): Promise<readonly Result[]> {
  const { results, broken } = await runTogether(files);
  const [file] = files;
  if (!broken || file === undefined) return results;
  if (files.length === 1) return [...results, { file, titles: [file], outcome: 'failed', ...broken }];
  const alone: Result[] = [];
  for (const each of files) alone.push(...(await runFiles([each])));
  return alone;
}

interface Together {
  readonly results: readonly Result[];
  /** What went wrong outside of the tests. */
  readonly broken?: Pick<Result, 'text' | 'milliseconds'>;
}

async function runTogether(files: readonly string[]): Promise<Together> {
  const began = performance.now();
  const child = start(files);
  running.add(child);
  const output = tailOf(child);
  const results: Result[] = [];
  let hung = false;
  const watch = setTimeout(() => {
    hung = true;
    endGroup(child.pid, 'SIGKILL');
  }, silence);
  const nameOf = new Map(files.map((file) => [resolve(root, file), file]));
  const [only] = files.length === 1 ? files : [];
  const answers = child.stdio[3];
  if (answers && 'read' in answers)
    createInterface({ input: answers }).on('line', (line) => {
      watch.refresh();
      const { file, ...told } = JSON.parse(line);
      // Tests of files that a suite imports are the suite's.
      results.push({ file: only ?? nameOf.get(file) ?? relative(root, file), ...told });
    });
  const closed = once(child, 'close');
  await once(child, 'exit');
  const left = await endLeftovers(child.pid);
  await closed;
  clearTimeout(watch);
  running.delete(child);
  const silent = files.filter((file) => !results.some((result) => result.file === file));
  const text = breakage({ code: child.exitCode, hung, left, silent, results, output: output() });
  return text === '' ? { results } : { results, broken: { text, milliseconds: Math.round(performance.now() - began) } };
}

function start(files: readonly string[]): ChildProcess {
  const reporter = `--test-reporter=${join(root, 'scripts/test-run/reporter.ts')}`;
  const untracked = `--import=${join(root, 'scripts/test-run/untracked-promises.ts')}`;
  const options = [`--test-timeout=${testTimeout}`, reporter, '--test-reporter-destination=stderr', untracked];
  const together = files.length > 1 ? [join(root, 'scripts/test-run/together.ts')] : [];
  return spawn(process.execPath, [...options, ...together, ...files.map((file) => resolve(root, file))], {
    cwd: root,
    env: environmentOf(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
}

interface Ending {
  readonly code: number | null;
  readonly hung: boolean;
  readonly left: readonly string[];
  /** Files without a word. */
  readonly silent: readonly string[];
  readonly results: readonly Result[];
  readonly output: string;
}

/** What went wrong outside of the tests, or nothing. */
function breakage({ code, hung, left, silent, results, output }: Ending): string {
  if (hung) return `did not end: a server, socket or timer was left open\n${output}`;
  if (silent.length > 0) return `no test ran (exit code ${code})\n${output}`;
  if (code !== 0 && !results.some(({ outcome }) => outcome === 'failed'))
    return `failed outside of its tests (exit code ${code})\n${output}`;
  return left.length > 0 ? `left programs running behind it: ${left.join(', ')}` : '';
}

function tailOf(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-keptOutput);
    });
  return () => text.trimEnd();
}
