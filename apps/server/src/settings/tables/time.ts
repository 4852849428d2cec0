// The time servers that the clock is compared with. PS3.15 Annex G
import { integer, list } from '../kinds.ts';
import { type ConfiguredTimeServer, readTimeServer } from '../time-servers.ts';

export const timeSettings = {
  timeServers: list<ConfiguredTimeServer>({
    default: [],
    maximum: 4,
    entry: readTimeServer,
    text: 'SNTP servers that the clock is compared with, such as ntp.example or ntp.example:123: the first that answers counts; none: it is not compared. RFC 4330, PS3.15 Annex G',
  }),
  timePoll: integer({
    default: 3600,
    minimum: 16,
    maximum: 604_800,
    unit: 's',
    text: 'between two comparisons of the clock with a time server',
  }),
  timeTolerance: integer({
    default: 2,
    minimum: 1,
    maximum: 3600,
    unit: 's',
    text: 'that the clock may differ from the time server without a warning',
  }),
} as const;
