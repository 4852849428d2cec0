// C-STORE by blast.py, a client that sends prepared PDUs and takes next to nothing itself: what the server can do.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Started } from './targets.ts';
import type { Figure } from './workloads.ts';

const execute = promisify(execFile);
const program = join(import.meta.dirname, 'blast.py');

export interface Blast {
  /** What `prepareStores` wrote. */
  readonly folder: string;
  readonly associations: number;
  /** What is sent, as the table says it. */
  readonly what: string;
  /** Leaves Nagle's algorithm on at the client: then its last segment may wait for what it is owed. */
  readonly nagle?: boolean;
}

/** Each object once; rejects where one is not answered with success. */
export async function blastObjects(server: Started, { folder, associations, what, nagle }: Blast): Promise<Figure> {
  const { dicomPort, aeTitle } = server;
  const asked = ['once', `${dicomPort}`, folder, `${associations}`, aeTitle, nagle ? 'nagle' : 'nodelay'];
  const { stdout } = await execute('/usr/bin/python3', [program, ...asked], { timeout: 600_000 });
  const plural = associations === 1 ? 'association' : 'associations';
  return {
    workload: `C-STORE of ${what}, encoded before, ${associations} ${plural}${nagle ? ", Nagle's algorithm on" : ''}`,
    unit: 'objects/s',
    value: Number(stdout),
    better: 'more',
  };
}
