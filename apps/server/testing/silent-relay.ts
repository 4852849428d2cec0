// A way to a PostgreSQL server on which everything may vanish from one moment on: connections stay, and nobody ever answers.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hooks } from './programs.ts';
import { startPassing } from './relay.ts';

/** What is swallowed: what the database is asked, or what it answers to what it has carried out. */
export type Swallowed = 'nothing' | 'questions' | 'answers';

export interface SilentRelay {
  /** Of the same database, by this way. */
  readonly url: string;
  /** From now on, on every connection; one that has lost something stays silent for good. */
  swallow(what: Swallowed): void;
  /** Connections that have lost something. */
  lost(): number;
}

const socketName = '.s.PGSQL.5432';

/** `url`: of a server that listens on a socket in a folder. Ends with the test. */
export async function startSilentRelay(t: Hooks, url: string): Promise<SilentRelay> {
  const place = new URL(url);
  const behind = join(place.searchParams.get('host') ?? '', socketName);
  const folder = mkdtempSync(join(tmpdir(), 'concord-relay-'));
  let swallowed: Swallowed = 'nothing';
  let lost = 0;
  const pass = (client: Socket, database: Socket) => {
    let silent = false;
    const hand = (from: Socket, to: Socket, kind: Swallowed) =>
      from.on('data', (bytes) => {
        if (!silent && swallowed === kind) {
          silent = true;
          lost += 1;
        }
        if (!silent) to.write(bytes);
      });
    hand(client, database, 'questions');
    hand(database, client, 'answers');
  };
  await startPassing(t, { at: join(folder, socketName), behind: () => connect(behind), pass });
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  place.searchParams.set('host', folder);
  return {
    url: place.href,
    swallow: (what) => {
      swallowed = what;
    },
    lost: () => lost,
  };
}
