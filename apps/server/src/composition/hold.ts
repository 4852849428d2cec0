// Whether this server alone is at work on what a copy of its data folder would work on too.
import type { Log } from '@concord/network';
import type { Database } from '../database/database.ts';
import { takeHold, whereOf } from '../objects/holding.ts';
import type { S3Settings } from '../objects/s3/s3-client.ts';
import { s3SettingsOf, secondStoreOf } from '../settings/s3-settings.ts';
import type { Configuration } from '../settings/settings.ts';
import { StartError, startErrorOf } from '../start-error.ts';
import { nodePlace } from './node-place.ts';

interface HoldingParts {
  readonly database: Database;
  /** Name of this node. */
  readonly node: string;
  readonly opened: AsyncDisposableStack;
  readonly log: Log;
}

/**
 * Of copies of a data folder one server works: where they share an index they say so in it, where they share a place on S3 alone, there.
 * What is held is closed by the stack. Throws StartError where another is at work.
 */
export async function hold(
  configuration: Configuration,
  { database, node, opened, log }: HoldingParts,
): Promise<() => boolean> {
  const { data, databaseUrl } = configuration;
  const [first, second] = [s3SettingsOf(configuration), secondStoreOf(configuration)];
  const settings = first ?? second;
  const where = await whereOf(data);
  const lost = () => log.error({}, 'another server has taken the place of this one: it puts nothing any more; stop it');
  if (databaseUrl !== '') {
    const held = await takeHold({ place: nodePlace(database, node), where, lost });
    if (!held)
      throw new StartError('--data', `another server is at work with a copy of ${data}: remove node-id from this one`);
    opened.defer(held.close);
    if (settings) await claim(settings, database).catch(startErrorOf(first ? '--store' : '--move-to'));
    return held.isHeld;
  }
  if (!settings) return () => true;
  const { holdPlace } = await import('../objects/s3/hold-place.ts');
  const held = await claim(settings, database)
    .then(() => holdPlace({ settings, database, where, lost }))
    .catch(startErrorOf(first ? '--store' : '--move-to'));
  opened.defer(held.close);
  return held.isHeld;
}

const claim = async (place: S3Settings, database: Database): Promise<void> => {
  const { claimPlace } = await import('../objects/s3/claim-place.ts');
  await claimPlace(place, database);
};
