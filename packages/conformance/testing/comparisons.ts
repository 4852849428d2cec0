// Two small systems, one that sends and one that keeps, and what tests of comparisons look at.
import assert from 'node:assert/strict';
import { compareStatements } from '../src/compare/compare.ts';
import { type SystemParts, system } from './systems.ts';

export const ct = '1.2.840.10008.5.1.4.1.1.2';
export const mr = '1.2.840.10008.5.1.4.1.1.4';
export const worklist = '1.2.840.10008.5.1.4.31';
export const implicit = '1.2.840.10008.1.2';
export const explicit = '1.2.840.10008.1.2.1';
export const jpegLossless = '1.2.840.10008.1.2.4.70';
export const jpegBaseline = '1.2.840.10008.1.2.4.50';

export const anyStatus = [{ status: 'Failure', code: '*', meaning: 'Others', behavior: 'Failed.' }];

export const sender = (parts: Partial<SystemParts> = {}) =>
  system({ name: 'Sender', initiates: [{ name: 'Send', offers: [{ uid: ct }] }], ...parts });
export const keeper = (parts: Partial<SystemParts> = {}) =>
  system({ name: 'Keeper', accepts: [{ name: 'Keep', offers: [{ uid: ct }] }], ...parts });

/** The first direction: the first statement's system opens the associations. */
export const forward = (first: unknown, second: unknown) => compareStatements(first, second).directions[0];
export const onlyPair = (first: unknown, second: unknown) => {
  const { pairs } = forward(first, second);
  const [pair, ...more] = pairs;
  assert.ok(pair && more.length === 0, `${pairs.length} pairs`);
  return pair;
};
export const codes = (reasons: readonly { readonly code: string }[]) => reasons.map(({ code }) => code);
