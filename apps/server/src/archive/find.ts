// The query engine behind C-FIND and QIDO-RS: SQL narrows, PS3.4 C.2.2.2 decides, answers stream as they are found.
import { type DataSet, keywordOf, matches } from '@concord/dicom';
import type { Database, Row, Value } from '../database/database.ts';
import { completeForWeb, createAnswerTexts, webText } from './answer-texts.ts';
import { createAnswerWriter } from './answer-writer.ts';
import type { AnswerForm, FindOptions, FurtherOptions, Level, WebForm } from './archive.ts';
import { attributeAt, levels, uniqueKeys } from './attributes.ts';
import { partialDatesFor } from './date-keys.ts';
import { columnName, createAnswers } from './find-answers.ts';
import { type FindPlan, planFind } from './find-plan.ts';
import { type Count, counting, search } from './find-rows.ts';
import { isSaid } from './keys.ts';

/** Keys as they are matched: without those that only say something about the query. */
function matchedKeys(plan: FindPlan, keys: DataSet): DataSet {
  const matched = keys.clone();
  const asked = new Set(plan.asked.map(({ tag }) => tag));
  for (const { tag } of keys.elements()) if (!asked.has(tag) && tag !== 0x00080005) matched.delete(tag);
  return matched;
}

/** The lowest level a relational query has a key with a value for: there it is carried out. PS3.4 C.4.1.2.2.2. */
function searchedLevel(level: Level, keys: DataSet): Level {
  const depths = [...keys.elements()].flatMap(({ tag }) => {
    const keyword = isSaid(keys, tag) ? keywordOf(tag) : undefined;
    const below = keyword ? levels.findIndex((each) => attributeAt(keyword, each)) : 0;
    return below > 0 ? [below] : [];
  });
  return levels[Math.max(levels.indexOf(level), ...depths)] ?? level;
}

/** Answers of a search at a lower level, each entity of the level once, with the keys that belong to it. */
async function* findFromBelow(
  database: Database,
  { level, searched }: { level: Level; searched: Level },
  keys: DataSet,
  options: FurtherOptions,
): AsyncGenerator<DataSet> {
  const own = planFind(level, keys).asked.map(({ tag }) => tag);
  const seen = new Set<Value>();
  const widened = keys.clone();
  for (const each of levels.slice(0, levels.indexOf(level) + 1))
    if (!widened.has(uniqueKeys[each])) widened.set(uniqueKeys[each], null);
  const { limit = 0, offset = 0, relational: _, ...rest } = options;
  const answersOf = (plan: FindPlan) => {
    const answerOf = matching(widened, rest)(plan);
    return (row: Row): DataSet | undefined => {
      const key = row.owner_key ?? null;
      const found = seen.has(key) ? undefined : answerOf(row);
      if (found) seen.add(key);
      return found;
    };
  };
  let count = 0;
  for await (const answers of search(database, searched, widened, { ...rest, owner: level, answersOf }))
    for (const found of answers) {
      count += 1;
      if (count <= offset) continue;
      for (const { tag } of [...found.elements()]) if (!own.includes(tag) && tag !== 0x00080005) found.delete(tag);
      yield found;
      if (limit > 0 && count === offset + limit) return;
    }
}

/** The answer of a row; undefined where it is no match. */
const matching =
  (keys: DataSet, options: FurtherOptions) =>
  (plan: FindPlan): ((row: Row) => DataSet | undefined) => {
    const answerOf = createAnswers(plan, keys);
    const isMatch = createMatching(plan, keys, options);
    const isCertain = createCertainty(plan);
    const accepts = options.further?.accepts ?? (() => true);
    return (row) => {
      const answer = answerOf(row);
      return (isCertain(row) || isMatch(answer)) && accepts(answer) ? answer : undefined;
    };
  };

/** Answers as they are found; leaving the loop or the signal ends the search at once. Throws DatabaseError. */
export async function* find(
  database: Database,
  level: Level,
  keys: DataSet,
  options: FurtherOptions = {},
): AsyncGenerator<DataSet> {
  const searched = options.relational ? searchedLevel(level, options.further?.meant ?? keys) : level;
  if (searched !== level) return yield* findFromBelow(database, { level, searched }, keys, options);
  for await (const answers of search(database, level, keys, { ...options, answersOf: matching(keys, options) }))
    yield* answers;
}

