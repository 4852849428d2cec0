// A database that takes what it is asked and never answers: its connections are ended, so that no wait is longer than the settings allow.
import type { Client } from 'pg';

export interface SilencePatience {
  /** For an answer, in ms; undefined: as long as a statement may take. */
  readonly patience: number | undefined;
  /** What the database says about a connection, asked on another. */
  readonly pulseOf: (client: Client) => Promise<Pulse>;
}

/** Nobody is answered; what was asked there is worked on, as far as is known; nothing is, so that question or answer was lost. */
export type Pulse = 'silent' | 'working' | 'idle';

export interface SilenceWatch {
  /** One answer after the other, each in time; resolves when all have come, or the connection was ended. */
  strictly(client: Client, asked: readonly Promise<unknown>[]): Promise<void>;
  /** An answer that may take longer where the database works on it. */
  patiently<T>(client: Client, asked: Promise<T>): Promise<T>;
}

/** The database's own limit comes first, where it is alive: what it says is clearer than its silence. */
const grace = 1000;

const nothing = () => undefined;

/** What waits on a connection that is ended here fails as if the way to the database had broken. */
export function createSilenceWatch({ patience, pulseOf }: SilencePatience): SilenceWatch {
  if (patience === undefined)
    return {
      strictly: async (_, asked) => void (await Promise.allSettled(asked)),
      patiently: (_, asked) => asked,
    };
  const end = (client: Client) =>
    void client.connection.stream.destroy(new Error(`no answer within ${patience / 1000} s`));
  return {
    async strictly(client, asked) {
      // Those behind the first that fails fail too: nobody else waits for them.
      const all = Promise.allSettled(asked);
      for (const one of asked) {
        const timer = setTimeout(end, patience + grace, client);
        await one.then(nothing, nothing);
        clearTimeout(timer);
      }
      await all;
    },
    async patiently(client, asked) {
      let timer: NodeJS.Timeout;
      let over = false;
      let idle = 0;
      const look = async () => {
        const pulse = await pulseOf(client);
        if (over) return;
        // The answer may be on its way when the database says that it has given it: lost is what has not come until the next look.
        idle = pulse === 'idle' ? idle + 1 : 0;
        if (pulse === 'silent' || idle > 1) end(client);
        else timer = setTimeout(look, patience);
      };
      timer = setTimeout(look, patience);
      try {
        return await asked;
      } finally {
        over = true;
        clearTimeout(timer);
      }
    },
  };
}
