// One archive asked by QIDO-RS. PS3.18 10.6.
import { type DataSet, DicomError, type DicomJson, fromJson, keywordOf } from '@concord/dicom';
import { jsonFrom } from './dicomweb-client.ts';
import { questionAfter, saidOverWeb } from './negotiation.ts';
import { keysAbove, uniqueKey } from './question.ts';
import { type Answers, type AskedLevel, type Question, type RemoteArchive, RemoteError } from './remote-archive.ts';
import { type TreeEvent, type TreeParts, walk } from './tree.ts';

const resource = { STUDY: 'studies', SERIES: 'series', IMAGE: 'instances' } as const satisfies Record<
  AskedLevel,
  string
>;

/** Answers on one page; a search goes on where the last page ended. */
const page = 500;

/** `/studies/1.2/series` with the keys above the level in the path, all others as parameters; a relational one goes without the former. */
function addressOf(archive: RemoteArchive, { level, keys, relational, wishes }: Question): URL {
  const given = keysAbove[level].map((keyword) => keys.string(keyword) ?? '');
  if (given.includes('') && !relational) throw new RemoteError('unsupported', 'a key of the levels above is missing');
  const above = given.slice(0, given.includes('') ? given.indexOf('') : given.length);
  const [study, series] = above.map(encodeURIComponent);
  const path = [
    ...(study === undefined ? [] : [`studies/${study}`]),
    ...(series === undefined ? [] : [`series/${series}`]),
    resource[level],
  ].join('/');
  const url = new URL(`${archive.dicomweb}/${path}`);
  for (const { tag } of keys.elements()) {
    const keyword = keywordOf(tag);
    if (!keyword || keyword === 'QueryRetrieveLevel' || keyword === 'SpecificCharacterSet') continue;
    if (keysAbove[level].slice(0, above.length).some((each) => each === keyword)) continue;
    const value = keys.strings(tag).join(',');
    if (value !== '') url.searchParams.append(keyword, value);
    else if (keyword !== uniqueKey[level]) url.searchParams.append('includefield', keyword);
  }
  if (wishes?.fuzzyPersonNames) url.searchParams.append('fuzzymatching', 'true');
  return url;
}

/**
 * Fewer than asked for may be as many as it gives at a time: it should warn of the rest (PS3.18 8.3.4.4), and where it does not,
 * a round number is looked behind.
 */
const mayHaveMore = (count: number, wanted: number, warning: string): boolean =>
  count > 0 && count < wanted && (/additional results/i.test(warning) || count % 50 === 0);

/** Answers as their pages come. Throws RemoteError. */
export async function* queryByDicomweb(
  archive: RemoteArchive,
  question: Question,
  timeoutMs: number,
  warned: (warning: string) => void = () => {},
): Answers {
  const url = addressOf(archive, question);
  const begun = new Set<string>();
  for (let offset = 0; offset < question.limit; ) {
    const wanted = Math.min(page, question.limit - offset);
    url.searchParams.set('limit', String(wanted));
    url.searchParams.set('offset', String(offset));
    const { found, warning } = await jsonFrom(url, { signal: question.signal, timeoutMs });
    warned(warning);
    const matches = found.map(readMatch);
    const first = matches.at(0)?.string(uniqueKey[question.level]) ?? '';
    // The page that came before once more: it knows no paging, and this was all.
    if (begun.has(first)) return;
    begun.add(first);
    yield* matches;
    offset += found.length;
    if (found.length !== wanted && !mayHaveMore(found.length, wanted, warning)) return;
  }
}

interface WebParts extends Omit<TreeParts, 'ask'> {
  readonly timeoutMs: number;
}

/** Answers as they come, and what is below them. Throws RemoteError. */
export async function* treeByDicomweb(
  archive: RemoteArchive,
  question: Question,
  { timeoutMs, ...parts }: WebParts,
): AsyncGenerator<TreeEvent, void> {
  let warnings = '';
  const noted = (warning: string) => {
    warnings ||= warning;
  };
  const ask = (each: Question) => queryByDicomweb(archive, each, timeoutMs, noted);
  const { wishes } = question;
  const told = () => wishes && ({ kind: 'negotiated', outcome: saidOverWeb(wishes, warnings) } as const);
  const put = questionAfter(question, saidOverWeb(wishes ?? {}, ''));
  let isFirst = true;
  for await (const event of walk(put, { ...parts, ask })) {
    const outcome = isFirst ? told() : undefined;
    isFirst = false;
    if (outcome) yield outcome;
    yield event;
  }
  const outcome = isFirst ? told() : undefined;
  if (outcome) yield outcome;
}

const isObject = (value: unknown): value is DicomJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readMatch(value: unknown): DataSet {
  if (!isObject(value)) throw new RemoteError('unreadable', 'a match is no DICOM JSON object');
  try {
    return fromJson(value);
  } catch (cause) {
    if (!(cause instanceof DicomError)) throw cause;
    throw new RemoteError('unreadable', cause.message, { cause });
  }
}
