// Where the server keeps what it has: folder, database, S3 bucket.

import { integer, list, path, text } from '../kinds.ts';
import { databaseAddress, storeAddress } from '../stores.ts';
import { webAddress } from '../web-names.ts';

const folder = path({ default: '', text: 'a folder' });

export const placeSettings = {
  data: path({ default: './data', text: 'folder for the index and the stored objects' }),
  databaseUrl: databaseAddress({
    text: 'address of a PostgreSQL database that keeps the index, in place of the data folder; several servers may share it',
  }),
  databaseTimeout: integer({
    default: 10,
    minimum: 1,
    maximum: 300,
    unit: 's',
    text: 'for an answer of PostgreSQL where a sender waits: an object that cannot be entered by then is refused with A701, and so is every other while the database answers nobody',
  }),
  store: storeAddress({
    text: 'S3 bucket that keeps new objects, in place of the data folder; several servers may share it',
  }),
  moveTo: storeAddress({
    text: 'S3 bucket that objects of the data folder are moved to when they are old enough; it must stay set as long as they lie there',
  }),
  moveAfter: integer({
    default: 30,
    minimum: 0,
    maximum: 36_500,
    unit: 'days',
    text: 'after which objects of the data folder are moved, where there is a place to move them to',
  }),
  moveRate: integer({
    default: 0,
    minimum: 0,
    maximum: 100_000,
    unit: 'MB/s',
    text: 'of objects that are moved, at most; 0: as fast as it goes',
  }),
  s3Endpoint: webAddress({ text: 'address of the S3 server, where it is not that of AWS' }),
  s3Timeout: integer({
    default: 20,
    minimum: 1,
    maximum: 300,
    unit: 's',
    text: 'for S3 to take an object, or a part of a large one, all tries together; after that it is refused with A701',
  }),
  s3Region: text({ default: 'us-east-1', maximumLength: 64, text: 'region of the bucket' }),
  s3AccessKey: text({
    default: '',
    maximumLength: 128,
    text: 'access key of the bucket; where there is none, what the AWS SDK finds: its variables, files, the role of the machine',
  }),
  s3SecretKey: text({ default: '', maximumLength: 256, text: 'secret key that belongs to the access key' }),
  mediaFolders: list({
    default: [],
    maximum: 64,
    entry: folder.read,
    text: 'folders of this machine, such as drives, that may be opened as media on the web page, with all that lies below them',
  }),
  mediaUpload: integer({
    default: 20_000,
    minimum: 0,
    maximum: 1_000_000,
    unit: 'MB',
    text: 'that one upload of a medium may have, packed or not; they lie in the data folder until the medium is closed. 0: none is taken',
  }),
} as const;
