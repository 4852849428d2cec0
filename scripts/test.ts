// `npm test`: set-up, check, web build, unit tests, tests against other programs, browser tests, trace. Ends with the count.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keptClaims } from './claims/claims-summary.ts';
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

/** Each kind has its lanes, which run files beside each other; a lane whose kind is done helps the others. */
async function runKinds(chosen: readonly Kind[], filter: string): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = new Map(chosen.map((kind) => [kind, [...batches(kind, testFiles(kind, filter))]]));
  for (const [kind, { length }] of waiting)
    if (length > 0) say(`${kind} tests: ${testFiles(kind, filter).length} files`);
  const next = (kind: Kind) => {
    for (const each of [kind, ...kinds]) {
      const batch = waiting.get(each)?.shift();
      if (batch) return batch;
    }
    return undefined;
  };
  const lane = async (kind: Kind) => {
    for (let batch = next(kind); batch; batch = next(kind)) {
      const found = (await runFiles(batch)).map(withExcuse);
      results.push(...found);
      for (const name of batch) say(fileLine(name, ofFile(found, name)));
    }
  };
  const alone = chosen.length === 1;
  await Promise.all(chosen.flatMap((kind) => Array.from({ length: lanesOf(kind, alone) }, () => lane(kind))));
  return results;
}

const ofFile = (results: readonly Result[], name: string) => results.filter(({ file }) => file === name);

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
  results.push(...(await runKinds(chosen, filter)));
  keepRun({ ended: new Date().toISOString(), complete, results });
  if (complete) {
    results.push(...step('npm run trace', 'scripts/trace.ts'));
    for (const line of keptClaims()) say(line);
  }
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
