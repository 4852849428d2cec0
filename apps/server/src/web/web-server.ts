// The HTTP face put together: origin rules, security headers, request ids, problems, and the faces' routes.
import { randomUUID } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import { Readable } from 'node:stream';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { type AdministrationParts, registerAdministration } from '../administration/administration.ts';
import type { SystemParts } from '../conformance/describe-system.ts';
import { registerDicomweb, registerWadoUri } from '../dicomweb/dicomweb.ts';
import { createHeldBodies } from '../dicomweb/held-bodies.ts';
import type { DicomwebParts } from '../dicomweb/parts.ts';
import { createPdfTexts } from '../dicomweb/pdf-texts.ts';
import { acceptSubscribers } from '../dicomweb/workitem-channel.ts';
import type { EventDelivery } from '../unified-procedure-step/tell.ts';
import { answerClientError } from './client-error.ts';
import { closeServer, createHttpServer, listenOn } from './http-server.ts';
import { registerLateFace } from './late-face.ts';
import { type WebLimits, webLimits } from './limits.ts';
import { serveOhif } from './ohif.ts';
import { HttpProblem, problemDocument } from './problem.ts';
import { discardRest } from './request-body.ts';
import { checkHost, checkOrigin, corsHeaders, type OriginPolicy, policyFor, preflightHeaders } from './same-origin.ts';
import { securityHeaders } from './security-headers.ts';
import { registerShown, type ShownParts } from './shown.ts';
import { serveStaticFiles } from './static-files.ts';

/** What this face writes its log with; a pino logger is one. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface WebServerParts
  extends Omit<DicomwebParts, 'limits' | 'pdfTexts' | 'holdBody'>,
    Omit<AdministrationParts, 'limits' | 'signal' | 'archive'> {
  readonly host: string;
  readonly port: number;
  readonly origins: OriginPolicy;
  /** What of open media is looked at; absent: nothing can be. */
  readonly shown?: ShownParts;
  /** Folder of the built web interface; undefined or not built: only the interfaces for programs are served. */
  readonly staticFolder?: string | undefined;
  /** Folder of the OHIF viewer, where it may be installed. */
  readonly ohifFolder?: string;
  readonly limits?: Partial<WebLimits>;
  /** Events of work items; absent: nobody can listen. */
  readonly delivery?: EventDelivery;
  /** What the conformance statement is made from; undefined: none is served. */
  readonly conformance?: SystemParts | undefined;
  readonly log: Log;
}

export interface WebServer {
  /** Starts to listen; resolves with the port in use. Throws what `node:net` throws, such as EADDRINUSE. */
  listen(): Promise<number>;
  /** Stops taking requests, ends event streams, lets running requests finish for a while (`closeMs`). */
  close(): Promise<void>;
}

/** What answers, on a server that is somebody else's. */
export interface WebApp {
  /** Ends event streams and lets running requests finish; the server is closed by whoever made it. */
  close(): Promise<void>;
}

/** Listens by itself, and answers from the start. */
export const createWebServer = (parts: WebServerParts): WebServer => {
  const limits = { ...webLimits, ...parts.limits };
  const server = createHttpServer(limits);
  const app = createWebApp(parts, server);
  app.catch(() => undefined);
  return {
    listen: async () => {
      await app;
      return listenOn(server, parts.host, parts.port);
    },
    close: async () => {
      const closing = closeServer(server, limits.closeMs);
      await (await app).close();
      await closing;
    },
  };
};

/** Answers the requests of the server from when this resolves. */
export const createWebApp = async (parts: WebServerParts, server: Server): Promise<WebApp> => {
  const limits = { ...webLimits, ...parts.limits };
  const stopping = new AbortController();
  const pdfTexts = createPdfTexts();
  let answer: RequestListener = () => undefined;
  const app = createApp(parts, limits, {
    serverFactory: (handler) => {
      answer = handler;
      return server;
    },
    genReqId: () => randomUUID(),
  });
  writeDown(app, parts);
  registerAdministration(app, { ...parts, limits, signal: stopping.signal });
  const dicomweb = { ...parts, limits, pdfTexts, holdBody: createHeldBodies(limits.heldBodyBytes) };
  app.register(async (scope) => registerDicomweb(scope, dicomweb), { prefix: '/dicom-web' });
  registerWadoUri(app, dicomweb);
  if (parts.shown) registerShown(app, parts.shown, dicomweb);
  registerConformanceLate(app, parts, limits);
  if (parts.ohifFolder !== undefined) serveOhif(app, parts.ohifFolder);
  serveStaticFiles(app, parts.staticFolder);
  await app.ready();
  server.on('request', answer);
  if (parts.delivery !== undefined) {
    const origins = policyFor(parts.host, parts.origins);
    acceptSubscribers(server, { delivery: parts.delivery, origins, signal: stopping.signal });
  }
  return {
    close: async () => {
      stopping.abort();
      pdfTexts.close();
      await app.close();
    },
  };
};

