// A search whose candidates are matched one by one: the page that is asked for, each answer with the attributes that are wanted. PS3.18 8.3.4.
import { DataSet, fromJson, toJson } from '@concord/dicom';
import type { KeySearch } from './search-parameters.ts';
import { type Exchange, warn } from './warning.ts';

/** Answers in one response. */
const most = 5000;

export interface PageParts {
  /** Whose answer warns where there is more. PS3.18 8.3.4.4.1. */
  readonly exchange: Exchange;
  /** Keywords of what an answer has without being asked, empty where there is nothing. */
  readonly returned: readonly string[];
  /** Keywords of what it has besides, where that is there. */
  readonly returnedWherePresent?: readonly string[];
}

/** The page of what was found; the reply warns where it is not the last. */
export const pageOf = async (
  found: AsyncIterable<DataSet>,
  { fields, limit = most, offset }: KeySearch,
  { exchange, returned, returnedWherePresent = [] }: PageParts,
): Promise<readonly DataSet[]> => {
  const shown = answerOf(fields, returned, returnedWherePresent);
  const answers: DataSet[] = [];
  let count = 0;
  for await (const dataSet of found) {
    count += 1;
    if (count > offset && answers.length < Math.min(limit, most)) answers.push(shown(dataSet));
  }
  const rest = count - offset - answers.length;
  if (rest > 0 && count > offset) warn(exchange, `There are ${rest} additional results that can be requested`);
  exchange.reply.header('cache-control', 'no-store');
  return answers;
};

/** The data set with the attributes that are wanted. */
const answerOf = (
  { all, paths }: KeySearch['fields'],
  returned: readonly string[],
  returnedWherePresent: readonly string[],
) => {
  const always = new DataSet();
  for (const name of returned) always.set(name, null);
  const names = always.clone();
  for (const path of [...returnedWherePresent, ...paths]) names.set(path.split(/[.[]/u)[0] ?? path, null);
  const empty = toJson(always);
  const wanted = new Set(Object.keys(toJson(names)));
  return (dataSet: DataSet) =>
    fromJson({
      ...empty,
      ...Object.fromEntries(Object.entries(toJson(dataSet)).filter(([tag]) => all || wanted.has(tag))),
    });
};
