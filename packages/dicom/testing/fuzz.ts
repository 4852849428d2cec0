// Runs of the fuzzer: damaged files, everything a caller may do with them, and what must not happen. Used by a test and by a script.
import { corpusFile, corpusFiles } from './corpus.ts';
import { exercise, exercisePieces, type Outcome } from './exercise.ts';
import { generatedFiles } from './generated.ts';
import { mutate, randomFrom } from './mutate.ts';

/** What a number of runs came to. */
export interface FuzzReport {
  readonly executions: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Inputs that broke a rule. */
  readonly failures: readonly FuzzFailure[];
  /** The longest run, in milliseconds of processor time. */
  readonly slowest: number;
}

/** An input that broke a rule, and how. */
export interface FuzzFailure {
  readonly run: number;
  readonly bytes: Uint8Array;
  readonly error: unknown;
}

/** Files larger than this say nothing that smaller ones do not, and cost more. Bytes. */
const largest = 20_000;
/** Processor time that no input of that size may take. Milliseconds. */
const tooSlow = 2000;
const mostFailures = 20;

/** What is damaged: files of every encoding made here, and the small ones of the corpus where it is there. */
export const fuzzSeeds = (): readonly Uint8Array[] => [
  ...corpusFiles()
    .map(corpusFile)
    .filter((bytes) => bytes.length <= largest),
  ...generatedFiles(),
];

/** Runs `runs` damaged inputs; the same seed gives the same ones. Every tenth is read from a stream as well. */
export async function fuzz(seeds: readonly Uint8Array[], seed: number, runs: number): Promise<FuzzReport> {
  const outcomes: Record<Outcome, number> = { read: 0, 'read with findings': 0, refused: 0 };
  const failures: FuzzFailure[] = [];
  let slowest = 0;
  let executions = 0;
  for (; executions < runs && failures.length < mostFailures; executions += 1) {
    const random = randomFrom(seed * 0x9e3779b1 + executions);
    const bytes = mutate(seeds[random(seeds.length)] ?? new Uint8Array(0), random);
    const began = process.cpuUsage();
    try {
      outcomes[exercise(bytes)] += 1;
      if (executions % 10 === 0) await exercisePieces(bytes, 1 + random(3000));
    } catch (error) {
      failures.push({ run: executions, bytes, error });
    }
    const { user } = process.cpuUsage(began);
    slowest = Math.max(slowest, user / 1000);
    if (user / 1000 > tooSlow) failures.push({ run: executions, bytes, error: new Error(`${user / 1000} ms`) });
  }
  return { executions, outcomes, failures, slowest };
}
