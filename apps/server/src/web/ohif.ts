// The OHIF viewer at /ohif, where `concord ohif install` has put it. HTML (COOP, COEP), Content Security Policy level 3.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';
import { ohifPolicy, ohifWorkerPolicy } from './security-headers.ts';

/** Pages and workers may share memory only so: OHIF's volumes need it. */
const isolation = { 'cross-origin-embedder-policy': 'require-corp' };

const isHashed = (path: string): boolean => /\.[0-9a-f]{16}\.js$|^[0-9a-f]{16}\.\w+$/u.test(path);

const notInstalled = () => new HttpProblem('not-found', 'OHIF is not installed here: concord ohif install');

/** `folder` is looked at for each request, so that an installation needs no restart. */
export const serveOhif = (app: FastifyInstance, folder: string): void => {
  const root = resolve(folder);
  app.register(async (scope) => {
    await scope.register(fastifyStatic, { root, serve: false });
    const send = async (request: FastifyRequest, reply: FastifyReply) => {
      const path = (request.url.split('?', 1)[0] ?? '').replace(/^\/ohif\/?/u, '');
      if (!existsSync(join(root, 'index.html'))) throw notInstalled();
      const isFile = /\.\w+$/u.test(path);
      reply.headers({ ...isolation, 'content-security-policy': path.endsWith('.js') ? ohifWorkerPolicy : ohifPolicy });
      reply.header('cache-control', isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      return reply.sendFile(isFile ? path : 'index.html', root, { cacheControl: false, dotfiles: 'ignore' });
    };
    for (const url of ['/ohif', '/ohif/*']) scope.route({ method: ['GET', 'HEAD'], url, handler: send });
  });
};
