// What dciodvfy (dicom3tools) says of a file, as kinds of error and keywords that can be compared.
import { execFile } from 'node:child_process';
import { keywordOf } from '../../packages/dicom/src/dictionary/dictionary.ts';

/** One error of either validator: what kind, of which attribute. */
export interface Comparable {
  readonly kind: 'missing' | 'empty' | 'forbidden' | 'values' | 'value' | 'vm' | 'items' | 'group' | 'other';
  /** The keyword of the attribute; '' where the message names none. */
  readonly keyword: string;
  readonly text: string;
}

/** Names as dciodvfy prints them, without punctuation and case. */
export const letters = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();

const kinds: readonly (readonly [RegExp, Comparable['kind']])[] = [
  [/^Missing attribute .*Element=<(\w+)>/, 'missing'],
  [/^Empty attribute .*Element=<(\w+)>/, 'empty'],
  [/^Attribute present when condition unsatisfied.*Element=<(\w+)>/, 'forbidden'],
  [/^Bad attribute Value Multiplicity.*Element=<(\w+)>/, 'vm'],
  [/^Bad Sequence number of Items.*Element=<(\w+)>/, 'items'],
  [/^Unrecognized enumerated value .* of attribute <([^>]+)>/, 'values'],
  [/^Value invalid for this VR - (\(0x[0-9a-f]{4},0x[0-9a-f]{4}\))/, 'value'],
  [/attribute <([^>]+)>/, 'other'],
  [/(\(0x[0-9a-f]{4},0x[0-9a-f]{4}\))/, 'other'],
];

function keywordIn(named: string, byName: ReadonlyMap<string, string>): string {
  const [, group, element] = /^\(0x([0-9a-f]{4}),0x([0-9a-f]{4})\)$/.exec(named) ?? [];
  if (group === undefined || element === undefined) return byName.get(letters(named)) ?? named;
  return keywordOf(Number.parseInt(`${group}${element}`, 16)) ?? `(${group},${element})`;
}

/** One line of output; undefined for what is no error. */
export function parseLine(line: string, byName: ReadonlyMap<string, string>): Comparable | undefined {
  const [, text] = /^Error - (.*)$/.exec(line) ?? [];
  if (text === undefined) return undefined;
  for (const [pattern, kind] of kinds) {
    const [, named] = pattern.exec(text) ?? [];
    if (named !== undefined) return { kind, keyword: keywordIn(named, byName), text };
  }
  return { kind: 'other', keyword: '', text };
}

/** Runs it on one file. It ends with status 1 where it finds errors, and by a signal on some damaged files. */
export const dciodvfy = (path: string): Promise<{ readonly lines: readonly string[]; readonly crashed: boolean }> =>
  new Promise((resolve) => {
    execFile('dciodvfy', [path], { timeout: 20_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ lines: `${stdout}\n${stderr}`.split('\n'), crashed: Boolean(error?.signal) });
    });
  });
