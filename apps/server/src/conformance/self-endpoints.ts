// What the server says of its own statement beside the statement itself: how it stands with the rules, and what the words mean. PS3.2 3, 6, 7
import { glossary, type Statement } from '@concord/conformance';
import type { FastifyInstance } from 'fastify';
import type { SystemParts } from './describe-system.ts';
import { statusKeeper } from './self-validation.ts';

/** After what answers HTTP was loaded, so that nobody waits for it; in milliseconds. */
const untilFirst = 2000;

/** Registers `/conformance/status` and `/conformance/glossary`; validates once by itself, and says in the log what was found. */
export function registerSelf(app: FastifyInstance, parts: SystemParts, present: () => Promise<Statement>): void {
  const status = statusKeeper(parts, present);
  app.get('/conformance/status', status);
  app.get('/conformance/glossary', glossary);
  const { log } = parts;
  if (!log) return;
  const tell = async (): Promise<void> => {
    const { errors, warnings, open } = await status();
    log({ errors, warnings, open }, `conformance statement: ${errors} errors, ${warnings} warnings, ${open} open`);
  };
  const failed = (error: unknown): void => log({ err: error }, 'the conformance statement could not be validated');
  let first: NodeJS.Timeout | undefined;
  app.addHook('onReady', (done) => {
    first = setTimeout(() => void tell().catch(failed), untilFirst);
    first.unref();
    done();
  });
  app.addHook('onClose', (_, done) => {
    clearTimeout(first);
    done();
  });
}
