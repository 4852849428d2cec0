// The S3 stores that the settings name, each in one piece.
import type { S3Settings } from '../objects/s3/s3-client.ts';
import type { Configuration } from './settings.ts';
import { s3PlaceOf } from './stores.ts';

/** Where new objects go; undefined for the data folder. */
export const s3SettingsOf = (configuration: Configuration): S3Settings | undefined =>
  settingsOf(configuration, configuration.store);

/** Where old objects go; undefined where they stay. */
export const secondStoreOf = (configuration: Configuration): S3Settings | undefined =>
  settingsOf(configuration, configuration.moveTo);

function settingsOf(configuration: Configuration, address: string): S3Settings | undefined {
  const place = s3PlaceOf(address);
  if (!place) return undefined;
  const { s3Endpoint, s3Region: region, s3AccessKey: accessKeyId, s3SecretKey: secretAccessKey } = configuration;
  return {
    ...place,
    region,
    patience: configuration.s3Timeout * 1000,
    endpoint: s3Endpoint === '' ? undefined : s3Endpoint,
    credentials: accessKeyId === '' ? undefined : { accessKeyId, secretAccessKey },
  };
}
