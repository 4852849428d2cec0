// Runs one test file in a process of its own and collects what its tests say.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { endGroup, endLeftovers } from './process-group.ts';
import { type Result, root } from './result.ts';

/** Milliseconds after which a single test has failed. */
const testTimeout = 180_000;
/** Milliseconds without a word from a file, beyond one test's time, after which something in it was left open. */
const silence = testTimeout + 20_000;
const keptOutput = 64 * 1024;

// Set by `node --test`: with it a test's process would answer in another language than the reporter's.
const environmentOf = () => {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  return environment;
};

const running = new Set<ChildProcess>();

/** Ends every test process, and what those started, when the run itself is interrupted. */
export const stopEverything = (): void => {
  for (const { pid } of running) endGroup(pid, 'SIGKILL');
};

/** Every test of the file (relative to the root, or absolute), and one more failure when it broke outside of a test. */
export async function runFile(file: string): Promise<readonly Result[]> {
  const began = performance.now();
  const child = start(file);
  running.add(child);
  const output = tailOf(child);
  const results: Result[] = [];
  let hung = false;
  const watch = setTimeout(() => {
    hung = true;
    endGroup(child.pid, 'SIGKILL');
  }, silence);
  const answers = child.stdio[3];
  if (answers && 'read' in answers)
    createInterface({ input: answers }).on('line', (line) => {
      watch.refresh();
      results.push({ file, ...JSON.parse(line) });
    });
  const closed = once(child, 'close');
  await once(child, 'exit');
  const left = await endLeftovers(child.pid);
  await closed;
  clearTimeout(watch);
  running.delete(child);
  const text = breakage({ code: child.exitCode, hung, left, results, output: output() });
  const milliseconds = Math.round(performance.now() - began);
  return text === '' ? results : [...results, { file, titles: [file], outcome: 'failed', text, milliseconds }];
}

function start(file: string): ChildProcess {
  const reporter = `--test-reporter=${join(root, 'scripts/test-run/reporter.ts')}`;
  const options = [`--test-timeout=${testTimeout}`, reporter, '--test-reporter-destination=stderr'];
  return spawn(process.execPath, [...options, resolve(root, file)], {
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
  readonly results: readonly Result[];
  readonly output: string;
}

/** What went wrong outside of the tests, or nothing. */
function breakage({ code, hung, left, results, output }: Ending): string {
  if (hung) return `did not end: a server, socket or timer was left open\n${output}`;
  if (results.length === 0) return `no test ran (exit code ${code})\n${output}`;
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
