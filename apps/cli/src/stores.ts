// Commands that work on index and stored objects themselves: which ones, said with the server's own settings.
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import type { Surroundings } from './surroundings.ts';

export interface StoresOptions {
  readonly data?: string;
  readonly config?: string;
  readonly databaseUrl?: string;
  readonly store?: string;
  readonly moveTo?: string;
  readonly s3Endpoint?: string;
  readonly s3Region?: string;
  readonly s3AccessKey?: string;
  readonly s3SecretKey?: string;
}

const names = ['data', 'config', 'databaseUrl', 'store', 'moveTo'] as const;
const namesOfS3 = ['s3Endpoint', 's3Region', 's3AccessKey', 's3SecretKey'] as const;

/** Adds the options that say where index and objects are. */
export const withStores = (command: Command): Command =>
  command
    .option('--data <folder>', 'data folder of the server (default: CONCORD_DATA, or ./data)')
    .option('--config <file>', 'configuration file of the server (default: CONCORD_CONFIG)')
    .option(
      '--database-url <url>',
      'PostgreSQL database of the index (default: CONCORD_DATABASE_URL, or the data folder)',
    )
    .option('--store <address>', 's3://bucket/prefix of the objects (default: CONCORD_STORE, or the data folder)')
    .option('--move-to <address>', 's3://bucket/prefix of objects that were moved (default: CONCORD_MOVE_TO)')
    .option('--s3-endpoint <url>', 'address of the S3 server (default: CONCORD_S3_ENDPOINT, or AWS)')
    .option('--s3-region <name>', 'region of the bucket (default: CONCORD_S3_REGION, or as the server has it)')
    .option('--s3-access-key <key>', 'access key of S3 (default: CONCORD_S3_ACCESS_KEY)')
    .option(
      '--s3-secret-key <key>',
      'its secret (default: CONCORD_S3_SECRET_KEY, which keeps it out of process lists)',
    );

/** The server's configuration, as the server itself would read it. @throws CliError for what the arguments can mend */
export async function configurationOf(options: StoresOptions, { environment }: Surroundings) {
  const { flagOf, readConfiguration, SettingsError } = await import('@concord/server/settings');
  const given = [...names, ...namesOfS3].flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [flagOf(name), value];
  });
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
