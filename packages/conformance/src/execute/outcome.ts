// How an item ended, with what was expected and what was seen.
import { NetworkError, type Status } from '@concord/network';
import { rangeOf } from '../compare/statuses.ts';

/** `inconclusive`: the peer did something from which neither follows; `blocked`: an item that it needs has not passed. */
export const results = ['passed', 'failed', 'inconclusive', 'blocked', 'not automatable', 'not run'] as const;
export type Result = (typeof results)[number];

export interface Outcome {
  readonly result: Result;
  readonly expected: string;
  readonly observed: string;
  /** Where the system is otherwise than it says, each in a sentence. */
  readonly differences?: readonly string[];
  /** Contexts that were accepted: what a comparison does not know, it learns from these. */
  readonly observations?: readonly { readonly abstractSyntax: string; readonly transferSyntax: string }[];
}

const mostDifferences = 200;

/** An outcome by its differences: none, and it has passed. */
export const byDifferences = (expected: string, observed: string, differences: readonly string[]): Outcome => ({
  result: differences.length === 0 ? 'passed' : 'failed',
  expected,
  observed:
    differences.length === 0
      ? observed
      : differences.length === 1
        ? '1 difference'
        : `${differences.length} differences`,
  ...(differences.length > 0 && { differences: differences.slice(0, mostDifferences) }),
});

export const verdict = (passed: boolean, expected: string, observed: string): Outcome => ({
  result: passed ? 'passed' : 'failed',
  expected,
  observed,
});

export const inconclusive = (expected: string, observed: string): Outcome => ({
  result: 'inconclusive',
  expected,
  observed,
});

export const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');

/** A status in words. */
export const statusWords = ({ code, comment }: Status): string =>
  `status ${hex(code)}${comment ? ` (${comment})` : ''}`;

/** Whether a status is one of those that a statement lists. */
export const isListed = (code: number, listed: readonly string[]): boolean =>
  listed.some((each) => {
    if (each === '*') return true;
    const range = rangeOf(each);
    return range !== undefined && range.from <= code && code <= range.to;
  });

/** What an error of the network says of the peer: a time-out is never a pass. */
export function outcomeOfError(error: unknown, expected: string): Outcome {
  if (error instanceof NetworkError) {
    if (error.fault === 'cancelled') return { result: 'not run', expected, observed: 'the run was stopped' };
    return { result: 'failed', expected, observed: error.message };
  }
  if (error instanceof Error && error.name === 'DicomError')
    return { result: 'failed', expected, observed: `the peer sent what cannot be read: ${error.message}` };
  throw error;
}
