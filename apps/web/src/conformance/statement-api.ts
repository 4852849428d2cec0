// The server's own statement: what its rules find, what was released before, what has changed since.
import { request } from '../api.ts';
import { listOf, numberOf, objectOf, textOf } from '../json.ts';
import { objects } from './comparison.ts';

export const editions = { 'as-configured': 'As configured here', 'as-shipped': 'As shipped' } as const;
export type Edition = keyof typeof editions;
export const templates = { 'annex-a': 'Annex A of 2008', 'annex-n': 'Annex N of today' } as const;
export type Template = keyof typeof templates;

export const forms = {
  html: 'HTML',
  pdf: 'PDF',
  docx: 'Word',
  markdown: 'Markdown',
  docbook: 'DocBook',
  json: 'JSON',
} as const;

/** Where the statement is. Word files have the one order that the standard publishes as such. */
export const statementAddress = (edition: Edition, template: Template, form: keyof typeof forms): string => {
  const query = new URLSearchParams({ edition, format: form });
  if (form !== 'docx' && form !== 'json') query.set('template', template);
  return `/conformance?${query}`;
};

export interface Finding {
  readonly rule: string;
  readonly level: string;
  readonly section: string;
  readonly message: string;
  readonly remedy: string;
}

export interface Validation {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  /** Rules that nobody has decided. */
  readonly open: readonly string[];
  /** What was decided, and how. */
  readonly decided: readonly { readonly rule: string; readonly holds: boolean; readonly how: string }[];
  readonly findings: readonly Finding[];
}

export const readFindings = (value: unknown): readonly Finding[] =>
  objects(value).map((finding) => ({
    rule: textOf(finding, 'rule'),
    level: textOf(finding, 'level'),
    section: textOf(finding, 'section'),
    message: textOf(finding, 'message'),
    remedy: textOf(finding, 'remedy'),
  }));

export const readValidation = (value: unknown): Validation => {
  const validation = objectOf(value);
  return {
    errors: numberOf(validation, 'errors') ?? 0,
    warnings: numberOf(validation, 'warnings') ?? 0,
    notes: numberOf(validation, 'notes') ?? 0,
    open: listOf(validation.open).map(String),
    decided: objects(validation.decided).map((decision) => ({
      rule: textOf(decision, 'rule'),
      holds: decision.holds === true,
      how: textOf(decision, 'how'),
    })),
    findings: readFindings(validation.findings),
  };
};

const json = async (address: string, init: RequestInit = {}): Promise<unknown> => (await request(address, init)).json();

export const getValidation = async (edition: Edition, signal: AbortSignal): Promise<Validation> =>
  readValidation(await json(`/conformance/validation?edition=${edition}`, { signal }));

export interface Release {
  readonly id: string;
  readonly date: string;
  readonly version: string;
  readonly digest: string;
}

export const getReleases = async (signal: AbortSignal): Promise<readonly Release[]> =>
  objects(await json('/conformance/releases', { signal })).map((release) => ({
    id: textOf(release, 'id'),
    date: textOf(release, 'date'),
    version: textOf(release, 'version'),
    digest: textOf(release, 'digest'),
  }));

export const releaseAddress = (id: string, form: 'html' | 'json'): string =>
  `/conformance/releases/${encodeURIComponent(id)}?format=${form}`;

export const makeRelease = (): Promise<unknown> => json('/conformance/releases', { method: 'POST' });

export interface ChangedRow {
  readonly table: string;
  readonly change: string;
  readonly row: string;
}

export const getChanges = async (id: string, signal: AbortSignal): Promise<readonly ChangedRow[]> =>
  objects(await json(`/conformance/releases/${encodeURIComponent(id)}/changes`, { signal })).map((changed) => ({
    table: textOf(changed, 'table'),
    change: textOf(changed, 'change'),
    row: textOf(changed, 'row'),
  }));

/** A kind of contradiction between what runs and its statement. */
export interface Drift {
  readonly kind: string;
  readonly entity: string;
  readonly observed: string;
  readonly stated: string;
  readonly association: string;
  readonly lastAt: string;
  readonly times: number;
}

export const getDrift = async (signal: AbortSignal): Promise<readonly Drift[]> =>
  objects(await json('/conformance/drift', { signal })).map((drift) => ({
    kind: textOf(drift, 'kind'),
    entity: textOf(drift, 'entity'),
    observed: textOf(drift, 'observed'),
    stated: textOf(drift, 'stated'),
    association: textOf(drift, 'association'),
    lastAt: textOf(drift, 'lastAt'),
    times: numberOf(drift, 'times') ?? 0,
  }));

/** Terms of the standard, with what they mean there. */
export interface Term {
  readonly term: string;
  readonly definition: string;
  readonly group: string;
}

export const getGlossary = async (signal: AbortSignal): Promise<readonly Term[]> =>
  objects(await json('/conformance/glossary', { signal })).map((term) => ({
    term: textOf(term, 'term'),
    definition: textOf(term, 'definition'),
    group: textOf(term, 'group'),
  }));

/** How our own statement stands, at the moment that `at` says. */
export interface Status {
  readonly errors: number;
  readonly warnings: number;
  readonly open: number;
  readonly at: string;
}

export const getStatus = async (signal: AbortSignal): Promise<Status> => {
  const status = objectOf(await json('/conformance/status', { signal }));
  return {
    errors: numberOf(status, 'errors') ?? 0,
    warnings: numberOf(status, 'warnings') ?? 0,
    open: numberOf(status, 'open') ?? 0,
    at: textOf(status, 'at'),
  };
};
