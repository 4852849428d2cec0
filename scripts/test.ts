// `npm test`: set-up, check, web build, unit tests, tests against other programs, browser tests, trace. Ends with the count.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { batches, type Kind, kinds, lanesOf, testFiles } from './test-run/files.ts';
import { ensurePrograms } from './test-run/programs.ts';
import { keepRun, type Result, root } from './test-run/result.ts';
import { runFiles, stopEverything } from './test-run/run-files.ts';
import { shareS3Server } from './test-run/share-s3.ts';
import { countLine, fileLine, isExcused, summary } from './test-run/summary.ts';

const help = `npm test -- [options] [part of a path]
  --only KIND   unit (needs nothing), peer (needs other programs) or browser
  --no-check    leaves out types, lint and the direction of imports
  --help        this text
A part of a path runs only the test files whose path contains it.`;

const say = (line: string) => console.log(line);
const isKind = (text: string): text is Kind => kinds.some((kind) => kind === text);

function readArguments() {
  const { values, positionals } = parseArgs({
    options: { only: { type: 'string' }, 'no-check': { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (positionals.length > 1) throw new Error('give one part of a path');
  if (values.only !== undefined && !isKind(values.only)) throw new Error(`--only is one of ${kinds.join(', ')}`);
  const chosen = values.only === undefined ? kinds : [values.only];
  const filter = positionals[0]?.replace(/^\.\//, '') ?? '';
  return { ...values, chosen, filter, complete: values.only === undefined && filter === '' };
}

/** A script of ours as one more result: `npm run check` and the rest count like tests. */
function step(title: string, script: string): readonly Result[] {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, [join(root, script)], { cwd: root, stdio: 'inherit' });
  const milliseconds = Math.round(performance.now() - began);
  return status === 0
    ? []
    : [{ file: script, titles: [title], outcome: 'failed', text: 'see its lines', milliseconds }];
}

async function runKind(kind: Kind, filter: string, alone: boolean): Promise<readonly Result[]> {
  const files = testFiles(kind, filter);
  if (files.length > 0) say(`\n${kind} tests: ${files.length} files`);
  const waiting = [...batches(kind, files)];
  const results: Result[] = [];
  const lane = async () => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const found = (await runFiles(batch)).map(withExcuse);
      results.push(...found);
      for (const name of batch)
        say(
          fileLine(
            name,
            found.filter(({ file }) => file === name),
          ),
        );
    }
  };
  await Promise.all(Array.from({ length: lanesOf(kind, alone) }, lane));
  return results;
}

const withExcuse = (result: Result): Result =>
  result.outcome === 'skipped' && !isExcused(result.text)
    ? { ...result, outcome: 'failed', text: `skipped without an accepted reason: ${result.text}` }
    : result;

async function main(): Promise<number> {
  const { help: wantsHelp, chosen, filter, complete, 'no-check': noCheck } = readArguments();
  if (wantsHelp) {
    say(help);
    return 0;
  }
  const needsPrograms = chosen.some((kind) => kind !== 'unit' && testFiles(kind, filter).length > 0);
  const missing = needsPrograms ? ensurePrograms(say) : [];
  if (missing.length > 0) {
    say(`These programs are missing: ${missing.join(', ')} (names of Debian packages).`);
    say('Install them, or run `npm test` as root on Debian; `npm test -- --only unit` needs none of them.');
    return 1;
  }
  shareS3Server(chosen.flatMap((kind) => testFiles(kind, filter)));
  const results: Result[] = noCheck || filter !== '' ? [] : [...step('npm run check', 'scripts/check.ts')];
  if (chosen.some((kind) => kind !== 'unit')) results.push(...step('web interface', 'scripts/build-web.mjs'));
  // Beside each other: none of them keeps the processors busy alone.
  const found = chosen.map((kind) => runKind(kind, filter, chosen.length === 1));
  results.push(...(await Promise.all(found)).flat());
  keepRun({ ended: new Date().toISOString(), complete, results });
  if (complete) results.push(...step('npm run trace', 'scripts/trace.ts'));
  for (const line of summary(results)) say(line);
  say(countLine(results));
  return results.some(({ outcome }) => outcome === 'failed') || results.length === 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    stopEverything();
    process.exit(1);
  });

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  say(help);
  process.exitCode = 2;
}
