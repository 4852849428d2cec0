// A database that takes what it is asked and never answers: its connections are ended, so that no wait is longer than the settings allow.
import type { Client } from 'pg';

export interface SilencePatience {
  /** For an answer, in ms; undefined: as long as a statement may take. */
  readonly patience: number | undefined;
  /** Whether the database answers somebody else. */
  readonly isAlive: () => Promise<boolean>;
}

export interface SilenceWatch {
  /** One answer after the other, each in time; resolves when all have come, or the connection was ended. */
  strictly(client: Client, asked: readonly Promise<unknown>[]): Promise<void>;
  /** An answer that may take longer where the database answers others meanwhile. */
  patiently<T>(client: Client, asked: Promise<T>): Promise<T>;
}

/** The database's own limit comes first, where it is alive: what it says is clearer than its silence. */
const grace = 1000;

const nothing = () => undefined;

/** What waits on a connection that is ended here fails as if the way to the database had broken. */
export function createSilenceWatch({ patience, isAlive }: SilencePatience): SilenceWatch {
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
      const look = async () => {
        if (await isAlive()) {
          if (!over) timer = setTimeout(look, patience);
        } else if (!over) end(client);
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
