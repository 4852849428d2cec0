// Other systems' statements that the server keeps, read with care, and the requests for them.
import { request } from '../api.ts';
import { listOf, numberOf, objectOf, textOf } from '../json.ts';
import { objects, post } from './comparison.ts';

export interface StatementVersion {
  readonly version: number;
  readonly origin: string;
  readonly keptAt: string;
  readonly keptBy: string;
  readonly digest: string;
}

export interface KeptStatement {
  readonly id: string;
  readonly name: string;
  /** The newest first. */
  readonly versions: readonly StatementVersion[];
}

/** What was recognised of a document, with the line it was read from. */
export interface Fact {
  /** JSON Pointer into the statement. */
  readonly path: string;
  readonly kind: string;
  readonly text: string;
  /** Counted from 1; 0: of no single line. */
  readonly line: number;
  /** Why it was not sure; none: it was. */
  readonly doubts: readonly string[];
}

/** What was read of a document, to be looked at before it is kept. */
export interface Imported {
  readonly origin: string;
  readonly statement: unknown;
  readonly facts: readonly Fact[];
  readonly uncertain: readonly { readonly line: number; readonly text: string; readonly reason: string }[];
  readonly faults: readonly string[];
}

const address = (id: string): string => `/conformance/statements/${encodeURIComponent(id)}`;

export const getStatements = async (signal: AbortSignal): Promise<readonly KeptStatement[]> =>
  objects(await (await request('/conformance/statements', { signal })).json()).map((statement) => ({
    id: textOf(statement, 'id'),
    name: textOf(statement, 'name'),
    versions: objects(statement.versions).map((version) => ({
      version: numberOf(version, 'version') ?? 0,
      origin: textOf(version, 'origin'),
      keptAt: textOf(version, 'keptAt'),
      keptBy: textOf(version, 'keptBy'),
      digest: textOf(version, 'digest'),
    })),
  }));

export const statementPage = (id: string, version: number, form: 'html' | 'json'): string =>
  `${address(id)}?version=${version}&format=${form}`;

/** The newest version. */
export const getStatement = async (id: string): Promise<unknown> =>
  (await request(`${address(id)}?format=json`)).json();

export const readImported = (value: unknown): Imported => {
  const body = objectOf(value);
  return {
    origin: textOf(body, 'origin'),
    statement: body.statement,
    facts: objects(body.facts).map((fact) => ({
      path: textOf(fact, 'path'),
      kind: textOf(fact, 'kind'),
      text: textOf(fact, 'text'),
      line: numberOf(fact, 'line') ?? 0,
      doubts: listOf(fact.doubts).map(String),
    })),
    uncertain: objects(body.uncertain).map((doubt) => ({
      line: numberOf(doubt, 'line') ?? 0,
      text: textOf(doubt, 'text'),
      reason: textOf(doubt, 'reason'),
    })),
    faults: objects(body.faults).map((fault) => `${textOf(fault, 'path')}: ${textOf(fault, 'message')}`),
  };
};

export const importText = async (document: { readonly name: string; readonly text: string }): Promise<Imported> =>
  readImported(await (await post('/conformance/imports', document)).json());

const probingMs = 300_000;

/** Looks at a configured peer from outside. */
export const probePeer = async (peer: string): Promise<Imported> => {
  const answer = objectOf(
    await (
      await request('/conformance/probes', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ peer }),
        timeoutMs: probingMs,
      })
    ).json(),
  );
  const troubles = [textOf(answer, 'rejection'), ...listOf(answer.troubles).map(String)].filter(Boolean);
  return {
    origin: 'probe',
    statement: answer.statement,
    facts: [],
    uncertain: troubles.map((reason) => ({ line: 0, text: '', reason })),
    faults: [],
  };
};

export interface ToKeep {
  readonly name: string;
  readonly statement: unknown;
  readonly origin: string;
}

export const keepStatement = async (kept: ToKeep): Promise<number> =>
  numberOf(objectOf(await (await post('/conformance/statements', kept)).json()), 'version') ?? 0;

export const deleteStatement = async (id: string): Promise<void> => {
  await request(address(id), { method: 'DELETE' });
};
