// Answers to a search on the web, written straight from rows of the index as texts of the DICOM JSON model. PS3.18 F.2, 10.6.3.
import { createJsonMember, createJsonTexts, DataSet, tagOf } from '@concord/dicom';
import type { Row, Value } from '../database/database.ts';
import type { Level, WebForm } from './archive.ts';
import { levels, uniqueKeys } from './attributes.ts';
import { attributesName, columnName, columnValue, isAscii, timezoneOffsetFromUtc, utf8 } from './find-answers.ts';
import type { Asked, FindPlan } from './find-plan.ts';
import { gathered, type Kept, parseKept, settable } from './kept-values.ts';

/** What the levels of one row keep together, in the order in which the plan opens them. */
type KeptOf = readonly ReturnType<typeof parseKept>[];

/** An attribute of every answer. */
interface Place {
  readonly tag: number;
  /** Its text; '' where it is left out. */
  readonly textOf: (row: Row, kept: KeptOf) => string;
}

const specificCharacterSet = 0x00080005;

/** The levels whose UIDs an address on the web is made of, and the keywords of these. */
export const addressKeys = (level: Level) => levels.slice(1, levels.indexOf(level) + 1).map((each) => uniqueKeys[each]);

/** Puts what answers on the web have besides into one that is a data set. */
export function completeForWeb(answer: DataSet, level: Level, { constants, retrieveUrl }: WebForm): DataSet {
  const uids = addressKeys(level).map((keyword) => answer.string(keyword));
  if (uids.every((uid) => uid !== undefined)) answer.set('RetrieveURL', retrieveUrl(uids));
  for (const [keyword, value] of Object.entries(constants)) answer.set(keyword, value);
  return answer;
}

/** Such a data set as text. JSON is UTF-8, whatever the data set says. PS3.18 F.2, PS3.3 C.12.1.1.2. */
export const webText = (answer: DataSet): string => createJsonTexts({ specificCharacterSet: utf8 })(answer);

/** The texts of what `createAnswers` and `completeForWeb` would make of rows. */
export function createAnswerTexts(
  { asked, opened }: FindPlan,
  keys: DataSet,
  { level, form }: { readonly level: Level; readonly form: WebForm },
): (row: Row) => string {
  const added = new Map([...constantsOf(form), addressOf(level, asked, form)].map((place) => [place.tag, place]));
  const places = [
    ...added.values(),
    ...asked.filter(({ tag }) => !added.has(tag)).map((key) => placeOf(key, opened, keys)),
  ];
  places.sort((a, b) => a.tag - b.tag);
  const packed = opened.map(attributesName);
  const texts = [...packed, ...asked.map(columnName)];
  const inUtf8 = createJsonMember(specificCharacterSet)(utf8);
  return (row) => {
    const kept = packed.map((name) => parseKept(String(row[name])));
    let answer = texts.every((name) => isPlain(row[name])) ? '' : inUtf8;
    for (const { textOf } of places) {
      const text = textOf(row, kept);
      if (text !== '') answer += answer === '' ? text : `,${text}`;
    }
    return `{${answer}}`;
  };
}

const isPlain = (value: Value | undefined): boolean => typeof value !== 'string' || isAscii(value);

function constantsOf({ constants }: WebForm): readonly Place[] {
  const fixed = new DataSet();
  for (const [keyword, value] of Object.entries(constants)) fixed.set(keyword, value);
  return [...fixed.elements()].map(({ tag }) => {
    const text = createJsonMember(tag)(fixed.strings(tag));
    return { tag, textOf: () => text };
  });
}

/** Of each key that is asked for; those of one attribute are told apart by its level. */
function placeOf(key: Asked, opened: readonly Level[], keys: DataSet): Place {
  const { tag, keyword, attribute } = key;
  const { level, column, gathers } = attribute;
  const write = createJsonMember(tag);
  const [item] = keys.items(tag);
  const name = columnName(key);
  if (gathers) return { tag, textOf: (row) => write(settable(gathered(String(row[name]), gathers), item)) };
  if (column) return { tag, textOf: (row) => write(columnValue(row[name] ?? null)) };
  const at = opened.indexOf(level);
  const ofKept = (value: Kept = []) => write(settable(value, item));
  if (tag !== timezoneOffsetFromUtc) return { tag, textOf: (_, kept) => ofKept(kept[at]?.[keyword]) };
  return {
    tag,
    textOf: (_, kept) => {
      const value = kept[at]?.[keyword] ?? [];
      return value.length === 0 || (value.length === 1 && value[0] === '') ? '' : ofKept(value);
    },
  };
}

/** Left out where a UID is missing. */
function addressOf(level: Level, asked: readonly Asked[], { retrieveUrl }: WebForm): Place {
  const tag = tagOf('RetrieveURL');
  const write = createJsonMember(tag);
  const wanted = addressKeys(level).map((keyword) => asked.find((key) => key.keyword === keyword));
  const names = wanted.flatMap((key) => (key ? [columnName(key)] : []));
  if (names.length < wanted.length) return { tag, textOf: () => '' };
  return {
    tag,
    textOf: (row) => {
      const uids = names.map((name) => String(row[name] ?? '').split('\\')[0] ?? '');
      return uids.includes('') ? '' : write(retrieveUrl(uids));
    },
  };
}
