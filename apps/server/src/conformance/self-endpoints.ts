// What the server says of its own statement beside the statement itself: how it stands with the rules, and what the words mean. PS3.2 3, 6, 7
import { glossary, type Statement } from '@concord/conformance';
import type { FastifyInstance } from 'fastify';
import type { SystemParts } from './describe-system.ts';
import type { ValidationOf } from './kept-validation.ts';
import { statusKeeper } from './self-validation.ts';

/** Registers `/conformance/status` and `/conformance/glossary`. */
export function registerSelf(
  app: FastifyInstance,
  parts: SystemParts,
  own: { readonly present: () => Promise<Statement>; readonly validationOf: ValidationOf },
): void {
  app.get('/conformance/status', statusKeeper(parts, own));
  app.get('/conformance/glossary', glossary);
}
