// What every part of the server stands on while it is put together.
import type { Log } from '@concord/network';
import type { PeersInForce } from '../associations/peers-in-force.ts';
import type { SharedTitles } from '../key-objects/shared-titles.ts';
import type { Configuration } from '../settings/settings.ts';

export interface Ground {
  /** Its peers are those that are in force. */
  readonly configuration: Configuration;
  readonly peersInForce: PeersInForce;
  /** Titles of key objects; those of the configuration are one array for as long as the server runs, whose entries may change. */
  readonly titles: SharedTitles;
  readonly log: Log;
  readonly now: () => Date;
  /** Closes what is opened, the last first. */
  readonly opened: AsyncDisposableStack;
}
