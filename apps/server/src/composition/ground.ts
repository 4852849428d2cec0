// What every part of the server stands on while it is put together.
import type { Log } from '@concord/network';
import type { Configuration } from '../settings/settings.ts';

export interface Ground {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly now: () => Date;
  /** Closes what is opened, the last first. */
  readonly opened: AsyncDisposableStack;
}
