// The options of every command that writes a statement or a report.
import { type Command, Option } from 'commander';

export const formNames = ['markdown', 'html', 'json', 'docbook', 'csv', 'pdf', 'docx'] as const;
export type FormName = (typeof formNames)[number];

export interface OutputOptions {
  readonly format: FormName;
  readonly to?: string;
}

/** Adds them to a command. */
export const withOutput = (command: Command): Command =>
  command
    .addOption(new Option('--format <format>', 'how it is written').choices(formNames).default('markdown'))
    .option('--to <file>', 'writes a file instead of printing');
