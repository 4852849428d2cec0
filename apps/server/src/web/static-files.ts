// The files of the web interface, and its first page for every address that is a page of it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';
import { pagePolicy } from './security-headers.ts';

/** Names that the build made from the content never change their content. */
const isHashed = (path: string): boolean => /[\\/]assets[\\/][^\\/]+-[\w-]{8,}\.\w+$/u.test(path);

/** A page of the interface, as opposed to a file (`.js`; not the `.3` of a UID) or an interface for programs. */
export const isPage = (method: string, path: string, accept: string | undefined): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  !/\.[a-z]\w*$|\/\.[^/]*$/iu.test(path) &&
  !/^\/(?:shown\/)?(?:api|dicom-web|wado|conformance|metrics|healthz|ohif)(?:\/|$)/u.test(path) &&
  /text\/html|\*\/\*/u.test(accept ?? '');

const notFound = () => new HttpProblem('not-found', 'Nothing is at this address.');

/** Serves `folder` at `/`; without a folder every address outside the interfaces for programs is 404. */
export const serveStaticFiles = (app: FastifyInstance, folder: string | undefined): void => {
  const built = folder !== undefined && existsSync(join(folder, 'index.html'));
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (!built || !isPage(request.method, path, request.headers.accept)) throw notFound();
    reply.header('content-security-policy', pagePolicy).header('cache-control', 'no-cache');
    return reply.sendFile('index.html', { cacheControl: false });
  });
  if (!built) return;
  app.register(fastifyStatic, {
    root: folder,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, path) => {
      if (path.endsWith('.html')) reply.header('content-security-policy', pagePolicy);
      reply.header('cache-control', isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
};
