// The titles that a site adds to those of the standard, in the index: every server of it offers the same. PS3.16 CID 7010
import type { Log } from '@concord/network';
import { type Database, type Query, sql } from '../database/database.ts';
import type { OwnTitle } from '../settings/key-object-titles.ts';
import { StartError } from '../start-error.ts';

export interface SharedTitlesParts {
  readonly database: Pick<Database, 'all' | 'batch'>;
  /** Those of the settings at first, which the index gets too; from then on those of the index. */
  readonly inForce: OwnTitle[];
  /** How often it is asked what other servers have changed, in ms; absent: there are none. */
  readonly everyMs?: number | undefined;
  readonly log: Log;
}

export interface SharedTitles {
  /** What the index has now is in force. Throws DatabaseError. */
  renew(): Promise<void>;
  /** It is in the index, and in force, when this resolves. Throws DatabaseError. */
  put(title: OwnTitle): Promise<void>;
  close(): Promise<void>;
}

/** Throws StartError where a code means something else in the index, and DatabaseError. */
export async function openSharedTitles({ database, inForce, everyMs, log }: SharedTitlesParts): Promise<SharedTitles> {
  const given = [...inForce];
  const renew = async () => void inForce.splice(0, inForce.length, ...(await titlesIn(database)));
  if (given.length > 0) await database.batch(given.flatMap((title) => [adding(title), retiring(title)]));
  await renew();
  for (const { code, meaning } of given) {
    const kept = inForce.find((each) => each.code === code);
    if (kept && kept.meaning !== meaning)
      throw new StartError(
        'keyObjectTitles',
        `${code} is "${meaning}" here and "${kept.meaning}" in the index, which all its servers share`,
      );
  }
  let asking: Promise<void> = Promise.resolve();
  const ask = () => {
    asking = renew().catch((error: unknown) =>
      log.warn({ err: error }, 'titles of key objects could not be read again'),
    );
  };
  const timer = everyMs === undefined ? undefined : setInterval(ask, everyMs).unref();
  return {
    renew,
    async put(title) {
      await database.batch([replacing(title)]);
      await renew();
    },
    async close() {
      clearInterval(timer);
      await asking;
    },
  };
}

const insert = ({ code, meaning, definition = '', added, retired = '' }: OwnTitle): Query => sql`
  insert into own_title (code, meaning, definition, added, retired)
  values (${code}, ${meaning}, ${definition}, ${added}, ${retired})`;

const adding = (title: OwnTitle): Query => sql`${insert(title)} on conflict (code) do nothing`;

/** Retired in the settings, unless it was taken into use again since. */
const retiring = ({ code, retired = '' }: OwnTitle): Query => sql`
  update own_title set retired = ${retired} where code = ${code} and retired = '' and added < ${retired}`;

const replacing = (title: OwnTitle): Query => sql`${insert(title)} on conflict (code) do update
  set meaning = excluded.meaning, definition = excluded.definition, added = excluded.added, retired = excluded.retired`;

async function titlesIn(database: Pick<Database, 'all'>): Promise<readonly OwnTitle[]> {
  const rows = await database.all<Required<OwnTitle>>(
    sql`select code, meaning, definition, added, retired from own_title order by added, code`,
  );
  return rows.map(({ code, meaning, definition, added, retired }) => ({
    ...{ code, meaning, added },
    ...(definition !== '' && { definition }),
    ...(retired !== '' && { retired }),
  }));
}
