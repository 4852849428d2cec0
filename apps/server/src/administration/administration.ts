// The administration API: /api, /healthz, /metrics. What each offers is declared in endpoints.ts.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Archive } from '../archive/archive.ts';
import type { AssociationRecords } from '../associations/association-records.ts';
import type { PeerFile } from '../associations/peer-file.ts';
import type { StudyPresentationState } from '../presentation-states/states-of-study.ts';
import type { Configuration } from '../settings/settings.ts';
import type { Transfers } from '../transfers/open-transfers.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { type AlertAnswerParts, alertAnswers } from './alert-answers.ts';
import type { Endpoint } from './endpoint.ts';
import type { AssociationQuery, EchoOutcome, Peer, System } from './endpoints.ts';
import { endpoints } from './endpoints.ts';
import { createEventStreams, type EventStreams } from './events.ts';
import { type ExamTypeAnswerParts, examTypeAnswers } from './exam-type-answers.ts';
import { jobAnswers } from './job-answers.ts';
import { type KeyObjectAnswerParts, keyObjectAnswers } from './key-object-answers.ts';
import { type MediaAnswerParts, mediaAnswers } from './media-answers.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { type OrderAnswerParts, orderAnswers } from './order-answers.ts';
import { peerAnswers } from './peer-answers.ts';
import { type ReconciliationAnswerParts, reconciliationAnswers } from './reconciliation-answers.ts';
import { type RemoteArchiveAnswerParts, remoteArchiveAnswers } from './remote-archive-answers.ts';
import { type RuleAnswerParts, ruleAnswers } from './rule-answers.ts';
import { type StorageAnswerParts, storageAnswers } from './storage-answers.ts';
import { gatherStored } from './stored-events.ts';
import { type TransferAnswerParts, transferAnswers } from './transfer-answers.ts';

export interface AdministrationParts {
  readonly archive: Pick<Archive, 'statistics' | 'watch' | 'reject' | 'rejected' | 'hasRejected' | 'restore' | 'purge'>;
  /** What runs here; asked for at each request, because ports may be chosen at start. */
  readonly system: () => Omit<System, 'statistics'>;
  /** Associations that fit, the newest first. */
  readonly associations: (query: AssociationQuery) => Promise<readonly object[]>;
  /** The last contact with each peer. */
  readonly contacts: AssociationRecords['contacts'];
  readonly peers: {
    list(): readonly Peer[];
    /** Undefined where no peer goes by this AE title. Bounded in time by the network's own timeouts. */
    echo(aeTitle: string, signal: AbortSignal): Promise<EchoOutcome | undefined>;
  };
  readonly transfers: Pick<Transfers, 'jobs' | 'send' | 'control' | 'controlQueue' | 'add'>;
  readonly remoteArchives: RemoteArchiveAnswerParts['remoteArchives'];
  readonly peerFile: PeerFile;
  readonly alerts: AlertAnswerParts['alerts'];
  readonly examTypes: ExamTypeAnswerParts['examTypes'];
  readonly orders: OrderAnswerParts['orders'];
  readonly media: MediaAnswerParts['media'];
  /** Overlay planes that the viewer draws by itself. */
  readonly viewerOverlays: Configuration['viewerOverlays'];
  readonly forwarding: RuleAnswerParts['forwarding'];
  readonly ledger: TransferAnswerParts['ledger'];
  readonly reconciliation: ReconciliationAnswerParts['reconciliation'];
  readonly storageUse: StorageAnswerParts['storageUse'];
  readonly retention: StorageAnswerParts['retention'];
  /** Those of a study, the newest first; none where there is no such study. */
  readonly presentationStates: (studyInstanceUid: string) => Promise<readonly StudyPresentationState[]>;
  readonly keyObjects: KeyObjectAnswerParts['keyObjects'];
  readonly limits: WebLimits;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

type Answer = (request: FastifyRequest, reply: FastifyReply) => unknown;

const waitingBytes = 262_144;
const gather = { everyMs: 200, series: 1000 };

export const registerAdministration = (app: FastifyInstance, parts: AdministrationParts): void => {
  const { limits, signal } = parts;
  const events = createEventStreams({
    listeners: limits.eventListeners,
    heartbeatMs: limits.heartbeatMs,
    waitingBytes,
  });
  const metrics = createMetrics({
    statistics: () => parts.archive.statistics(),
    eventListeners: () => events.listening,
  });
  countRequests(app, metrics);
  tellOfStored(parts, events);
  const stopAlerts = parts.alerts.watch(() => events.publish('alert', {}));
  signal.addEventListener('abort', stopAlerts, { once: true });
  signal.addEventListener('abort', () => events.close(), { once: true });
  const answers: Record<keyof typeof endpoints, Answer> = {
    health: () => ({ status: 'ready' }),
    metrics: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
    system: async () => ({ ...parts.system(), statistics: await parts.archive.statistics() }),
    events: (_request, reply) => listen(reply, events),
    associations: (request) => associations(request, parts),
    peers: () => peersWithContact(parts),
    echo: (request) => echo(request, parts),
    rejected: () => parts.archive.rejected(),
    ...alertAnswers(parts),
    ...examTypeAnswers(parts),
    viewer: () => ({ overlays: parts.viewerOverlays }),
    ...jobAnswers(parts),
    ...orderAnswers(parts),
    ...peerAnswers(parts),
    ...remoteArchiveAnswers(parts),
    ...mediaAnswers(parts),
    ...reconciliationAnswers(parts),
    ...storageAnswers(parts),
    presentationStates: ({ params }) => parts.presentationStates(Object.values(params ?? {}).join('')),
    ...keyObjectAnswers(parts),
    ...ruleAnswers(parts),
    ...transferAnswers(parts),
    openapi: () => openApiDocument(parts.system().version),
  };
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const answer = answers[name as keyof typeof endpoints];
    app.route({
      method: endpoint.method === 'GET' ? ['GET', 'HEAD'] : endpoint.method,
      url: endpoint.path,
      handler: async (request, reply) => {
        reply.header('cache-control', 'no-store');
        return answer(request, reply);
      },
    });
  }
};

