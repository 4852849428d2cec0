// A search of other archives as the server tells it: one JSON object on each line, taken in as it comes.
import { request } from '../api.ts';
import { isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from '../json.ts';
import { readStudy, type Study } from '../studies/study.ts';

export interface Archive {
  readonly aeTitle: string;
  /** What people call it: its AE title where the settings say nothing else. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly retrieve: string;
}

export const getArchives = async (signal?: AbortSignal): Promise<readonly Archive[]> => {
  const response = await request('/api/archives', signal ? { signal } : {});
  return listOf(await response.json())
    .filter(isObject)
    .map((archive) => ({
      aeTitle: textOf(archive, 'aeTitle'),
      name: textOf(archive, 'name') || textOf(archive, 'aeTitle'),
      host: textOf(archive, 'host'),
      port: numberOf(archive, 'port') ?? 0,
      retrieve: textOf(archive, 'retrieve'),
    }));
};

/** A study of another archive, and where else it is. */
export interface FoundStudy extends Study {
  readonly sources: readonly Source[];
}

export interface Source {
  readonly archive: string;
  readonly instances: number;
  /** Keywords of what this archive says otherwise than the first one about the patient. */
  readonly differs: readonly string[];
  /** All that it says of the study, in the DICOM JSON model. */
  readonly said: JsonObject;
}

export type ArchiveState = 'asked' | 'done' | 'limit' | 'failed' | 'stopped';

export interface AskedArchive {
  readonly aeTitle: string;
  readonly state: ArchiveState;
  readonly matches: number;
  readonly dropped: number;
  readonly milliseconds: number;
  readonly detail: string;
  /** What it made of each wish, by the names of the negotiation. */
  readonly outcome: Readonly<Record<string, string>>;
}

/** What is known so far. */
export interface SearchResult {
  readonly archives: readonly AskedArchive[];
  readonly studies: readonly FoundStudy[];
}

export const nothingFound: SearchResult = { archives: [], studies: [] };

const states: readonly ArchiveState[] = ['asked', 'done', 'limit', 'failed', 'stopped'];

const asked = (aeTitle: string): AskedArchive => ({
  aeTitle,
  state: 'asked',
  matches: 0,
  dropped: 0,
  milliseconds: 0,
  detail: '',
  outcome: {},
});

const ended = (event: JsonObject): Omit<AskedArchive, 'outcome'> => ({
  aeTitle: textOf(event, 'archive'),
  state: states.find((state) => state === textOf(event, 'state')) ?? 'failed',
  matches: numberOf(event, 'matches') ?? 0,
  dropped: numberOf(event, 'dropped') ?? 0,
  milliseconds: numberOf(event, 'milliseconds') ?? 0,
  detail: textOf(event, 'detail'),
});

/** Takes one event in; events of no known kind change nothing. */
export const takeIn = (result: SearchResult, event: JsonObject): SearchResult => {
  const kind = textOf(event, 'kind');
  if (kind === 'asked') return { ...result, archives: listOf(event.archives).map((title) => asked(String(title))) };
  if (kind === 'archive') {
    const end = ended(event);
    return {
      ...result,
      archives: result.archives.map((each) => (each.aeTitle === end.aeTitle ? { ...each, ...end } : each)),
    };
  }
  if (kind === 'negotiated') {
    const outcome = Object.fromEntries(
      Object.entries(objectOf(event.outcome)).map(([name, said]) => [name, String(said)]),
    );
    const told = textOf(event, 'archive');
    return {
      ...result,
      archives: result.archives.map((each) => (each.aeTitle === told ? { ...each, outcome } : each)),
    };
  }
  if (kind !== 'match' && kind !== 'also') return result;
  const study = readStudy(objectOf(event.match));
  const archive = textOf(event, 'archive');
  const source = {
    archive,
    instances: study.instances,
    differs: listOf(event.differs).map(String),
    said: objectOf(event.match),
  };
  const archives = result.archives.map((each) =>
    each.aeTitle === archive ? { ...each, matches: each.matches + 1 } : each,
  );
  if (kind === 'match') return { archives, studies: [...result.studies, { ...study, sources: [source] }] };
  const studies = result.studies.map((each) =>
    each.uid === study.uid ? { ...each, sources: [...each.sources, source] } : each,
  );
  return { archives, studies };
};

/** What is asked of archives beyond plain matching. */
export interface Wishes {
  readonly fuzzyPersonNames?: boolean;
  readonly combinedDateTime?: boolean;
  readonly timezone?: string;
}

/** What each wish is called. */
export const wishWords: Readonly<Record<string, string>> = {
  fuzzyPersonNames: 'names loosely',
  combinedDateTime: 'one span of time',
  timezone: 'time zone',
};

export interface SearchRequest {
  readonly keys: Readonly<Record<string, string>>;
  readonly archives: readonly string[];
  readonly wishes: Wishes;
}

/** Events as they come, several at a time. Throws RequestError. */
export const searchArchives = ({ keys, archives, wishes }: SearchRequest, signal: AbortSignal) => {
  const given = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== ''));
  const negotiate = Object.keys(wishes).length > 0 && { negotiate: wishes };
  return postSearch({ keys: given, archives, ...negotiate }, signal);
};

/** The same for any question. */
export async function* postSearch(wish: object, signal: AbortSignal): AsyncGenerator<readonly JsonObject[]> {
  const body = JSON.stringify(wish);
  const headers = { 'content-type': 'application/json' };
  const response = await request('/api/archives/search', { method: 'POST', headers, body, signal, timeoutMs: 600_000 });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value = '', done = true } = (await reader?.read()) ?? {};
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    const events = lines.map((line): unknown => JSON.parse(line)).filter(isObject);
    if (events.length > 0) yield events;
    if (done) return;
  }
}

/** What is to be fetched: a study, a series of it, or objects of a series. */
export interface FetchWish {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: readonly string[];
  readonly patientId?: string;
  readonly title: string;
}

/** The whole study. */
export const wishFor = (study: FoundStudy): FetchWish => ({
  studyInstanceUid: study.uid,
  title: [study.name.main, study.description, study.date].filter(Boolean).join(', ').slice(0, 256),
  ...(study.patientId !== '' && { patientId: study.patientId }),
});

/** The id of the job that fetches. */
export const fetchFrom = async (archive: string, wish: FetchWish): Promise<string> => {
  const headers = { 'content-type': 'application/json' };
  const path = `/api/archives/${encodeURIComponent(archive)}/retrieve`;
  const init = { method: 'POST', headers, body: JSON.stringify(wish) };
  return textOf(objectOf(await (await request(path, init)).json()), 'jobId');
};
