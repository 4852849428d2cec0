// What the server says of its own statement beside the statement itself: how it stands with the rules, and what the words mean. PS3.2 3, 6, 7
import { glossary, type Statement } from '@concord/conformance';
import type { FastifyInstance } from 'fastify';
import type { SystemParts } from './describe-system.ts';
import { statusKeeper } from './self-validation.ts';

/** After the start, so that nobody waits for it; in milliseconds. */
const untilFirst = 2000;

/** Registers `/conformance/status` and `/conformance/glossary`; validates once after the start, and says in the log what was found. */
export function registerSelf(app: FastifyInstance, parts: SystemParts, present: () => Promise<Statement>): void {
  const status = statusKeeper(parts, present);
  app.get('/conformance/status', status);
  app.get('/conformance/glossary', glossary);
  let first: NodeJS.Timeout | undefined;
  const tell = async (): Promise<void> => {
    const { errors, warnings, open } = await status();
    parts.log?.(
      { errors, warnings, open },
      `conformance statement: ${errors} errors, ${warnings} warnings, ${open} open`,
    );
  };
  app.addHook('onListen', (done) => {
    const failed = (error: unknown): void =>
      parts.log?.({ err: error }, 'the conformance statement could not be validated');
    first = setTimeout(() => void tell().catch(failed), untilFirst);
    first.unref();
    done();
  });
  app.addHook('onClose', (_, done) => {
    clearTimeout(first);
    done();
  });
}
