// Requests about other archives, checked and passed on.
import { Readable } from 'node:stream';
import { DicomError, timezoneOffset } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { RemoteArchives } from '../remote-archives/open-remote-archives.ts';
import {
  beyondLevel,
  identifierOf,
  mayBeGiven,
  mayBeGivenRelationally,
  misplacedWildcard,
} from '../remote-archives/question.ts';
import { askedLevels, type Question, type RemoteArchive } from '../remote-archives/remote-archive.ts';
import { requestRetrieve } from '../remote-archives/request-retrieve.ts';
import type { SearchEvent } from '../remote-archives/search.ts';
import type { Transfers } from '../transfers/open-transfers.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { jsonBody } from './job-answers.ts';
import { retrieveRequest, searchRequest } from './remote-archive-endpoints.ts';

export interface RemoteArchiveAnswerParts {
  readonly remoteArchives: Pick<RemoteArchives, 'list' | 'find' | 'search' | 'moreKeys'>;
  readonly transfers: Pick<Transfers, 'add'>;
  readonly limits: WebLimits;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

const shown = ({ aeTitle, host, port, name, query, retrieve }: RemoteArchive) => ({
  ...{ aeTitle, host, port, query, retrieve },
  ...(name !== undefined && { name }),
});

/** @throws HttpProblem where a title is none of those that may be asked */
function chosen({ list }: RemoteArchiveAnswerParts['remoteArchives'], titles: readonly string[] | undefined) {
  const all = list();
  return (
    titles?.map((title) => {
      const archive = all.find(({ aeTitle }) => aeTitle === title);
      if (!archive) throw new HttpProblem('not-found', `No archive that may be asked is called ${quote(title)}.`);
      return archive;
    }) ?? all
  );
}

/** @throws HttpProblem that names the key */
function keysOf(
  { level, keys: given, negotiate }: z.infer<typeof searchRequest>,
  moreKeys: (level: Question['level']) => readonly string[],
) {
  const more = moreKeys(level);
  const known = negotiate?.relational ? mayBeGivenRelationally(askedLevels.flatMap(moreKeys)) : mayBeGiven(level, more);
  if (negotiate?.timezone !== undefined && timezoneOffset(negotiate.timezone) === undefined)
    throw new HttpProblem('invalid-parameter', `${quote(negotiate.timezone)} is no offset from UTC such as +0100.`);
  const unknown = Object.keys(given).find((keyword) => !known.has(keyword));
  if (unknown !== undefined)
    throw new HttpProblem('invalid-parameter', `${quote(unknown)} is no key of the ${level} level.`);
  const plain = misplacedWildcard(given);
  if (plain !== undefined)
    throw new HttpProblem(
      'invalid-parameter',
      `${quote(plain)} takes no * or ?: a value or, for dates and times, a range.`,
    );
  try {
    return identifierOf(level, given, more);
  } catch (cause) {
    if (!(cause instanceof DicomError)) throw cause;
    throw new HttpProblem('invalid-parameter', quote(cause.message), { cause });
  }
}

/** Without a wish for it nothing is said of relational queries: some archives answer all the same. */
const beyondOf = ({ level, keys, negotiate }: z.infer<typeof searchRequest>, more: readonly string[]) =>
  negotiate?.relational ? beyondLevel(level, keys, more) : [];

async function* lines(events: AsyncIterable<SearchEvent>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

/** One answer for each endpoint of remote-archive-endpoints.ts. */
export const remoteArchiveAnswers = (parts: RemoteArchiveAnswerParts) => {
  const { remoteArchives, transfers, limits, signal } = parts;
  const retrieve = requestRetrieve({ archiveOf: remoteArchives.find, add: transfers.add });
  return {
    archives: () => remoteArchives.list().map(shown),
    searchArchives: async (request: FastifyRequest, reply: FastifyReply) => {
      const asked = await jsonBody(request, searchRequest, limits);
      const { level, depth, archives, limit, negotiate } = asked;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const question = {
        level,
        ...(depth !== undefined && { depth }),
        keys: keysOf(asked, remoteArchives.moreKeys),
        limit,
        ...(negotiate && { wishes: negotiate, beyond: beyondOf(asked, remoteArchives.moreKeys(level)) }),
        signal: AbortSignal.any([signal, gone.signal]),
      };
      const events = remoteArchives.search(chosen(remoteArchives, archives), question);
      return reply
        .type('application/x-ndjson')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(lines(events)));
    },
    retrieve: async (request: FastifyRequest) => {
      const aeTitle = Object.values(request.params ?? {}).join('');
      const { title, priority, ...wish } = await jsonBody(request, retrieveRequest, limits);
      const named = title === '' ? `study ${wish.studyInstanceUid}` : title;
      const jobId = await retrieve({ archive: aeTitle, wish, priority, title: named, cause: `web ${request.ip}` });
      if (jobId === undefined) throw new HttpProblem('not-found', `No archive is called ${quote(aeTitle)}.`);
      return { jobId };
    },
  };
};