/**
 * The same answers as they go out, each with the constants of the form: encoded already where that is possible straight from the
 * row, which costs a fraction of making a data set and writing it.
 */
export async function* findForPeer(
  database: Database,
  level: Level,
  keys: DataSet,
  { form, ...options }: FindOptions & { readonly form: AnswerForm },
): AsyncGenerator<DataSet | Uint8Array> {
  const searched = options.relational ? searchedLevel(level, keys) : level;
  if (searched !== level) return yield* completed(findFromBelow(database, { level, searched }, keys, options), form);
  const pages = search<DataSet | Uint8Array>(database, level, keys, {
    ...options,
    answersOf: (plan) => {
      const answerOf = createAnswers(plan, keys);
      const isMatch = createMatching(plan, keys, options);
      const isCertain = createCertainty(plan);
      const write = createAnswerWriter(plan, form);
      return (row) => {
        if (isCertain(row)) return write?.(row) ?? withConstants(answerOf(row), form);
        const answer = answerOf(row);
        return isMatch(answer) ? withConstants(answer, form) : undefined;
      };
    },
  });
  for await (const answers of pages) yield* answers;
}

/**
 * The same answers for the web, as texts that are written from the rows; returns how many there are in all, where that was found
 * out on the way.
 */
export async function* findTexts(
  database: Database,
  level: Level,
  keys: DataSet,
  { form, ...options }: FindOptions & { readonly form: WebForm },
): AsyncGenerator<Iterable<string>, number | undefined> {
  const searched = options.relational ? searchedLevel(level, keys) : level;
  if (searched !== level) {
    const found = findFromBelow(database, { level, searched }, keys, options);
    for await (const answer of found) yield [webText(completeForWeb(answer, level, form))];
    return undefined;
  }
  return yield* search(database, level, keys, {
    ...options,
    counted: true,
    answersOf: (plan) => {
      const answerOf = createAnswers(plan, keys);
      const isMatch = createMatching(plan, keys, options);
      const isCertain = createCertainty(plan);
      const textOf = createAnswerTexts(plan, keys, { level, form });
      return (row) => (isCertain(row) || isMatch(answerOf(row)) ? textOf(row) : undefined);
    },
  });
}

function withConstants(answer: DataSet, { constants }: AnswerForm): DataSet {
  for (const [keyword, value] of Object.entries(constants)) answer.set(keyword, value);
  return answer;
}

async function* completed(answers: AsyncIterable<DataSet>, form: AnswerForm): AsyncGenerator<DataSet> {
  for await (const answer of answers) yield withConstants(answer, form);
}

/** Whether SQL was exact about a row: it is a match then, and nothing has to be compared. */
function createCertainty({ certainties }: FindPlan): (row: Row) => boolean {
  if (certainties === undefined) return () => false;
  const columns = certainties.map(({ asked, isPlain }) => ({ name: columnName(asked), isPlain }));
  return (row) => columns.every(({ name, isPlain }) => isPlain(row[name] ?? null));
}

/** Whether what SQL let through is a match. */
function createMatching(
  plan: FindPlan,
  keys: DataSet,
  { fuzzy = false, combinedDateTime = false, emptyValues = false, multipleValues = false }: FindOptions,
): (answer: DataSet) => boolean {
  if (plan.exact) return () => true;
  const matched = matchedKeys(plan, keys);
  const options = { emptyValueMatching: emptyValues, multipleValueMatching: multipleValues };
  return (answer) => matches(matched, answer, { fuzzyPersonNames: fuzzy, combinedDateTime, ...options });
}

/** How many answers `find` has. */
export async function count(
  database: Database,
  level: Level,
  keys: DataSet,
  options: FindOptions = {},
): Promise<number> {
  const plan = planFind(level, keys, { ...options, partialDates: await partialDatesFor(database, level, keys) });
  const below = options.relational === true && searchedLevel(level, keys) !== level;
  if (plan.exact && !below) {
    const [row] = await database.all<Count>(counting(plan));
    return row?.n ?? 0;
  }
  let answers = 0;
  for await (const _answer of find(database, level, keys, { ...options, limit: 0, offset: 0 })) answers += 1;
  return answers;
}
