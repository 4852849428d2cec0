// What our tests use of node:test, for a page: tests are collected while their file loads and run one after the other.
import { NotInBrowser } from './absent.ts';

interface Context {
  readonly diagnostic: (text: string) => void;
}
type Body = (context: Context) => unknown;
interface Options {
  readonly skip?: string | boolean | undefined;
}

/** How one test ended in the page; `left out` where it needs what only Node.js has, or real files. */
export interface Outcome {
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'left out';
  /** The error of a failed test, the reason of one left out. */
  readonly text: string;
}

const collected: { readonly title: string; readonly skip: string; readonly body: Body }[] = [];
const suites: string[] = [];

const reasonOf = ({ skip }: Options): string => (skip === true ? 'skipped' : skip || '');

/** As node:test's, without sub-tests. */
export function test(title: string, first: Options | Body, second?: Body): void {
  const [options, body] = typeof first === 'function' ? [{}, first] : [first, second ?? (() => undefined)];
  collected.push({ title: [...suites, title].join(' > '), skip: reasonOf(options), body });
}
export const it = test;

/** A suite; its body runs at once. */
export function describe(title: string, first: Options | (() => void), second?: () => void): void {
  suites.push(title);
  if (typeof first === 'function') first();
  else if (!first.skip) second?.();
  suites.pop();
}

/** A stand-in that said no, or a global of Node.js that is not there; assertions and fast-check wrap what they met. */
const isAbsent = (error: unknown): error is Error =>
  error instanceof NotInBrowser ||
  (error instanceof Error && /ReferenceError: (Buffer|process) is not defined/.test(String(error))) ||
  (error instanceof Error && error.cause !== undefined && isAbsent(error.cause));

async function outcomeOf({ title, skip, body }: (typeof collected)[number]): Promise<Outcome> {
  if (skip) return { title, outcome: 'left out', text: skip };
  try {
    await body({ diagnostic: () => undefined });
    return { title, outcome: 'passed', text: '' };
  } catch (error) {
    if (isAbsent(error)) return { title, outcome: 'left out', text: error.message };
    return { title, outcome: 'failed', text: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

/** Runs what was collected. */
export async function run(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const one of collected) outcomes.push(await outcomeOf(one));
  return outcomes;
}
