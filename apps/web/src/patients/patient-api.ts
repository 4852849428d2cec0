// Patients that are not right, as the server tells and takes it.
import { request } from '../api.ts';
import { nameInLine } from '../format/person-name.ts';
import { isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from '../json.ts';

export interface QuarantinedStudy {
  readonly uid: string;
  readonly patientId: string;
  readonly issuer: string;
  readonly name: string;
  readonly birthDate: string;
  readonly knownName: string;
  readonly knownBirthDate: string;
  readonly why: string;
  readonly receivedAt: string;
}

export interface Contradiction {
  readonly id: number;
  readonly kind: string;
  readonly instance: string;
  readonly study: string;
  /** Of the study; '' where it is not here. */
  readonly name: string;
  readonly detail: string;
  readonly receivedAt: string;
}

export interface Waiting {
  readonly studies: readonly QuarantinedStudy[];
  readonly objects: readonly Contradiction[];
}

export interface PatientEvent {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  readonly summary: string;
  readonly undoneAt: string;
}

const json = async (address: string, signal?: AbortSignal): Promise<unknown> =>
  (await request(address, signal ? { signal } : {})).json();

const post = async (address: string, body?: object): Promise<JsonObject> => {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers };
  return objectOf(await (await request(address, { method: 'POST', ...sent })).json());
};

export const getWaiting = async (signal?: AbortSignal): Promise<Waiting> => {
  const { studies, objects } = objectOf(await json('/api/patients/quarantine', signal));
  return {
    studies: listOf(studies)
      .filter(isObject)
      .map((study) => ({
        uid: textOf(study, 'studyInstanceUid'),
        patientId: textOf(study, 'patientId'),
        issuer: textOf(study, 'issuer'),
        name: textOf(study, 'patientName'),
        birthDate: textOf(study, 'patientBirthDate'),
        knownName: textOf(study, 'knownName'),
        knownBirthDate: textOf(study, 'knownBirthDate'),
        why: textOf(study, 'why'),
        receivedAt: textOf(study, 'receivedAt'),
      })),
    objects: listOf(objects)
      .filter(isObject)
      .map((object) => ({
        id: numberOf(object, 'conflict') ?? -1,
        kind: textOf(object, 'kind'),
        instance: textOf(object, 'sopInstanceUid'),
        study: textOf(object, 'studyInstanceUid'),
        name: nameInLine(textOf(object, 'patientName')),
        detail: textOf(object, 'detail'),
        receivedAt: textOf(object, 'receivedAt'),
      })),
  };
};

/** As many as the server tells. */
export const mostEvents = 1000;

export const getEvents = async (study: string | undefined, signal?: AbortSignal): Promise<readonly PatientEvent[]> => {
  const query = new URLSearchParams({ limit: String(mostEvents), ...(study !== undefined && { study }) });
  return listOf(await json(`/api/patients/events?${query}`, signal))
    .filter(isObject)
    .map((event) => ({
      id: textOf(event, 'eventId'),
      kind: textOf(event, 'kind'),
      at: textOf(event, 'at'),
      by: textOf(event, 'by'),
      reason: textOf(event, 'reason'),
      summary: textOf(event, 'summary'),
      undoneAt: textOf(event, 'undoneAt'),
    }));
};

/** Whom a person was shown: the server does nothing where that is somebody else by now. */
export interface Seen {
  readonly patient: { readonly studyInstanceUid: string } | { readonly patientId: string; readonly issuer: string };
  readonly values: Readonly<Record<string, string>>;
}

interface Circumstances {
  readonly reason?: string;
  readonly seen?: readonly Seen[];
}

/** Resolves with what was done, in words. */
export const act = async (what: object, { reason = '', seen = [] }: Circumstances = {}): Promise<string> =>
  textOf(await post('/api/patients/events', { act: what, reason, seen }), 'summary');

const patientKeywords = ['PatientID', 'IssuerOfPatientID', 'PatientName', 'PatientBirthDate', 'PatientSex'] as const;

/** The patient of a study, of all that was shown of the two. */
export const seenAt = (studyInstanceUid: string, shown: Readonly<Record<string, string>>): Seen => ({
  patient: { studyInstanceUid },
  values: Object.fromEntries(patientKeywords.map((keyword) => [keyword, shown[keyword] ?? ''])),
});

export const undo = async (event: string): Promise<string> =>
  textOf(await post(`/api/patients/events/${encodeURIComponent(event)}/undo`), 'summary');

export const dismiss = (conflict: number): Promise<JsonObject> => post(`/api/patients/quarantine/${conflict}/dismiss`);
