// Key tables of a text: attributes by their tags, with level and matching, whether the table stands in rows or was torn into columns. PS3.2 A.4.2.x.3.1.3
import { describeTag, formatTag, parseTag } from '@concord/dicom';
import type { QueryKey } from '../model/activity.ts';
import type { CleanLine } from './clean-lines.ts';
import type { Region } from './regions.ts';

export interface ImportedKeys {
  /** UIDs of the information models that the title names; empty: those of the entity. */
  readonly sopClasses: readonly string[];
  readonly rows: readonly (QueryKey & { readonly line: number; readonly doubtful: boolean })[];
}

const keyTable =
  /request identifier|supported elements|key attributes|matching keys|return(?:ed)? keys?|(?:query|find|worklist|C-FIND).{0,40}(?:attributes|elements|identifier)|attributes.{0,30}(?:query|find\b|worklist)|^Fields (?:used|returned)|^Data Level/i;
const otherTable = /N-CREATE|N-SET|MPPS|performed procedure step|created|status|presentation context/i;
const tag = /\(?\b([0-9A-F]{4}), ?([0-9A-F]{4})\b\)?/gi;
const levelLine =
  /^(patient|study|series|image|instance|sop common|common)(?:\s+root)?(?:\s+level)?\b[\s:]*$|^(patient|study|series|image|instance)\s+level\b/i;
const levelWord = /^(study|series|image|patient)\s+\S/i;
const matchingWord = /^(?:\(?[SRUL*]\)?(?:, ?\(?[SRUL*]\)?)*|NONE|UNIQUE|None|Unique)$/;
const leastTags = 2;

const models: readonly (readonly [RegExp, readonly string[]])[] = [
  [/patient\/study only/i, ['1.2.840.10008.5.1.4.1.2.3.1']],
  [/patient root/i, ['1.2.840.10008.5.1.4.1.2.1.1']],
  [/study root/i, ['1.2.840.10008.5.1.4.1.2.2.1']],
  [/worklist/i, ['1.2.840.10008.5.1.4.31']],
  [/hanging protocol/i, ['1.2.840.10008.5.1.4.38.2']],
  [/product characteristics/i, ['1.2.840.10008.5.1.4.41']],
  [/substance approval/i, ['1.2.840.10008.5.1.4.42']],
];
const unique = new Set(['(0010,0020)', '(0020,000D)', '(0020,000E)', '(0008,0018)']);

const matchings: Readonly<Record<string, QueryKey['matching'][number]>> = {
  S: 'single value',
  '*': 'wildcard',
  U: 'universal',
  R: 'range',
  L: 'list of UID',
};

/** `S,*,U` in the words of the model; what is only returned has the universal one. */
function matchingOf(word: string): QueryKey['matching'] {
  if (/^none$/i.test(word)) return [];
  if (/^unique$/i.test(word)) return ['single value', 'universal'];
  return [...new Set([...word.matchAll(/[SRUL*]/g)].flatMap(([letter]) => matchings[letter] ?? []))];
}

/** What PS3.4 C.2.2.2 allows a VR, where a table of matching keys says no more. */
function matchingOfVr(vr: string): QueryKey['matching'] {
  if (vr === 'UI') return ['single value', 'universal', 'list of UID'];
  if (vr === 'SQ') return ['sequence', 'universal'];
  if (/^(?:DA|TM|DT)$/.test(vr)) return ['single value', 'universal', 'range'];
  return /^(?:AE|CS|LO|LT|PN|SH|ST|UC|UR|UT)$/.test(vr)
    ? ['single value', 'universal', 'wildcard']
    : ['single value', 'universal'];
}

interface Found {
  readonly tag: string;
  readonly level: string | undefined;
  readonly line: number;
  readonly matching: string | undefined;
}

/** Tags of one block, each with the word of matching behind it, or with that of the same rank in the columns below. */
function zipped(tags: readonly Found[], words: readonly string[]): readonly Found[] {
  if (words.length !== tags.length || tags.some(({ matching }) => matching !== undefined)) return tags;
  return tags.map((each, index) => ({ ...each, matching: words[index] }));
}

const levelNames: Readonly<Record<string, string>> = { INSTANCE: 'IMAGE', 'SOP COMMON': 'COMMON' };

/** Everything in the region that is a tag of the dictionary. */
function tagsIn(lines: readonly CleanLine[], { from, to }: Region): readonly Found[] {
  const all: Found[] = [];
  let level: string | undefined;
  let block: Found[] = [];
  let words: string[] = [];
  const close = (): void => {
    all.push(...zipped(block, words));
    block = [];
    words = [];
  };
  for (let at = from; at < to; at += 1) {
    const { text = '' } = lines[at] ?? {};
    const [, alone, withWord] = levelLine.exec(text) ?? [];
    const heading = (alone ?? withWord)?.toUpperCase();
    if (heading !== undefined) {
      close();
      level = levelNames[heading] ?? heading;
    }
    const found = [...text.matchAll(tag)].filter(([whole]) =>
      describeTag(parseTag(whole.replaceAll(/[() ]/g, '')) ?? 0),
    );
    for (const match of found) {
      const rest = text.slice(match.index + match[0].length).trim();
      const [last = ''] = rest.split(/\s+/).slice(-1);
      const parsed = parseTag(match[0].replaceAll(/[() ]/g, '')) ?? 0;
      const inRow = levelWord.exec(text)?.[1]?.toUpperCase();
      block.push({
        tag: formatTag(parsed),
        level: level ?? inRow,
        line: at + 1,
        matching: matchingWord.test(last) ? last : undefined,
      });
    }
    if (found.length === 0 && matchingWord.test(text)) words.push(text);
  }
  close();
  return all;
}

function rowOf(
  { tag: name, level, line, matching }: Found,
  byWorklist: boolean,
  matched: boolean,
): ImportedKeys['rows'][number] {
  const entry = describeTag(parseTag(name) ?? 0);
  return {
    level: byWorklist ? 'WORKLIST' : (level ?? 'STUDY'),
    attribute: entry?.name ?? name,
    tag: name,
    vr: entry?.vr.join(' or ') ?? 'UN',
    type: unique.has(name) ? 'Unique' : 'Optional',
    matching:
      matching !== undefined ? [...matchingOf(matching)] : matched ? matchingOfVr(entry?.vr[0] ?? 'UN') : ['universal'],
    returned: true,
    line,
    doubtful: matching === undefined || (!byWorklist && level === undefined),
  };
}

/** The keys of a region; undefined where it is no key table. */
export function readKeys(lines: readonly CleanLine[], region: Region): ImportedKeys | undefined {
  const { title, heading } = region;
  const about = keyTable.test(title)
    ? title
    : keyTable.test(heading) || /SOP specific conformance/i.test(heading)
      ? heading
      : '';
  if (about === '' || otherTable.test(title) || (!keyTable.test(title) && otherTable.test(heading))) return undefined;
  const found = tagsIn(lines, region);
  if (found.length < leastTags) return undefined;
  const sopClasses =
    models.find(([words]) => words.test(title))?.[1] ?? models.find(([words]) => words.test(heading))?.[1] ?? [];
  const byWorklist = sopClasses.some((uid) => !uid.startsWith('1.2.840.10008.5.1.4.1.2.'));
  return {
    sopClasses,
    rows: found.map((each) => rowOf(each, byWorklist, /matching keys|used for (?:searching|matching)/i.test(title))),
  };
}
