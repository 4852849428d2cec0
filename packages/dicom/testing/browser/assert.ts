// What our tests use of node:assert/strict, for a page.
import { same } from './same.ts';

class AssertionError extends Error {}

type Expected = RegExp | object | ((error: unknown) => unknown);

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? String(value);
  return text.slice(0, 500);
}

function check(holds: boolean, message: unknown, otherwise: () => string): void {
  if (holds) return;
  throw message instanceof Error ? message : new AssertionError(message === undefined ? otherwise() : String(message));
}

const isClass = (expected: object): boolean =>
  expected === Error || Object.prototype.isPrototypeOf.call(Error, expected);

function fits(error: unknown, expected: Expected | undefined): boolean {
  if (expected === undefined) return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected === 'function')
    return isClass(expected) ? error instanceof expected : Reflect.apply(expected, undefined, [error]) === true;
  return Object.entries(expected).every(([name, wanted]) => {
    const found = Reflect.get(Object(error), name);
    return wanted instanceof RegExp ? wanted.test(String(found)) : same(found, wanted);
  });
}

const ok = (value: unknown, message?: unknown): void =>
  check(Boolean(value), message, () => `${shown(value)} is false`);

function throws(body: () => unknown, expected?: Expected): void {
  try {
    body();
  } catch (error) {
    if (!fits(error, expected)) throw error;
    return;
  }
  throw new AssertionError('nothing was thrown');
}

async function rejects(wait: Promise<unknown> | (() => Promise<unknown>), expected?: Expected): Promise<void> {
  try {
    await (typeof wait === 'function' ? wait() : wait);
  } catch (error) {
    if (!fits(error, expected)) throw error;
    return;
  }
  throw new AssertionError('nothing was thrown');
}

const difference = (one: unknown, other: unknown) => () => `${shown(one)} is not ${shown(other)}`;

export default Object.assign(ok, {
  ok,
  throws,
  rejects,
  equal: (one: unknown, other: unknown, message?: unknown) =>
    check(Object.is(one, other), message, difference(one, other)),
  notEqual: (one: unknown, other: unknown, message?: unknown) =>
    check(!Object.is(one, other), message, () => `both are ${shown(one)}`),
  deepEqual: (one: unknown, other: unknown, message?: unknown) =>
    check(same(one, other), message, difference(one, other)),
  notDeepEqual: (one: unknown, other: unknown, message?: unknown) =>
    check(!same(one, other), message, () => `both are ${shown(one)}`),
  match: (text: string, pattern: RegExp, message?: unknown) =>
    check(pattern.test(text), message, () => `${shown(text)} does not match ${pattern}`),
  doesNotMatch: (text: string, pattern: RegExp, message?: unknown) =>
    check(!pattern.test(text), message, () => `${shown(text)} matches ${pattern}`),
  fail: (message?: unknown) => check(false, message, () => 'failed'),
});
