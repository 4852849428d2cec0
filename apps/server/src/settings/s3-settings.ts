// The S3 store that the settings name, in one piece.
import type { S3Settings } from '../objects/s3/s3-client.ts';
import type { Configuration } from './settings.ts';
import { s3PlaceOf } from './stores.ts';

/** Undefined where objects are kept in the data folder. */
export function s3SettingsOf(configuration: Configuration): S3Settings | undefined {
  const place = s3PlaceOf(configuration.store);
  if (!place) return undefined;
  const { s3Endpoint, s3Region: region, s3AccessKey: accessKeyId, s3SecretKey: secretAccessKey } = configuration;
  return {
    ...place,
    region,
    endpoint: s3Endpoint === '' ? undefined : s3Endpoint,
    credentials: accessKeyId === '' ? undefined : { accessKeyId, secretAccessKey },
  };
}
