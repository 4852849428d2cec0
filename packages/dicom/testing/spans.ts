// Which bytes belong to what: the proof that an edit left everything else as it was.

import type { Content } from '../src/content.ts';
import { contentOf } from '../src/data-set.ts';
import { type DataSet, formatTag } from '../src/index.ts';

/** The bytes of each element of a data set that was read, headers and delimiters included, by path: `(0040,0275)[0].(0040,0009)`. */
export function spansOf(dataSet: DataSet): ReadonlyMap<string, Uint8Array> {
  const spans = new Map<string, Uint8Array>();
  collect(contentOf(dataSet), '', spans);
  return spans;
}

function collect(content: Content, before: string, spans: Map<string, Uint8Array>): void {
  for (const [at, element] of content.elements.entries()) {
    const twin = content.elements.slice(0, at).filter(({ tag }) => tag === element.tag).length;
    const path = `${before}${formatTag(element.tag)}${twin > 0 ? `#${twin}` : ''}`;
    const bytes = element.source?.bytes;
    if (bytes) spans.set(path, bytes.subarray(element.start, element.end));
    for (const [number, item] of (element.items ?? []).entries()) {
      if (bytes) spans.set(`${path}[${number}]`, bytes.subarray(item.start, item.end));
      collect(item, `${path}[${number}].`, spans);
    }
  }
}

/** Paths whose bytes differ between two data sets, or that only one of them has. */
export function changedPaths(before: DataSet, after: DataSet): readonly string[] {
  const [old, now] = [spansOf(before), spansOf(after)];
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths].filter((path) => !same(old.get(path), now.get(path)));
}

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((byte, at) => byte === b[at]);
