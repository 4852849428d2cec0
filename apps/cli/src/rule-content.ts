// What a forwarding rule looks at and where it sends, as options of the commands that add and change one.
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';

export interface ContentOptions {
  readonly to?: string;
  readonly when?: string;
  readonly from?: string;
  readonly modality?: string;
  readonly bodyPart?: string;
  readonly key?: readonly string[];
  readonly after?: string;
  readonly before?: string;
  readonly takeAlong?: string;
  readonly priority?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const withContent = (command: Command): Command =>
  command
    .option('--to <titles>', 'AE titles of peers, with commas between')
    .option('--when <when>', '"at once", "series complete" or "study complete" (default)')
    .option('--from <titles>', 'AE titles of senders, with commas between; * and ? are wildcards')
    .option('--modality <modalities>', 'with commas between')
    .option('--body-part <parts>', 'with commas between')
    .option('--key <keyword=value>', 'an attribute to match; may be given again', collect)
    .option('--after <time>', 'received at this time of day or later, as 18:00')
    .option('--before <time>', 'received before this time of day')
    .option(
      '--take-along <what>',
      '"referring" (default): presentation states, key objects and reports that refer to what it holds for; "study": all of the study; or "nothing"',
    )
    .option('--priority <priority>', 'high, medium (default) or low');

const list = (given: string): readonly string[] => given.split(',').filter((each) => each !== '');

/** @throws CliError */
const keysOf = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    given
      .filter((each) => each !== '')
      .map((each) => {
        const at = each.indexOf('=');
        if (at < 1) throw new CliError('usage', `"${each}" is not of the form KEYWORD=VALUE`);
        return [each.slice(0, at), each.slice(at + 1)];
      }),
  );

/** What was given, as the API has it; an empty text takes a condition away. @throws CliError */
export const contentOf = (options: ContentOptions) => ({
  ...(options.to !== undefined && { destinations: list(options.to) }),
  ...(options.from !== undefined && { callingAeTitles: list(options.from) }),
  ...(options.modality !== undefined && { modalities: list(options.modality) }),
  ...(options.bodyPart !== undefined && { bodyParts: list(options.bodyPart) }),
  ...(options.key !== undefined && { keys: keysOf(options.key) }),
  ...(options.when !== undefined && { when: options.when }),
  ...(options.after !== undefined && { from: options.after || undefined }),
  ...(options.before !== undefined && { until: options.before || undefined }),
  ...(options.takeAlong !== undefined && { takeAlong: options.takeAlong }),
  ...(options.priority !== undefined && { priority: options.priority }),
});
