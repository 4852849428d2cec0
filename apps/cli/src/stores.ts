// Commands that work on index and stored objects themselves: which ones, said with the server's own settings.
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import type { Surroundings } from './surroundings.ts';

export interface StoresOptions {
  readonly data?: string;
  readonly config?: string;
}

/** Adds the options that say where index and objects are. */
export const withStores = (command: Command): Command =>
  command
    .option('--data <folder>', 'data folder of the server (default: CONCORD_DATA, or ./data)')
    .option('--config <file>', 'configuration file of the server (default: CONCORD_CONFIG)');

/** The server's configuration, as the server itself would read it. @throws CliError for what the arguments can mend */
export async function configurationOf({ data, config }: StoresOptions, { environment }: Surroundings) {
  const { readConfiguration, SettingsError } = await import('@concord/server/settings');
  const given = [
    ...(data === undefined ? [] : ['--data', data]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
  try {
    return readConfiguration(given, environment);
  } catch (error) {
    if (error instanceof SettingsError) throw new CliError('usage', error.message, { cause: error });
    throw error;
  }
}

/** What the settings can mend ends a command as wrong use, with one line. */
export async function withStartErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'StartError')
      throw new CliError('usage', error.message, { cause: error });
    throw error;
  }
}
