// The statement by the names of the template, for who looks a field up by its path, and the schema of that. PS3.2 Annex A
import { type Statement, templateJsonSchema, templateView } from '@concord/conformance';
import type { FastifyInstance } from 'fastify';

/** Registers `/conformance/template` and `/conformance/schema/template`. */
export function registerTemplate(app: FastifyInstance, present: () => Promise<Statement>): void {
  app.get('/conformance/template', async () => templateView(await present()));
  app.get('/conformance/schema/template', async (_request, reply) =>
    reply.type('application/schema+json').send(JSON.stringify(templateJsonSchema())),
  );
}
