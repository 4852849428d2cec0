// The statement is made and validated in a process that ends with it: what it takes of memory and time is not the server's. PS3.2 6, 7
import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { OwnEntity } from '../entities/own-entities.ts';
import { environmentWithCache } from '../environment-with-cache.ts';
import type { Configuration } from '../settings/settings.ts';
import type { Examined, ToldEntity, ToldSystem } from './examination-messages.ts';
import { shippedConfiguration } from './shipped-configuration.ts';

const told = ({ services, ...entity }: OwnEntity): ToldEntity => ({
  ...entity,
  services: services.map(({ declaration: { extendedNegotiation, ...declaration }, handlers }) => ({
    declaration,
    negotiates: extendedNegotiation !== undefined,
    handled: Object.keys(handlers),
  })),
});

export interface ExaminedSystem {
  readonly configuration: Configuration;
  readonly entities: (configuration: Configuration) => readonly OwnEntity[];
}

/** A process that takes longer is ended; in milliseconds. */
const longest = 300_000;

/** Throws an error where the process gives no answer; it has ended then. */
export async function examineStatement(
  { configuration, entities }: ExaminedSystem,
  signal: AbortSignal,
): Promise<Examined> {
  signal.throwIfAborted();
  const system: ToldSystem = {
    configuration,
    configured: entities(configuration).map(told),
    shipped: entities(shippedConfiguration(configuration)).map(told),
  };
  const child = fork(new URL('./examination-process.ts', import.meta.url), {
    execArgv: [],
    env: environmentWithCache(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    signal,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Examined>();
  const late = setTimeout(() => reject(new Error(`the statement was not examined within ${longest} ms`)), longest);
  // A server that has nothing else to do does not stay for it.
  for (const each of [late, child, child.channel]) each?.unref();
  child.once('error', reject);
  child.once('message', (examined: Examined) => resolve(examined));
  child.once('exit', (code) => reject(new Error(`the process that examines the statement ended with ${code}`)));
  child.once('spawn', () => {
    giveWay(child.pid);
    child.send(system, (error) => error && reject(error));
  });
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    child.kill('SIGKILL');
  }
}

/** Whatever else runs here goes before it. */
function giveWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Where that is not allowed it runs as everything does.
  }
}
