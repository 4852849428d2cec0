// The configuration file that the server keeps by itself, in its data folder, where nobody names another.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from './read-configuration.ts';
import type { Configuration } from './settings.ts';

/** Where settings that are changed from the page are kept. */
export const settingsFile = ({ config, data }: Pick<Configuration, 'config' | 'data'>): string =>
  config === '' ? join(data, 'concord.json') : config;

/** The arguments with `--config` behind them where the server has a file of its own. Throws SettingsError. */
export function withOwnFile(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const { config, data } = readConfiguration(argv, environment);
  const file = settingsFile({ config, data });
  return config === '' && existsSync(file) ? [...argv, '--config', file] : argv;
}
