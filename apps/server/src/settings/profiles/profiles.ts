// Every profile, for `--profile` and its help.
import { echoesServer } from './echoes-server.ts';
import { impromedClient } from './impromed-client.ts';
import { impromedWorklist } from './impromed-worklist.ts';
import type { Profile } from './profile.ts';
import { queryRetrieveServer } from './query-retrieve-server.ts';
import { reviewer } from './reviewer.ts';
import { viewer } from './viewer.ts';

export const profiles: readonly Profile[] = [
  { name: 'default', text: "every role this server has, with today's defaults", values: {} },
  queryRetrieveServer,
  echoesServer,
  impromedClient,
  impromedWorklist,
  reviewer,
  viewer,
];
