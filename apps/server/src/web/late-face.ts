// Routes under an address of their own that are loaded with the first request there: what they need takes long to load, and few ask for it.
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';

export interface LateFace {
  /** Such as `/conformance`: this address and all below it. */
  readonly prefix: string;
  /** Loads what registers the routes, with their whole addresses. Called again only after it has failed. */
  readonly load: () => Promise<(app: FastifyInstance) => void>;
  /** An application without routes, which answers as the one in front does; requests keep the id that they have there. */
  readonly makeApp: (idOf: (raw: IncomingMessage) => string) => FastifyInstance;
}

const notFound = () => new HttpProblem('not-found', 'Nothing is at this address.');

/** Registers the address; what was loaded is closed with `app`. */
export const registerLateFace = (app: FastifyInstance, { prefix, load, makeApp }: LateFace): void => {
  const ids = new WeakMap<IncomingMessage, string>();
  const loadFace = async (): Promise<FastifyInstance> => {
    const register = await load();
    const face = makeApp((raw) => ids.get(raw) ?? '');
    face.setNotFoundHandler(() => {
      throw notFound();
    });
    register(face);
    await face.ready();
    return face;
  };
  let loading: Promise<FastifyInstance> | undefined;
  const loaded = (): Promise<FastifyInstance> => {
    loading ??= loadFace().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const handOn = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const face = await loaded();
    ids.set(request.raw, request.id);
    reply.hijack();
    face.routing(request.raw, reply.raw);
  };
  app.all(prefix, handOn);
  app.all(`${prefix}/*`, handOn);
  app.addHook('onClose', async () => {
    await loading?.then(
      (face) => face.close(),
      () => undefined,
    );
  });
};
