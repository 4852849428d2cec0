// Starts measured-server.ts and asks it what it has measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Measurements } from './measured-server.ts';

export interface MeasuredServer extends AsyncDisposable {
  readonly port: number;
  /** Since the last time it was asked. */
  readonly measure: () => Promise<Measurements>;
}

export async function measuredServer(): Promise<MeasuredServer> {
  const program = join(import.meta.dirname, 'measured-server.ts');
  const child = spawn(process.execPath, ['--expose-gc', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done) throw new Error('the acceptor has ended');
    return next.value;
  };
  const port = Number(await line());
  return {
    port,
    measure: async () => {
      child.stdin.write('\n');
      return JSON.parse(await line());
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
