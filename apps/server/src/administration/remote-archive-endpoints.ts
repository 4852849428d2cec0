// The administration API of other archives: who they are, one question to several of them, and what is to be fetched.
import { z } from 'zod';
import { priorities } from '../jobs/job.ts';
import { askedLevels, queryMethods, retrieveMethods } from '../remote-archives/remote-archive.ts';
import { wishShape } from '../remote-archives/wish-shape.ts';
import type { Endpoint } from './endpoint.ts';

const aeTitle = z.string().min(1).max(16);

/** Matches of one archive, where a request does not say. */
export const usualMatches = 1000;

export const searchRequest = z.strictObject({
  level: z.enum(askedLevels).default('STUDY'),
  depth: z.enum(askedLevels).optional().describe('also what is below each match, down to this level'),
  keys: z
    .record(z.string().max(64), z.string().max(1024))
    .describe('keyword of an attribute and the value to match, as PS3.4 C.2.2.2 has it'),
  archives: z.array(aeTitle).min(1).max(1000).optional().describe('AE titles; absent: all that may be asked'),
  negotiate: z
    .strictObject({
      relational: z.boolean().optional().describe('keys of any level, without those above'),
      combinedDateTime: z.boolean().optional().describe('a range of dates and one of times are one span of moments'),
      fuzzyPersonNames: z.boolean().optional().describe('words of a name by their beginnings, in any order'),
      timezone: z.string().optional().describe('offset from UTC that times of the keys are meant in, such as +0100'),
    })
    .optional()
    .describe('what is asked of the archives beyond plain matching; what each makes of it is told'),
  limit: z.number().int().min(1).max(100_000).default(usualMatches).describe('matches of one archive'),
});

export const retrieveRequest = z.strictObject({
  ...wishShape.shape,
  title: z.string().max(256).default('').describe('what it is about, for people'),
  priority: z.enum(priorities).default('medium'),
});

const archive = z.object({
  aeTitle: z.string(),
  host: z.string(),
  port: z.number(),
  name: z.string().optional().describe('what people call it'),
  query: z.enum(queryMethods),
  retrieve: z.enum(retrieveMethods),
});

const json = 'application/json';

export const remoteArchiveEndpoints = {
  archives: {
    method: 'GET',
    path: '/api/archives',
    summary: 'Other archives that may be asked, and how each is asked and fetched from',
    mediaType: json,
    response: z.array(archive),
  },
  searchArchives: {
    method: 'POST',
    path: '/api/archives/search',
    summary:
      'Asks other archives side by side: body with keys and, if wanted, level, archives and limit. One JSON object on each line: `asked`, then `negotiated` (what an archive makes of each wish: agreed, not agreed, over DICOMweb not said or not asked), `match` and `also` (a further source) as they come, where depth is given `below` (of study and series) and `branch` (what could not be told), and `archive` when one has ended. Closing the connection cancels',
    mediaType: 'application/x-ndjson',
    problems: [400, 403, 404, 413],
  },
  retrieve: {
    method: 'POST',
    path: '/api/archives/:aeTitle/retrieve',
    summary:
      'Queues the retrieval of a study, a series or instances from another archive; a job of the kind `retrieve`',
    mediaType: json,
    response: z.object({ jobId: z.string() }),
    problems: [400, 403, 404, 413],
  },
} as const satisfies Record<string, Endpoint>;
