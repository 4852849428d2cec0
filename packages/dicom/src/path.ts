// Paths into a data set: `RequestAttributesSequence[0].ScheduledProcedureStepID`, `(0040,0275)[0].(0040,0009)`.
import { keywordOf, tagOfKeyword } from './dictionary/dictionary.ts';
import { DicomError } from './error.ts';
import { formatTag, parseTag } from './tag.ts';

/** One step: a tag, and the item to go into for all but the last. */
export interface Step {
  readonly tag: number;
  /** From 0. */
  readonly item: number;
}

/** A path, taken apart: the items to go into, and the element at the end. */
export interface Path {
  readonly steps: readonly Step[];
  readonly tag: number;
  /** Where the path ends with `[n]`: that item. */
  readonly item?: number | undefined;
}

const known = new Map<string, Path>();
const stepPattern = /^([A-Za-z][A-Za-z0-9]*|\(?[0-9A-Fa-f]{4},?[0-9A-Fa-f]{4}\)?)(?:\[([0-9]{1,9})\])?$/;

/**
 * Takes a tag, a keyword, or a path of them joined by dots; a sequence on the way without `[n]` means its first item.
 * @throws DicomError `bad-path`
 */
export function parsePath(path: number | string): Path {
  if (typeof path === 'number') return { steps: none, tag: path };
  const simple = tagOfKeyword(path);
  if (simple !== undefined) return { steps: none, tag: simple };
  const before = known.get(path);
  if (before) return before;
  const parts = path.split('.').map((part) => {
    const [, name = '', item] = stepPattern.exec(part) ?? [];
    const tag = parseTag(name);
    if (tag === undefined) throw new DicomError('bad-path', -1, '', path);
    return { tag, item: item === undefined ? undefined : Number(item) };
  });
  const last = parts.pop();
  if (!last) throw new DicomError('bad-path', -1, '', path);
  const parsed = { ...last, steps: parts.map(({ tag, item = 0 }) => ({ tag, item })) };
  if (known.size < 1000) known.set(path, parsed);
  return parsed;
}
const none: readonly Step[] = [];

/** The text of a path: keywords where the dictionary has them, tags elsewhere. */
export function formatPath(steps: readonly Step[], tag?: number): string {
  const name = (t: number) => keywordOf(t) ?? formatTag(t);
  const parts = steps.map((step) => `${name(step.tag)}[${Math.max(0, step.item)}]`);
  return [...parts, ...(tag === undefined ? [] : [name(tag)])].join('.');
}
