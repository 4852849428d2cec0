// A look at a configured peer from outside, over HTTP: the draft of a statement comes back. PS3.2
import { observedStatement, probe } from '@concord/conformance';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../web/problem.ts';
import { jsonBody } from './compare-and-plan.ts';
import { probeRequest } from './requests.ts';
import type { Guard } from './rights.ts';
import { type KnownSystem, placeOf } from './run-tests.ts';

export interface ProbeParts {
  readonly peers: () => readonly KnownSystem[];
  readonly guard: Guard;
  readonly onProbe: (who: string, peer: string) => Promise<void>;
}

/** Registers `/conformance/probes`; one at a time, ended when the caller goes away. */
export function registerProbes(app: FastifyInstance, { peers, guard, onProbe }: ProbeParts): void {
  let busy = false;
  app.post('/conformance/probes', async (request, reply) => {
    const { peer, calling } = await jsonBody(request, probeRequest);
    const target = placeOf(peers(), peer, calling);
    if (busy) throw new HttpProblem('conflict', 'Another peer is being probed.');
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    busy = true;
    try {
      await onProbe(guard.who(request, 'not named'), peer);
      const seen = await probe(target, { signal: gone.signal, pause: 50 });
      const { troubles, rejection } = seen;
      return { statement: observedStatement(seen), troubles, ...(rejection !== undefined && { rejection }) };
    } finally {
      busy = false;
    }
  });
}
