// Released statements over HTTP: which there are, each as it was, what has changed since, and releasing the present one.
import { type AuthorsWords, type Statement, StatementError, statementDigest } from '@concord/conformance';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem, quote } from '../web/problem.ts';
import { pagePolicy } from '../web/security-headers.ts';
import { asHtml, inForm, jsonBody } from './compare-and-plan.ts';
import { type Release, type Releases, releasedStatement } from './releases.ts';
import { releaseRequest } from './requests.ts';
import { changesBetween } from './statement-changes.ts';

export interface ReleaseParts {
  readonly releases: Releases;
  /** The statement of what runs now, with its history, and with words of the author in its last row. */
  readonly present: (words?: AuthorsWords) => Promise<Statement>;
  /** Rules of level E that a statement breaks. */
  readonly broken: (statement: Statement, digest: string) => readonly string[];
  readonly html: (statement: Statement) => string;
  /** Of the product that runs: only its statement is released. */
  readonly version: string;
}

const versionsOf = ({ cover }: Statement): readonly string[] =>
  cover.state === 'described' ? cover.products.flatMap(({ versions }) => versions) : [];

/** The body may be left out. */
const wordsOf = async (request: FastifyRequest): Promise<AuthorsWords> =>
  (request.headers['content-length'] ?? '0') === '0' && request.headers['transfer-encoding'] === undefined
    ? {}
    : jsonBody(request, releaseRequest);

/** Registers `/conformance/releases`. */
export function registerReleases(
  app: FastifyInstance,
  { releases, present, broken, html, version }: ReleaseParts,
): void {
  const found = async (id: string) => {
    const kept = await releases.read(id);
    if (!kept) throw new HttpProblem('not-found', `No release is called ${quote(id)}.`);
    return kept;
  };
  const statementIn = (kept: { readonly release: Release; readonly text: string }): Statement => {
    try {
      return releasedStatement(kept);
    } catch (cause) {
      if (!(cause instanceof StatementError)) throw cause;
      throw new HttpProblem('conflict', `The release can be had as JSON only: ${cause.message}.`, { cause });
    }
  };
  app.get('/conformance/releases', () => releases.list());
  app.post('/conformance/releases', async (request, reply) => {
    const statement = await present(await wordsOf(request));
    const versions = versionsOf(statement);
    if (!versions.includes(version)) {
      const whose = versions.length === 0 ? 'names no version' : `is of version ${versions.join(', ')}`;
      throw new HttpProblem('conflict', `The statement ${whose}, and version ${version} runs here.`);
    }
    const rules = broken(statement, statementDigest(statement));
    if (rules.length > 0)
      throw new HttpProblem('conflict', `A draft cannot be released: it breaks ${rules.join(', ')}.`);
    return reply.code(201).send(await releases.keep(statement, new Date().toISOString().slice(0, 10)));
  });
  app.get<{ Params: { release: string } }>('/conformance/releases/:release', async (request, reply) => {
    const kept = await found(request.params.release);
    reply.header('content-security-policy', pagePolicy);
    return inForm(request, reply, {
      json: () => ({ mediaType: 'application/json', text: kept.text }),
      html: asHtml(() => html(statementIn(kept))),
    });
  });
  app.get<{ Params: { release: string } }>('/conformance/releases/:release/changes', async (request) =>
    changesBetween(statementIn(await found(request.params.release)), await present()),
  );
}
