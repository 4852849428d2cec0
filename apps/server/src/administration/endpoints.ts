// What the administration API offers: one declaration gives the routes, the checks and the OpenAPI document.
import { z } from 'zod';
import { defaultLimit, mostRecords } from '../associations/association-records.ts';
import { alertEndpoints } from './alert-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { examTypeEndpoints } from './exam-type-endpoints.ts';
import { jobEndpoints } from './job-endpoints.ts';
import { keyObjectEndpoints } from './key-object-endpoints.ts';
import { mediaEndpoints } from './media-endpoints.ts';
import { orderEndpoints } from './order-endpoints.ts';
import { peerEndpoints } from './peer-endpoints.ts';
import { presentationEndpoints } from './presentation-endpoints.ts';
import { reconciliationEndpoints } from './reconciliation-endpoints.ts';
import { remoteArchiveEndpoints } from './remote-archive-endpoints.ts';
import { ruleEndpoints } from './rule-endpoints.ts';
import { storageEndpoints } from './storage-endpoints.ts';
import { transferEndpoints } from './transfer-endpoints.ts';

const statistics = z.object({
  patients: z.number(),
  studies: z.number(),
  series: z.number(),
  instances: z.number(),
  bytes: z.number(),
});

const system = z.object({
  name: z.string(),
  version: z.string(),
  aeTitle: z.string(),
  dicomHost: z.string(),
  dicomPort: z.number(),
  httpPort: z.number(),
  dataFolder: z.string(),
  statistics,
});

const peer = z.object({
  aeTitle: z.string(),
  host: z.string(),
  port: z.number(),
  name: z.string().optional().describe('what people call it'),
});

const moment = z.string().describe('ISO 8601; empty: never');

const contact = z.object({
  heardAt: moment.describe('it opened an association that was accepted here'),
  reachedAt: moment.describe('it accepted an association of ours'),
  missedAt: moment.describe('it did not accept one, or did not answer'),
  missedWhy: z.string(),
});

const echo = z.object({
  status: z.enum(['success', 'failure']),
  milliseconds: z.number(),
  detail: z.string().optional().describe('in words, where the peer did not answer with success'),
});

const rejected = z.object({
  studyInstanceUid: z.string(),
  patientName: z.string().describe('empty where no object of it can be read'),
  patientId: z.string(),
  studyDate: z.string(),
  description: z.string(),
  instances: z.number(),
  rejectedAt: z.string().describe('of the last rejection'),
  rejectedBy: z.string(),
  reason: z.string(),
});

const changed = z.object({ instances: z.number() });

/** An association as the network records it; its members are described in the guide, not here. */
const association = z.record(z.string(), z.unknown());

/** Text of a query parameter as a number. */
const whole = (minimum: number, maximum: number) =>
  z
    .stringFormat('whole number', /^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum));

const associationQuery = z.strictObject({
  id: z.string().max(64).optional().describe('of one association'),
  aeTitle: z.string().max(16).optional().describe('calling or called'),
  address: z.string().max(64).optional().describe('of the other system'),
  outcome: z
    .enum(['released', 'refused', 'failed'])
    .optional()
    .describe('refused: rejected, or a presentation context was; failed: that, or an operation failed, or no release'),
  since: z.iso.datetime({ offset: true }).optional().describe('begun then or later'),
  until: z.iso.datetime({ offset: true }).optional().describe('begun then or before'),
  limit: whole(1, mostRecords).optional().describe(`at most ${mostRecords}; ${defaultLimit} where absent`),
  offset: whole(0, 100_000).optional(),
});
export type AssociationQuery = z.infer<typeof associationQuery>;

export type System = z.infer<typeof system>;
export type Peer = z.infer<typeof peer>;
export type EchoOutcome = z.infer<typeof echo>;

const json = 'application/json';

export const endpoints = {
  health: {
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the server is ready',
    mediaType: json,
    response: z.object({ status: z.literal('ready') }),
  },
  metrics: { method: 'GET', path: '/metrics', summary: 'Figures for Prometheus', mediaType: 'text/plain' },
  system: {
    method: 'GET',
    path: '/api/system',
    summary: 'What runs here, and how much it holds',
    mediaType: json,
    response: system,
  },
  events: {
    method: 'GET',
    path: '/api/events',
    summary:
      'Server-sent events: `stored` with studyInstanceUid, seriesInstanceUid and instances as data; `alert` where /api/alerts changed',
    mediaType: 'text/event-stream',
    problems: [503],
  },
  associations: {
    method: 'GET',
    path: '/api/associations',
    summary: 'Associations of the history, the newest first',
    mediaType: json,
    query: associationQuery,
    problems: [400],
    response: z.array(association),
  },
  peers: {
    method: 'GET',
    path: '/api/peers',
    summary: 'The peers of the configuration, and when each was last heard of, reached and missed',
    mediaType: json,
    response: z.array(peer.extend({ contact })),
  },
  echo: {
    method: 'POST',
    path: '/api/peers/:aeTitle/echo',
    summary: 'Calls a peer and asks for a C-ECHO',
    mediaType: json,
    response: echo,
    problems: [403, 404],
  },
  rejected: {
    method: 'GET',
    path: '/api/rejected',
    summary: 'Studies with rejected instances, the last rejected first',
    mediaType: json,
    response: z.array(rejected),
  },
  restore: {
    method: 'POST',
    path: '/api/rejected/:study/restore',
    summary: 'Puts the rejected instances of a study back; body, if wanted, with by and reason',
    mediaType: json,
    response: changed,
    problems: [400, 403, 404, 409, 413],
  },
  purge: {
    method: 'POST',
    path: '/api/rejected/:study/purge',
    summary: 'Deletes the rejected instances of a study for good; body, if wanted, with by and reason',
    mediaType: json,
    response: changed,
    problems: [400, 403, 404, 409, 413],
  },
  ...alertEndpoints,
  ...examTypeEndpoints,
  ...jobEndpoints,
  ...orderEndpoints,
  ...peerEndpoints,
  ...mediaEndpoints,
  ...remoteArchiveEndpoints,
  ...reconciliationEndpoints,
  ...storageEndpoints,
  ...presentationEndpoints,
  ...keyObjectEndpoints,
  ...ruleEndpoints,
  ...transferEndpoints,
  openapi: { method: 'GET', path: '/api/openapi.json', summary: 'This document', mediaType: json },
} as const satisfies Record<string, Endpoint>;
