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
  /** What came here, where it comes here: the peer's counts are no proof of it. */
  readonly arrivals?: Arrivals;
}

/** Instances by what became of them here. */
export interface Arrivals {
  /** UIDs, each once. */
  readonly kept: ReadonlySet<string>;
  /** Why they were refused. */
  readonly refused: readonly string[];
}

/** Follows a retrieval to its end and tells the counts; anything but success of all, and of nothing, is exit code 1. */
export async function follow(
  steps: AsyncIterable<RetrieveProgress>,
  telling: Telling,
  surroundings: Surroundings,
): Promise<void> {
  const { verb } = telling;
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
  tellEnd(last, telling, { surroundings, milliseconds: Math.round(performance.now() - began) });
}

interface End {
  readonly surroundings: Surroundings;
  readonly milliseconds: number;
}

function tellEnd(last: RetrieveProgress, { verb, json, arrivals }: Telling, { surroundings, milliseconds }: End): void {
  const { status, completed, failed, warning, failedUids } = last;
  const said = completed + warning;
  const isSuccess = statusClass(status.code) === 'success';
  const count = arrivals?.kept.size ?? said;
  const lacking = lackOf(last, arrivals);
  if (json)
    surroundings.print(
      JSON.stringify({
        ...{ status: status.code, completed, failed, warning, failedUids, milliseconds },
        ...(arrivals && { received: count, refused: arrivals.refused }),
      }),
    );
  else {
    surroundings.print(`${count} ${verb}, ${failed} failed (${timeText(milliseconds)})`);
    if (!isSuccess) surroundings.note(`the peer says: ${statusText(status, moveStatuses)}`);
    for (const uid of failedUids) surroundings.note(`  not ${verb}: ${printable(uid)}`);
    for (const why of arrivals?.refused ?? []) surroundings.note(`  refused here: ${printable(why)}`);
  }
  if (lacking !== '') surroundings.note(lacking);
  if (!isSuccess || failed > 0 || failedUids.length > 0 || lacking !== '') surroundings.fail();
}

/** What is not right although the peer says so, in words. A peer need not count. PS3.7 9.3.4.2 */
function lackOf({ status, completed, failed, warning }: RetrieveProgress, arrivals: Arrivals | undefined): string {
  if (statusClass(status.code) !== 'success') return '';
  const said = completed + warning;
  const came = arrivals?.kept.size ?? said;
  if (came === 0 && failed === 0) return 'nothing found: the peer sent nothing';
  return came < said ? `the peer says that it has sent ${said}` : '';
}
