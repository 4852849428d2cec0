// Test runs over HTTP: start one at a configured peer, see how far it is, fetch its report, stop it.
import { junitXml, renderHtml, renderMarkdown, reportDocument, type Target } from '@concord/conformance';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HttpProblem, quote } from '../web/problem.ts';
import { asHtml, asJson, inForm, jsonBody } from './compare-and-plan.ts';
import { createTestRuns, type RunProgress } from './test-runs.ts';

const runRequest = z.strictObject({
  peer: z.string().max(16),
  statement: z.unknown().optional(),
  partner: z.unknown().optional(),
  allow: z.array(z.enum(['adds data', 'changes data', 'disturbs'])).default([]),
  /** Whoever does not say that it is a test system gets reading only. */
  inClinicalUse: z.boolean().default(true),
  dryRun: z.boolean().default(false),
  services: z.array(z.string().max(200)).max(100).optional(),
});

/** A system that the configuration names. */
interface KnownSystem {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
}

const withoutReport = ({ report: _, ...progress }: RunProgress) => progress;

/** Registers `/conformance/runs`. Only configured peers are called. */
export function registerTestRuns(app: FastifyInstance, peers: () => readonly KnownSystem[]): void {
  const runs = createTestRuns();
  app.addHook('onClose', async () => {
    for (const { id } of runs.list()) runs.stop(id);
  });
  const found = (id: string): RunProgress => {
    const run = runs.find(id);
    if (!run) throw new HttpProblem('not-found', `There is no run ${quote(id)}.`);
    return run;
  };
  app.get('/conformance/runs', async () => runs.list().map((run) => ({ ...withoutReport(run), results: [] })));
  app.post('/conformance/runs', async (request, reply) => {
    const { peer: title, statement, partner, services, ...rest } = await jsonBody(request, runRequest);
    const peer = peers().find(({ aeTitle }) => aeTitle === title);
    if (!peer)
      throw new HttpProblem('not-found', `No peer ${quote(title)} is configured: only configured peers are called.`);
    const target: Target = { host: peer.host, port: peer.port, calledAeTitle: peer.aeTitle };
    const run = runs.start(target, {
      ...rest,
      ...(statement !== undefined && { statement }),
      ...(partner !== undefined && { partner }),
      ...(services && { services }),
    });
    if (!run) throw new HttpProblem('conflict', 'Another run goes on.');
    return reply.code(201).send(withoutReport(run));
  });
  app.get<{ Params: { id: string } }>('/conformance/runs/:id', async (request) =>
    withoutReport(found(request.params.id)),
  );
  app.delete<{ Params: { id: string } }>('/conformance/runs/:id', async (request, reply) => {
    found(request.params.id);
    runs.stop(request.params.id);
    return reply.code(204).send();
  });
  app.get<{ Params: { id: string } }>('/conformance/runs/:id/report', async (request, reply) => {
    const { report } = found(request.params.id);
    if (!report) throw new HttpProblem('not-found', 'The run has not ended.');
    return inForm(request, reply, {
      json: asJson(report),
      html: asHtml(() => renderHtml(reportDocument(report))),
      markdown: () => ({ mediaType: 'text/markdown', text: renderMarkdown(reportDocument(report)) }),
      junit: () => ({ mediaType: 'application/xml', text: junitXml(report) }),
    });
  });
}
