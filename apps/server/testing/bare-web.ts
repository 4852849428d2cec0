// A web server without the rest of ours: bodies are read by those that want them, errors answered with their status and words.
import fastify, { type FastifyInstance } from 'fastify';

/** Not listening; endpoints are registered by the test. */
export function bareWeb(): FastifyInstance {
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error: Error & { status?: number }, _request, reply) =>
    reply.code(error.status ?? 500).send(error.message),
  );
  return app;
}
