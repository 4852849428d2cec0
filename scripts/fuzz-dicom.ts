// Fuzzes packages/dicom with damaged files: only errors of the package itself may come out, soon, in little memory.
// usage: npm run fuzz:dicom -- [--runs 100000] [--seed 1]    exits 1 where a rule was broken, and writes the inputs to the working folder
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzz, fuzzSeeds } from '../packages/dicom/testing/fuzz.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];

const seeds = fuzzSeeds();
const began = performance.now();
const report = await fuzz(seeds, seed, runs);
for (const { run, bytes, error } of report.failures) {
  const name = `fuzz-failure-${seed}-${run}.dcm`;
  writeFileSync(name, bytes);
  console.error(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
}
const { executions, outcomes, slowest, failures } = report;
const seconds = Math.round((performance.now() - began) / 1000);
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  JSON.stringify({
    executions,
    seed,
    seeds: seeds.length,
    outcomes,
    failures: failures.length,
    slowest,
    seconds,
    peakMegabytes,
  }),
);
process.exitCode = failures.length > 0 ? 1 : 0;
