// `concord conformance rules`: what a statement is checked by. PS3.2 6, 7 and Annex A
import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';

interface RulesOptions {
  readonly format: 'text' | 'json';
  readonly to?: string;
}

const help = `
Levels: E a "shall" is broken, W a "should" or a doubt, I information. What decides a rule: s the statement alone, r the running system,
a a person who attests it, p a test with a peer.

Example:
  concord conformance rules --format json`;

/** The command. */
export const ruleCommand = (surroundings: Surroundings): Command =>
  new Command('rules')
    .description('lists the rules that statements are checked by')
    .addOption(new Option('--format <format>', 'how they are written').choices(['text', 'json']).default('text'))
    .option('--to <file>', 'writes a file instead of printing')
    .addHelpText('after', help)
    .action(async (options: RulesOptions) => {
      const { listRules } = await import('./rule-list.ts'); // here: the other commands start without it
      await listRules(options, surroundings);
    });
