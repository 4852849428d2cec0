// A place on S3 is used by one server at a time where its index is no other's: a copy of a data folder has the name of its archive too. And an
// index that was put back to an earlier state would give numbers again that objects there have.
import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import { type Hold, type Holder, type HolderPlace, type HoldTimes, takeHold } from '../holding.ts';
import { StoreError } from '../object-store.ts';
import { stamping, stampsOf } from './claim-rows.ts';
import { beginSmall, readClaim, readSmall, removeSmall, writeClaim, writeSmall } from './s3-claim.ts';
import { addressOf, checkBucket, createClient, type S3Settings } from './s3-client.ts';
import { createNames, holderName } from './s3-names.ts';
import type { S3Parts } from './s3-reader.ts';

export interface HoldPlaceParts {
  readonly settings: S3Settings;
  readonly database: Pick<Database, 'all' | 'batch'>;
  readonly where: string;
  readonly lost: () => void;
  readonly times?: HoldTimes;
}

const textOf = ({ where, run, beat }: Holder): string => `${where} ${run} ${beat}\n`;

function holderIn(text: string | undefined): Holder | undefined {
  if (text === undefined) return undefined;
  const [where = '', run = '', beat = ''] = text.trim().split(' ');
  return { where, run, beat: Number(beat) };
}

/** Where the server that is at work there says so. */
export const holderPlaceOf = (parts: S3Parts): HolderPlace => ({
  read: async () => holderIn(await readSmall(parts, holderName)),
  begin: (holder) => beginSmall(parts, holderName, textOf(holder)),
  write: (holder) => writeSmall(parts, holderName, textOf(holder)),
  remove: () => removeSmall(parts, holderName),
});

/** After the place was claimed. Throws StoreError where another server is at work, or the index is older than what it put there; DatabaseError. */
export async function holdPlace({ settings, database, where, lost, times }: HoldPlaceParts): Promise<Hold> {
  const client = createClient(settings);
  const parts: S3Parts = { client, settings, names: createNames(settings.prefix) };
  try {
    await checkBucket(client, settings.bucket);
    let isUsed = true;
    const before = async () => {
      if (!isUsed) return;
      isUsed = false;
      await renewStamp(parts, database).catch((error: unknown) => {
        isUsed = true;
        throw error;
      });
    };
    const hold = await takeHold({ place: holderPlaceOf(parts), where, lost, before, ...(times && { times }) });
    if (!hold) throw inUse(settings);
    return {
      isHeld() {
        isUsed = true;
        return hold.isHeld();
      },
      async close() {
        await hold.close();
        client.destroy();
      },
    };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

const inUse = (settings: S3Settings): StoreError =>
  new StoreError(
    'failed',
    `another server is at work on ${addressOf(settings)} with a copy of this archive’s index: of copies of a data folder one alone may run`,
  );

const older = (settings: S3Settings): StoreError =>
  new StoreError(
    'failed',
    `the index is older than what was put on ${addressOf(settings)} with it: it is a copy, or was put back from one. Start the folder that was at work last; where that is gone, concord reindex takes in what the index does not know`,
  );

/** The index knows what it tells S3 before it tells it: only a state of before does not. */
async function renewStamp(parts: S3Parts, database: HoldPlaceParts['database']): Promise<void> {
  const claim = await readClaim(parts);
  if (!claim) throw new StoreError('failed', `${addressOf(parts.settings)} does not say whose place it is any more`);
  const known = await stampsOf(database);
  if (claim.stamp !== '' && claim.stamp !== known?.stamp && claim.stamp !== known?.before) throw older(parts.settings);
  const stamp = randomUUID();
  await database.batch([stamping({ stamp, before: claim.stamp })]);
  await writeClaim(parts, { id: claim.id, stamp });
}
