// What stands at a pointer, in a few words; and how deep a value is. RFC 6901
import { at, type Place } from './place.ts';
import type { Fault } from './rule.ts';

const longest = 120;

const stepsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The value at a pointer, shortened; undefined where there is none. */
export function valueText(document: Place, path: string): string | undefined {
  if (path === '') return undefined;
  const { value } = at(document, ...stepsOf(path));
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object of ${Object.keys(value).length} fields`;
  const words = String(value);
  return words.length > longest ? `${words.slice(0, longest)}…` : words;
}

/** Statements are not half as deep. */
const deepest = 64;

/** A fault where a value is deeper than any statement; walks without recursion. */
export function tooDeep(value: unknown): Fault | undefined {
  const open: { readonly value: object; readonly depth: number }[] = [];
  const push = (each: unknown, depth: number): boolean => {
    if (typeof each !== 'object' || each === null) return false;
    open.push({ value: each, depth });
    return depth > deepest;
  };
  if (push(value, 1)) return undefined;
  for (let next = open.pop(); next; next = open.pop())
    for (const each of Object.values(next.value))
      if (push(each, next.depth + 1)) return { path: '', message: `it is nested deeper than ${deepest} levels` };
  return undefined;
}
