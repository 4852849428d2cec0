// A data set for people to read: one line per element, items indented.
import type { Content, Element } from './content.ts';
import { undefinedLength } from './content.ts';
import { effectiveVr } from './context-vr.ts';
import { contentOf, DataSet } from './data-set.ts';
import { describeTag } from './dictionary/dictionary.ts';
import { printable, textValuesOf } from './display.ts';
import type { Part10File } from './part10.ts';
import { formatTag, isGroupLength, isPrivate, isPrivateCreator } from './tag.ts';

/** How much a dump shows. */
export interface DumpOptions {
  /** Characters of a value. Default 64; Infinity for all. */
  readonly valueWidth?: number;
  /** Nested sequences below this depth are left out. Default 128. */
  readonly depth?: number;
}

interface Setting {
  readonly valueWidth: number;
  readonly depth: number;
}

/** The lines of a dump: tag, VR, value, length, number of values, name. Of a file, the meta first. */
export function* dump(what: DataSet | Part10File, options: DumpOptions = {}): Generator<string, void> {
  const setting = { valueWidth: options.valueWidth ?? 64, depth: options.depth ?? 128 };
  if (what instanceof DataSet) {
    yield* lines(contentOf(what), 0, setting);
    return;
  }
  yield '# File Meta Information';
  yield* lines(contentOf(what.meta), 0, setting);
  yield printable(`# Data Set: ${what.transferSyntaxUid}`);
  yield* lines(contentOf(what.dataSet), 0, setting);
  for (const { severity, text, offset, path } of what.findings)
    yield printable(`# ${severity}: ${text} (byte ${offset}${path && `, ${path}`})`);
}

function* lines(content: Content, depth: number, setting: Setting): Generator<string, void> {
  const indent = '  '.repeat(depth);
  for (const element of content.elements) {
    yield indent + line(element, content, setting);
    if (depth >= setting.depth) continue;
    for (const [at, item] of (element.items ?? []).entries()) {
      yield `${indent}  (FFFE,E000) item ${at}${item.undefinedLength ? ', undefined length' : ''}`;
      yield* lines(item, depth + 2, setting);
    }
  }
}

function line(element: Element, content: Content, { valueWidth }: Setting): string {
  const { tag, length } = element;
  const vr = element.vr === 'UN' ? 'UN' : effectiveVr(element, content);
  const { text, count } = textValuesOf(element, content, valueWidth);
  const size = length === undefinedLength ? 'u/l' : String(length);
  return `${formatTag(tag)} ${vr} ${text.padEnd(40)} # ${size}, ${count} ${nameOf(tag)}`;
}

function nameOf(tag: number): string {
  const known = describeTag(tag);
  if (known) return known.keyword || known.name;
  if (isPrivateCreator(tag)) return 'PrivateCreator';
  if (isGroupLength(tag)) return 'GroupLength';
  return isPrivate(tag) ? 'Private' : 'Unknown';
}
