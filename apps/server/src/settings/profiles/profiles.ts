// Every profile, for `--profile` and its help.
import type { Profile } from './profile.ts';
import { queryRetrieveServer } from './query-retrieve-server.ts';

export const profiles: readonly Profile[] = [
  { name: 'default', text: "every role this server has, with today's defaults", values: {} },
  queryRetrieveServer,
];
