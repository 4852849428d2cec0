// The administration API of the transfer ledger: what came of each study, what is missing, and the proof line by line.
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

const line = z.object({
  seriesInstanceUid: z.string(),
  modality: z.string(),
  received: z.number(),
  expected: z.number().optional().describe('absent where nobody said'),
  expectedBy: z.string().optional(),
  state: z.enum(['arriving', 'complete', 'incomplete']),
  evidence: z.string().describe('why it counts as complete'),
  completedAt: z.string(),
  gaps: z.array(z.number()).describe('Instance Numbers between others that are not here: a hint, no proof'),
});

const ledger = z.object({
  studyInstanceUid: z.string(),
  patientName: z.string(),
  description: z.string(),
  studyDate: z.string(),
  receivedAt: z.string(),
  study: line,
  series: z.array(line),
  missing: z
    .array(z.object({ seriesInstanceUid: z.string(), sopInstanceUid: z.string(), sopClassUid: z.string() }))
    .describe('announced and not here'),
  refused: z
    .number()
    .describe('objects refused, or broken off and never finished, on associations that brought some of it'),
  sent: z.array(
    z.object({
      destination: z.string(),
      sent: z.number(),
      failed: z.number(),
      pending: z.number(),
      committed: z.number(),
      notCommitted: z.number(),
    }),
  ),
});

export const proofQuery = z.strictObject({
  format: z
    .enum(['json', 'lines', 'csv'])
    .default('json')
    .describe('csv: one line for each event, for spreadsheets; lines: one JSON object on each line'),
});

export const transferQuery = z.strictObject({
  before: z.iso.datetime({ offset: true }).optional().describe('only studies that began to come before'),
  state: z
    .enum(['incomplete'])
    .optional()
    .describe('only studies of which fewer came than somebody said, or others than were named'),
  limit: z
    .stringFormat('whole number', /^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(1000))
    .optional(),
});

/** Query parameters of the list of refused objects. */
export const refusedQuery = z.strictObject({
  before: z.string().min(1).max(64).optional().describe('id of a refusal: only older ones'),
  limit: transferQuery.shape.limit,
});

const refused = z.object({
  id: z.string(),
  at: z.string(),
  peer: z.string().describe('AE title of the sender; empty where it came over the web'),
  address: z.string(),
  associationId: z.string(),
  studyInstanceUid: z.string(),
  sopInstanceUid: z.string(),
  sopClassUid: z.string(),
  transferSyntaxUid: z.string(),
  status: z.number(),
  detail: z.string().describe('why, in words'),
});

const uid = z.string().regex(/^[0-9.]{1,64}$/u, 'must be a UID');

/** How many there are, as somebody who sends them knows. */
export const expectRequest = z.strictObject({
  studyInstanceUid: uid,
  seriesInstanceUid: uid.optional(),
  count: z.number().int().min(0).max(1_000_000),
});

const json = 'application/json';

export const transferEndpoints = {
  transfers: {
    method: 'GET',
    path: '/api/transfers',
    summary: 'What came of each study, the last to begin first',
    mediaType: json,
    query: transferQuery,
    response: z.array(ledger),
    problems: [400],
  },
  refusedObjects: {
    method: 'GET',
    path: '/api/transfers/refused',
    summary: 'What was not taken, from whom, why and when, the last first',
    mediaType: json,
    query: refusedQuery,
    response: z.array(refused),
    problems: [400],
  },
  expect: {
    method: 'POST',
    path: '/api/transfers/expected',
    summary: 'Says how many instances a study or series has: body with studyInstanceUid, count, seriesInstanceUid',
    mediaType: json,
    response: z.object({ studyInstanceUid: z.string(), count: z.number() }),
    problems: [400, 403, 413],
  },
  studyTransfer: {
    method: 'GET',
    path: '/api/transfers/studies/:study',
    summary: 'What came of a study',
    mediaType: json,
    response: ledger,
    problems: [404],
  },
  studyProof: {
    method: 'GET',
    path: '/api/transfers/studies/:study/proof',
    summary: 'What happened to each instance of a study: stored, refused, missing, sent, committed',
    mediaType: json,
    query: proofQuery,
    problems: [400, 404],
  },
  associationProof: {
    method: 'GET',
    path: '/api/transfers/associations/:association/proof',
    summary: 'What happened to each instance that came, or went out, over an association',
    mediaType: json,
    query: proofQuery,
    problems: [400, 404],
  },
} as const satisfies Record<string, Endpoint>;