/** An application without routes: how it reads requests, what every request passes through, how it answers errors. */
const createApp = (
  parts: WebServerParts,
  limits: WebLimits,
  options: Pick<FastifyServerOptions, 'serverFactory' | 'genReqId'>,
): FastifyInstance => {
  const app = fastify({
    ...options,
    logger: false,
    requestIdHeader: false, // an id from outside would put foreign text into our log
    bodyLimit: limits.smallBodyBytes,
    routerOptions: { maxParamLength: limits.headerBytes, ignoreTrailingSlash: true },
    exposeHeadRoutes: false,
    clientErrorHandler: (error, socket) => answerClientError(error, socket, parts.log),
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, parts.log),
  });
  takeBodiesAsStreams(app);
  guard(app, parts);
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, parts.log));
  return app;
};

/** Statements and everything that works with them: half of what would be loaded with a server's first request. */
const registerConformanceLate = (app: FastifyInstance, parts: WebServerParts, limits: WebLimits): void => {
  const { conformance } = parts;
  if (conformance === undefined) return;
  registerLateFace(app, {
    prefix: '/conformance',
    load: async () => {
      const { registerConformance } = await import('../conformance/conformance.ts');
      return (face) => registerConformance(face, conformance);
    },
    makeApp: (genReqId) => createApp(parts, limits, { genReqId }),
  });
};

/** No body is read before its route asks for it: `request.body` is the raw request. */
const takeBodiesAsStreams = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
};

/** What every request passes through. */
const guard = (app: FastifyInstance, { host, origins: configured, log }: WebServerParts): void => {
  const origins = policyFor(host, configured);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...securityHeaders, ...corsHeaders(request.headers.origin, origins), 'x-request-id': request.id });
    checkHost(request.headers.host, origins);
    const secFetchSite = request.headers['sec-fetch-site'];
    checkOrigin(
      {
        method: request.method,
        host: request.headers.host,
        origin: request.headers.origin,
        secFetchSite: typeof secFetchSite === 'string' ? secFetchSite : undefined,
      },
      origins,
    );
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      const allowed = origins.allowedOrigins.includes(request.headers.origin ?? '');
      return reply
        .code(204)
        .headers(allowed ? preflightHeaders : {})
        .send();
    }
    return undefined;
  });
  app.addHook('onSend', async (request, _reply, payload) => {
    if (payload instanceof Readable) {
      payload.once('error', (err) => log.error({ requestId: request.id, err }, 'an answer broke off'));
    }
    return payload;
  });
};

/** What is written down when a request is over. */
const writeDown = (app: FastifyInstance, { log }: WebServerParts): void => {
  app.addHook('onResponse', async (request, reply) => {
    const path = request.url.split('?', 1)[0]; // a query may hold a patient's name
    const fields = { requestId: request.id, method: request.method, path, status: reply.statusCode };
    log.info({ ...fields, ms: Math.round(reply.elapsedTime), from: request.ip }, 'http request');
  });
};

/** Codes of fastify's own errors that mean something other than their status says. */
const frameworkProblem = (error: Error & { statusCode?: number }): HttpProblem => {
  if (error instanceof HttpProblem) return error;
  const status = error.statusCode ?? 500;
  if (status === 404) return new HttpProblem('not-found', 'Nothing is at this address.');
  if (status === 413) return new HttpProblem('too-large', 'The body of the request is too large.');
  if (status === 414 || status === 431) return new HttpProblem('headers-too-large', 'The address is too long.');
  if (status === 415) return new HttpProblem('unsupported-media-type', 'A body needs a Content-Type.');
  if (status === 503) return new HttpProblem('overloaded', 'The server is stopping.');
  if (status >= 400 && status < 500) return new HttpProblem('malformed-request', 'The request cannot be read.');
  return new HttpProblem('internal', 'The server failed; its log has the reason under this request id.', {
    cause: error,
  });
};

/** Said of a representation before it failed: none of it holds for the problem that is sent in its place. RFC 9110 8. */
const ofWhatWasAsked = [
  'accept-ranges',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-location',
  'content-range',
  'etag',
];

const answerError = async (
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): Promise<void> => {
  const problem = frameworkProblem(error);
  if (problem.status >= 500) log.error({ requestId: request.id, err: problem.cause ?? error }, problem.message);
  await discardRest(request.raw);
  if (!request.raw.complete) reply.header('connection', 'close');
  for (const name of ofWhatWasAsked) reply.removeHeader(name);
  reply
    .code(problem.status)
    .headers({ ...securityHeaders, 'x-request-id': request.id, 'cache-control': 'no-store', ...problem.headers })
    .type('application/problem+json')
    .send(problemDocument(problem, request.id));
};
