// Settings of servers with the index on PostgreSQL and the objects on S3, both real and started for the test.
import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createClient } from '../src/objects/s3/s3-client.ts';
import { readConfiguration } from '../src/settings/read-configuration.ts';
import { s3SettingsOf } from '../src/settings/s3-settings.ts';
import { startPostgres } from './postgres.ts';
import type { Hooks } from './programs.ts';
import { startS3Server } from './s3-server.ts';

/** Starts both; what comes back makes the settings of one more index and store, of their own. */
export async function startCluster(hooks: Hooks, bucket: string, { durable = false } = {}) {
  const [postgres, s3] = await Promise.all([startPostgres(hooks, { durable }), startS3Server(hooks)]);
  const credentials = { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey };
  const settings = { bucket, prefix: '', region: 'us-east-1', endpoint: s3.endpoint, credentials };
  const client = createClient(settings);
  await client.send(new CreateBucketCommand({ Bucket: settings.bucket }));
  client.destroy();
  let count = 0;
  return async (): Promise<readonly string[]> => {
    count += 1;
    const name = `shared_${process.pid}_${count}`;
    return [
      ...['--database-url', await postgres.emptyIndex(name), '--store', `s3://${bucket}/${name}`],
      ...['--s3-endpoint', s3.endpoint, '--s3-access-key', s3.accessKey, '--s3-secret-key', s3.secretKey],
    ];
  };
}

/** Takes every object of a store away behind the back of its servers. */
export async function removeFromS3(settings: readonly string[]): Promise<void> {
  const store = s3SettingsOf(readConfiguration([...settings], {}));
  if (!store) return;
  const client = createClient(store);
  const listed = await client.send(new ListObjectsV2Command({ Bucket: store.bucket, Prefix: `${store.prefix}/` }));
  for (const { Key } of listed.Contents ?? [])
    await client.send(new DeleteObjectCommand({ Bucket: store.bucket, Key }));
  client.destroy();
}
