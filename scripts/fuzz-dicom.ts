// Fuzzes packages/dicom: mutated files and generated ones; only errors of the package itself may come out, and soon.
// usage: node scripts/fuzz-dicom.ts [COUNT=100000] [SEED=1]   (files: those of packages/dicom/testing and, where present, the test data)
import { writeFileSync } from 'node:fs';
import { corpusFile, corpusFiles } from '../packages/dicom/testing/corpus.ts';
import { exercise, exercisePieces, type Outcome } from '../packages/dicom/testing/exercise.ts';
import { generatedFiles } from '../packages/dicom/testing/generated.ts';
import { mutate, randomFrom } from '../packages/dicom/testing/mutate.ts';

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number);
/** Files larger than this say nothing that smaller ones do not, and cost more. Bytes. */
const largest = 20_000;
/** One execution may not take longer, whatever the machine does besides. Milliseconds. */
const slowest = 3000;

const seeds = [
  ...corpusFiles()
    .map(corpusFile)
    .filter((bytes) => bytes.length <= largest),
  ...generatedFiles(),
];
const outcomes: Record<Outcome, number> = { read: 0, 'read with findings': 0, refused: 0 };
const began = performance.now();
let peak = 0;

for (let run = 0; run < count; run += 1) {
  const random = randomFrom(seed * 0x9e3779b1 + run);
  const bytes = mutate(seeds[random(seeds.length)] ?? new Uint8Array(0), random);
  const from = performance.now();
  try {
    outcomes[exercise(bytes)] += 1;
    if (run % 20 === 0) await exercisePieces(bytes, 1 + random(3000));
  } catch (error) {
    writeFileSync(`fuzz-failure-${seed}-${run}.dcm`, bytes);
    console.error(`run ${run} of seed ${seed}: written to fuzz-failure-${seed}-${run}.dcm`);
    throw error;
  }
  if (performance.now() - from > slowest) throw new Error(`run ${run} of seed ${seed} took more than ${slowest} ms`);
  if (run % 1000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
}
const seconds = (performance.now() - began) / 1000;
console.log(
  JSON.stringify({
    executions: count,
    seed,
    seeds: seeds.length,
    outcomes,
    seconds: Math.round(seconds),
    peakMegabytes: Math.round(peak / 1e6),
  }),
);
