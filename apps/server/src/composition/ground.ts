// What every part of the server stands on while it is put together.
import type { Log } from '@concord/network';
import type { PeersInForce } from '../associations/peers-in-force.ts';
import type { OwnTitle } from '../settings/key-object-titles.ts';
import type { Configuration } from '../settings/settings.ts';

export interface Ground {
  /** Its peers are those that are in force. */
  readonly configuration: Configuration;
  readonly peersInForce: PeersInForce;
  /** Those of the configuration: one array for as long as the server runs, whose entries may change. */
  readonly ownTitles: OwnTitle[];
  readonly log: Log;
  readonly now: () => Date;
  /** Closes what is opened, the last first. */
  readonly opened: AsyncDisposableStack;
}
