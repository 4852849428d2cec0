// Media as the server opens them: folders, uploads, their contents, and what is done with them.
import { request } from '../api.ts';
import { isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from '../json.ts';

export interface Folder {
  readonly path: string;
  readonly name: string;
  /** It has a DICOMDIR. */
  readonly isMedium: boolean;
}

export interface Medium {
  readonly id: string;
  readonly title: string;
  readonly fromDirectory: boolean;
  readonly fileSetId: string;
  readonly instances: number;
}

export type ActionKind = 'open' | 'show' | 'import' | 'send';

export interface ActionNote {
  readonly file: string;
  readonly kind: string;
  readonly text: string;
}

export interface Action {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly medium: string;
  readonly title: string;
  readonly total: number;
  readonly done: number;
  readonly stored: number;
  readonly already: number;
  readonly skipped: number;
  readonly failed: number;
  readonly destination: string;
  readonly job: string;
  readonly series: readonly { readonly study: string; readonly series: string }[];
  readonly notes: readonly ActionNote[];
  readonly detail: string;
}

export interface MediaState {
  readonly folders: readonly Folder[];
  /** MB; 0: nothing can be uploaded. */
  readonly uploadLimit: number;
  readonly opened: readonly Medium[];
  readonly actions: readonly Action[];
}

export interface SeriesOnMedium {
  readonly item: string;
  readonly uid: string;
  readonly modality: string;
  readonly number: string;
  readonly description: string;
  readonly instances: number;
}

export interface StudyOnMedium {
  readonly item: string;
  readonly uid: string;
  readonly date: string;
  readonly description: string;
  readonly accessionNumber: string;
  readonly series: readonly SeriesOnMedium[];
}

export interface PatientOnMedium {
  readonly item: string;
  /** As DICOM writes it. */
  readonly name: string;
  readonly patientId: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly studies: readonly StudyOnMedium[];
}

export interface Contents extends Medium {
  readonly patients: readonly PatientOnMedium[];
  readonly others: number;
  /** What is odd about the medium, in words. */
  readonly remarks: readonly string[];
}

export interface InstanceOnMedium {
  readonly item: string;
  readonly recordType: string;
  readonly sopClassUid: string;
  readonly number: string;
  readonly file: string;
  readonly isThere: boolean;
}

const objects = (value: unknown): readonly JsonObject[] => listOf(value).filter(isObject);

const readFolder = (folder: JsonObject): Folder => ({
  path: textOf(folder, 'path'),
  name: textOf(folder, 'name'),
  isMedium: folder.isMedium === true,
});

const readMedium = (medium: JsonObject): Medium => ({
  id: textOf(medium, 'id'),
  title: textOf(medium, 'title'),
  fromDirectory: medium.from === 'directory',
  fileSetId: textOf(medium, 'fileSetId'),
  instances: numberOf(medium, 'instances') ?? 0,
});

export const readAction = (value: unknown): Action => {
  const action = objectOf(value);
  const count = (name: string) => numberOf(action, name) ?? 0;
  return {
    id: textOf(action, 'action'),
    kind: textOf(action, 'kind'),
    state: textOf(action, 'state'),
    medium: textOf(action, 'medium'),
    title: textOf(action, 'title'),
    total: count('total'),
    done: count('done'),
    stored: count('stored'),
    already: count('already'),
    skipped: count('skipped'),
    failed: count('failed'),
    destination: textOf(action, 'destination'),
    job: textOf(action, 'job'),
    series: objects(action.series).map((each) => ({
      study: textOf(each, 'studyInstanceUid'),
      series: textOf(each, 'seriesInstanceUid'),
    })),
    notes: objects(action.notes).map((note) => ({
      file: textOf(note, 'file'),
      kind: textOf(note, 'kind'),
      text: textOf(note, 'text'),
    })),
    detail: textOf(action, 'detail'),
  };
};

const readSeries = (series: JsonObject): SeriesOnMedium => ({
  item: textOf(series, 'item'),
  uid: textOf(series, 'seriesInstanceUid'),
  modality: textOf(series, 'modality'),
  number: textOf(series, 'number'),
  description: textOf(series, 'description'),
  instances: numberOf(series, 'instances') ?? 0,
});

const readStudy = (study: JsonObject): StudyOnMedium => ({
  item: textOf(study, 'item'),
  uid: textOf(study, 'studyInstanceUid'),
  date: textOf(study, 'date'),
  description: textOf(study, 'description'),
  accessionNumber: textOf(study, 'accessionNumber'),
  series: objects(study.series).map(readSeries),
});

const readPatient = (patient: JsonObject): PatientOnMedium => ({
  item: textOf(patient, 'item'),
  name: textOf(patient, 'name'),
  patientId: textOf(patient, 'patientId'),
  birthDate: textOf(patient, 'birthDate'),
  sex: textOf(patient, 'sex'),
  studies: objects(patient.studies).map(readStudy),
});

const listed = (files: readonly unknown[], what: string): readonly string[] =>
  files.length === 0 ? [] : [`${what}: ${files.map(String).join(', ')}`];

const readContents = (contents: JsonObject): Contents => ({
  ...readMedium(contents),
  patients: objects(contents.patients).map(readPatient),
  others: numberOf(contents, 'others') ?? 0,
  remarks: [
    ...listOf(contents.notes).map(String),
    ...objects(contents.findings).map((finding) => textOf(finding, 'text')),
    ...listed(listOf(contents.passedOver), 'Files of private or unknown records, passed over'),
    ...listed(listOf(contents.unreferenced), 'Files that are no part of it'),
  ],
});

const root = '/api/media';

interface Asked {
  readonly method?: 'POST' | 'DELETE';
  readonly json?: object;
  readonly signal?: AbortSignal | undefined;
}

/** @throws RequestError */
const ask = async (path: string, { method, json, signal }: Asked = {}): Promise<JsonObject> => {
  const init: RequestInit = {
    ...(method && { method }),
    ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
    ...(signal && { signal }),
  };
  return objectOf(await (await request(root + path, init)).json());
};

export const getMedia = async (signal?: AbortSignal): Promise<MediaState> => {
  const state = await ask('', { signal });
  return {
    folders: objects(state.folders).map(readFolder),
    uploadLimit: numberOf(state, 'uploadLimit') ?? 0,
    opened: objects(state.opened).map(readMedium),
    actions: objects(state.actions).map(readAction),
  };
};

const list = async (path: string, signal?: AbortSignal): Promise<readonly JsonObject[]> =>
  objects(await (await request(root + path, signal ? { signal } : {})).json());

export const getFolders = async (path: string, signal?: AbortSignal): Promise<readonly Folder[]> =>
  (await list(`/folders?path=${encodeURIComponent(path)}`, signal)).map(readFolder);

export const getContents = async (medium: string, signal?: AbortSignal): Promise<Contents> =>
  readContents(await ask(`/opened/${encodeURIComponent(medium)}`, { signal }));

export const getInstances = async (
  { medium, item }: { readonly medium: string; readonly item: string },
  signal?: AbortSignal,
): Promise<readonly InstanceOnMedium[]> =>
  (await list(`/opened/${encodeURIComponent(medium)}/instances?item=${encodeURIComponent(item)}`, signal)).map(
    (instance) => ({
      item: textOf(instance, 'item'),
      recordType: textOf(instance, 'recordType'),
      sopClassUid: textOf(instance, 'sopClassUid'),
      number: textOf(instance, 'number'),
      file: textOf(instance, 'file'),
      isThere: instance.isThere === true,
    }),
  );

export const openFolder = async (path: string): Promise<Action> =>
  readAction(await ask('/folders/open', { method: 'POST', json: { path } }));

export interface Wish {
  readonly kind: 'show' | 'import' | 'send';
  readonly items: readonly string[];
  readonly destination?: string;
}

export const actOn = async (medium: string, wish: Wish): Promise<Action> =>
  readAction(await ask(`/opened/${encodeURIComponent(medium)}/actions`, { method: 'POST', json: wish }));

export const closeMedium = async (medium: string): Promise<void> =>
  void (await ask(`/opened/${encodeURIComponent(medium)}`, { method: 'DELETE' }));

export const cancelAction = async (action: string): Promise<void> =>
  void (await ask(`/actions/${encodeURIComponent(action)}/cancel`, { method: 'POST' }));

/** Whether it will still change by itself. */
export const isGoing = ({ state }: Pick<Action, 'state'>): boolean => state === 'waiting' || state === 'running';
