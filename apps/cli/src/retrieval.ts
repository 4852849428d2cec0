// What C-MOVE and C-GET have in common for a user: counts as they grow, and the last word of the peer. PS3.4 C.4.2.1.
import { moveStatuses, type RetrieveProgress, statusClass } from '@concord/network';
import { type Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { printable } from './printable.ts';
import { type Progress, progress } from './progress.ts';
import type { RetrieveModel } from './query-models.ts';
import { timeText } from './size.ts';
import { statusText } from './status-text.ts';
import type { Surroundings } from './surroundings.ts';

const choices: readonly RetrieveModel[] = ['study', 'patient'];

/** Adds the choice of the information model. */
export const withModel = (command: Command): Command =>
  command.addOption(new Option('-m, --model <model>', 'information model').choices(choices).default('study'));

interface Telling {
  /** What happened to an instance: `sent`, `received`. */
  readonly verb: string;
  readonly json: boolean;
}

/** Follows a retrieval to its end and tells the counts; anything but success of all is exit code 1. */
export async function follow(
  steps: AsyncIterable<RetrieveProgress>,
  { verb, json }: Telling,
  surroundings: Surroundings,
): Promise<void> {
  const began = performance.now();
  let last: RetrieveProgress | undefined;
  let bar: Progress | undefined;
  for await (const step of steps) {
    last = step;
    const done = step.completed + step.failed + step.warning;
    bar ??= progress(surroundings, done + (step.remaining ?? 0));
    bar.show(done, `${step.completed} ${verb}, ${step.failed} failed`);
  }
  bar?.end();
  if (!last) throw new CliError('failed', 'the peer gave no answer');
  const { status, completed, failed, warning, failedUids } = last;
  const milliseconds = Math.round(performance.now() - began);
  if (json)
    surroundings.print(JSON.stringify({ status: status.code, completed, failed, warning, failedUids, milliseconds }));
  else {
    surroundings.print(`${completed + warning} ${verb}, ${failed} failed (${timeText(milliseconds)})`);
    if (statusClass(status.code) !== 'success') surroundings.note(`the peer says: ${statusText(status, moveStatuses)}`);
    for (const uid of failedUids) surroundings.note(`  not ${verb}: ${printable(uid)}`);
  }
  if (statusClass(status.code) !== 'success' || failed > 0) surroundings.fail();
}
