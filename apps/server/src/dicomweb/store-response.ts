// The Store Instances Response Module: what became of each instance. PS3.18 Annex I.
import { DataSet } from '@concord/dicom';
import { HttpProblem } from '../web/problem.ts';

/** What became of one part of a store request. */
export interface Outcome {
  /** A DIMSE status code: 0 stored, Bxxx stored with a warning, everything else a Failure Reason of Table I.2-2. */
  readonly code: number;
  /** In words, for those who read the answer. */
  readonly comment?: string;
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
}

/** @throws HttpProblem too-large where a request has more instances than the answer may name */
export const checkInstances = (count: number, most: number): void => {
  if (count > most) throw new HttpProblem('too-large', `A request may have at most ${most} instances.`);
};

export interface StoreResponse {
  /** 200 all stored, 202 some stored or with warnings, 409 none. PS3.18 Table 10.5.3-1. */
  readonly status: 200 | 202 | 409;
  readonly dataSet: DataSet;
  /** Location and Content-Location, where something was stored: of the one instance, or of the study of all. PS3.18 Table 10.5.3-2. */
  readonly headers: Readonly<Record<string, string>>;
}

const isWarning = (code: number): boolean => code >> 12 === 0xb;
const isStored = ({ code }: Outcome): boolean => code === 0 || isWarning(code);

/** Paths of the studies service, from its base address. */
const studyUrl = (service: string, study: string): string => `${service}/studies/${study}`;
export const instanceUrl = (service: string, study: string, series: string, instance: string): string =>
  `${studyUrl(service, study)}/series/${series}/instances/${instance}`;

/** Where what was stored can be had. */
export interface StoredAt {
  /** Undefined where nothing names it. */
  readonly instanceUrl: (outcome: Outcome) => string | undefined;
  /** Of a study that all of them belong to; absent: there are no studies. */
  readonly studyUrl?: (studyInstanceUid: string) => string;
}

/** Of instances of studies; `service` is the address of the DICOMweb service, without a slash at its end. */
export const storeResponse = (outcomes: readonly Outcome[], service: string): StoreResponse =>
  storeReport(outcomes, amongStudies(service));

const amongStudies = (service: string): StoredAt => ({
  instanceUrl: ({ studyInstanceUid: study, seriesInstanceUid: series, sopInstanceUid: instance }) =>
    study !== undefined && series !== undefined && instance !== undefined
      ? instanceUrl(service, study, series, instance)
      : undefined,
  studyUrl: (study) => studyUrl(service, study),
});

export const storeReport = (outcomes: readonly Outcome[], at: StoredAt): StoreResponse => {
  const stored = outcomes.filter(isStored);
  const failed = outcomes.filter((outcome) => !isStored(outcome));
  const named = failed.filter((outcome) => outcome.sopInstanceUid !== undefined);
  const others = failed.filter((outcome) => outcome.sopInstanceUid === undefined);
  const studies = new Set(stored.flatMap((outcome) => outcome.studyInstanceUid ?? []));
  const [study] = studies;
  const dataSet = new DataSet();
  const studyUrl = study !== undefined && studies.size === 1 ? at.studyUrl?.(study) : undefined;
  dataSet.set('RetrieveURL', studyUrl ?? null);
  if (named.length > 0) dataSet.set('FailedSOPSequence', named.map(failedItem));
  if (stored.length > 0)
    dataSet.set(
      'ReferencedSOPSequence',
      stored.map((outcome) => storedItem(outcome, at)),
    );
  if (others.length > 0) dataSet.set('OtherFailuresSequence', others.map(failedItem));
  const flawed = failed.length > 0 || stored.some(({ code }) => code !== 0);
  const [first] = stored;
  const location = first !== undefined && stored.length === 1 ? at.instanceUrl(first) : studyUrl;
  const headers: Record<string, string> = location === undefined ? {} : { location, 'content-location': location };
  return { status: stored.length === 0 ? 409 : flawed ? 202 : 200, dataSet, headers };
};

const reference = ({ sopClassUid, sopInstanceUid }: Outcome): DataSet => {
  const item = new DataSet();
  if (sopInstanceUid !== undefined) {
    item.set('ReferencedSOPClassUID', sopClassUid ?? null);
    item.set('ReferencedSOPInstanceUID', sopInstanceUid);
  }
  return item;
};

const failedItem = (outcome: Outcome): DataSet => {
  const item = reference(outcome);
  item.set('FailureReason', outcome.code);
  if (outcome.comment) item.set('ErrorComment', outcome.comment.slice(0, 64));
  return item;
};

const storedItem = (outcome: Outcome, at: StoredAt): DataSet => {
  const item = reference(outcome);
  item.set('RetrieveURL', at.instanceUrl(outcome) ?? null);
  if (outcome.code === 0) return item;
  item.set('WarningReason', outcome.code);
  if (outcome.comment) item.set('ErrorComment', outcome.comment.slice(0, 64));
  return item;
};
