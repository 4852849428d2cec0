// What C-MOVE and C-GET have in common for a user: counts as they grow, and the last word of the peer. PS3.4 C.4.2.1.
import { type RetrieveProgress, statusClass } from '@concord/network';
import { type Command, Option } from 'commander';
import { progress } from './progress.ts';
import type { RetrieveModel } from './query-models.ts';
import { statusText } from './status-text.ts';
import type { Surroundings } from './surroundings.ts';

const choices: readonly RetrieveModel[] = ['study', 'patient'];

/** Adds the choice of the information model. */
export const withModel = (command: Command): Command =>
  command.addOption(new Option('-m, --model <model>', 'information model').choices(choices).default('study'));
