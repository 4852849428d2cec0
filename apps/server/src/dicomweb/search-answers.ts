// A search whose candidates are matched one by one: the page that is asked for, each answer with the attributes that are wanted. PS3.18 8.3.4.
import { DataSet, fromJson, toJson } from '@concord/dicom';
import type { KeySearch } from './search-parameters.ts';
import { type Exchange, warn } from './warning.ts';

/** Answers in one response. */
const most = 5000;

export interface PageParts {
  /** Whose answer warns where there is more. PS3.18 8.3.4.4.1. */
  readonly exchange: Exchange;
  /** Keywords of what an answer has without being asked. */
  readonly returned: readonly string[];
}

/** The page of what was found; the reply warns where it is not the last. */
export const pageOf = async (
  found: AsyncIterable<DataSet>,
  { fields, limit = most, offset }: KeySearch,
  { exchange, returned }: PageParts,
): Promise<readonly DataSet[]> => {
  const shown = answerOf(fields, returned);
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
const answerOf = ({ all, paths }: KeySearch['fields'], returned: readonly string[]) => {
  if (all) return (dataSet: DataSet) => dataSet;
  const names = new DataSet();
  for (const path of [...returned, ...paths]) names.set(path.split(/[.[]/u)[0] ?? path, null);
  const wanted = new Set(Object.keys(toJson(names)));
  return (dataSet: DataSet) =>
    fromJson(Object.fromEntries(Object.entries(toJson(dataSet)).filter(([tag]) => wanted.has(tag))));
};