const peersWithContact = async ({ peers, contacts }: AdministrationParts) => {
  const contactWith = await contacts();
  return peers.list().map((peer) => ({ ...peer, contact: contactWith(peer.aeTitle) }));
};

const countRequests = (app: FastifyInstance, metrics: Metrics): void => {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.observe({ method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
  });
};

/** Passes the archive's changes on to the listeners until the server stops. */
const tellOfStored = ({ archive, signal }: AdministrationParts, events: EventStreams): void => {
  const stored = gatherStored({ ...gather, publish: (change) => events.publish('stored', change) });
  const stop = archive.watch(({ studyInstanceUid, seriesInstanceUid, count }) => {
    if (events.listening > 0) stored.add({ studyInstanceUid, seriesInstanceUid, instances: count });
  });
  signal.addEventListener('abort', () => {
    stop();
    stored.stop();
  });
};

/** Dates are compared as the records have them: in UTC, with milliseconds. */
const asRecorded = (date: string | undefined): string | undefined => date && new Date(date).toISOString();

const associations = ({ query }: FastifyRequest, parts: AdministrationParts) => {
  const read = endpoints.associations.query.safeParse(query);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = issue?.path.join('.') ?? '';
    throw new HttpProblem('invalid-parameter', `${name && `${quote(name)}: `}${issue?.message ?? 'not valid'}`);
  }
  const { since, until, ...rest } = read.data;
  return parts.associations({ ...rest, since: asRecorded(since), until: asRecorded(until) });
};

const listen = (reply: FastifyReply, events: EventStreams) => {
  const stream = events.open();
  if (stream === undefined) {
    throw new HttpProblem('overloaded', 'Too many pages listen already.', { headers: { 'retry-after': '10' } });
  }
  return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream);
};

const echo = async (request: FastifyRequest, { peers, signal }: AdministrationParts): Promise<EchoOutcome> => {
  const aeTitle = Object.values(request.params ?? {}).join('');
  const outcome = await peers.echo(aeTitle, signal);
  if (outcome === undefined) throw new HttpProblem('not-found', `No peer is called ${quote(aeTitle)}.`);
  return outcome;
};
