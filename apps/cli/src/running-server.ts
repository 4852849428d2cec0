// The administration API of a running server, as commands ask it.
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import type { Surroundings } from './surroundings.ts';

export interface ServerOptions {
  readonly server?: string;
}

/** Adds the option that says which server. */
export const withServer = (command: Command): Command =>
  command.option('--server <url>', 'address of its web page (default: CONCORD_SERVER, or http://localhost:8080)');

const patience = 60_000; // ms for an answer

/** Asks and reads the JSON of the answer. @throws CliError where it cannot be reached or does not do what is asked */
export async function ask(
  path: string,
  body: { readonly method: 'GET' | 'POST'; readonly json?: unknown },
  { server }: ServerOptions,
  { environment, signal }: Surroundings,
): Promise<unknown> {
  const base = server ?? environment.CONCORD_SERVER ?? 'http://localhost:8080';
  if (!URL.canParse(base) || !/^https?:/.test(base)) throw new CliError('usage', `"${base}" is no address of a server`);
  const url = new URL(path, base);
  const init = {
    method: body.method,
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    ...(body.json !== undefined && {
      body: JSON.stringify(body.json),
      headers: { 'content-type': 'application/json' },
    }),
  };
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    throw new CliError('failed', `no Concord server answers at ${base}`, { cause });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const detail = typeof answer === 'object' && answer !== null && 'detail' in answer ? String(answer.detail) : '';
  throw new CliError('failed', detail || `the server answered ${response.status}`);
}
