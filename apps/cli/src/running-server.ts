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

interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly json?: unknown;
  readonly bytes?: Blob;
  readonly accept?: string;
}

/** Asks and reads the JSON of the answer. @throws CliError where it cannot be reached or does not do what is asked */
export async function ask(
  path: string,
  asked: Asked,
  options: ServerOptions,
  surroundings: Surroundings,
): Promise<unknown> {
  const signal = AbortSignal.any([surroundings.signal, AbortSignal.timeout(patience)]);
  const response = await answerTo(path, asked, options, { ...surroundings, signal });
  return response.json();
}

/** Asks and reads an answer of one JSON value on each line, as the lines come. @throws CliError as `ask` */
export async function* askLines(
  path: string,
  asked: Asked,
  options: ServerOptions,
  surroundings: Surroundings,
): AsyncGenerator<unknown> {
  const response = await answerTo(path, asked, options, surroundings);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}

/** Asks for an answer that is kept as it is, of the media type `accept` where one is named. @throws CliError as `ask` */
export async function askBytes(
  path: string,
  options: ServerOptions,
  surroundings: Surroundings,
  accept?: string,
): Promise<AsyncIterable<Uint8Array>> {
  const asked: Asked = { method: 'GET', ...(accept !== undefined && { accept }) };
  const { body } = await answerTo(path, asked, options, surroundings);
  return body ?? nothing();
}

/** Sends bytes as they are read, however long that takes. @throws CliError as `ask` */
export async function sendBytes(
  path: string,
  bytes: Blob,
  options: ServerOptions,
  surroundings: Surroundings,
): Promise<void> {
  const response = await answerTo(path, { method: 'PUT', bytes }, options, surroundings);
  await response.arrayBuffer();
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function answerTo(
  path: string,
  { method, json, bytes, accept }: Asked,
  { server }: ServerOptions,
  { environment, signal }: Pick<Surroundings, 'environment' | 'signal'>,
): Promise<Response> {
  const base = server ?? environment.CONCORD_SERVER ?? 'http://localhost:8080';
  if (!URL.canParse(base) || !/^https?:/.test(base)) throw new CliError('usage', `"${base}" is no address of a server`);
  const user = environment.CONCORD_USER;
  const headers = {
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(bytes !== undefined && { 'content-type': 'application/octet-stream' }),
    ...(accept !== undefined && { accept }),
    ...(user !== undefined && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
  };
  const body = {
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(bytes !== undefined && { body: bytes }),
  };
  let response: Response;
  try {
    response = await fetch(new URL(path, base), { method, signal, headers, ...body });
  } catch (cause) {
    throw new CliError('failed', `no Concord server answers at ${base}`, { cause });
  }
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => undefined);
  const detail = typeof answer === 'object' && answer !== null && 'detail' in answer ? String(answer.detail) : '';
  throw new CliError('failed', detail || `the server answered ${response.status}`);
}
