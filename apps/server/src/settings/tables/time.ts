// The time servers that the clock is compared with, and the zone of times that name none. PS3.15 Annex G, PS3.3 C.12.1.1.8
import { integer, list } from '../kinds.ts';
import { type ConfiguredTimeServer, readTimeServer } from '../time-servers.ts';
import { timeZone } from '../time-zones.ts';

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
  timeZone: timeZone({
    default: 'system',
    text: 'zone of dates and times in objects without Timezone Offset From UTC, for queries that agree on timezone query adjustment; system is that of this machine',
  }),
} as const;
