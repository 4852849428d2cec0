// Where index and objects are kept: addresses of a database and of an object store.
import { BadValue, type Setting } from './kinds.ts';

const urlOf = (value: unknown): URL | undefined =>
  typeof value === 'string' && value.length <= 2048 && URL.canParse(value) ? new URL(value) : undefined;

/** `postgresql://user:password@host:port/database`; '' for the index in the data folder. */
export const databaseAddress = ({ text }: { readonly text: string }): Setting<string> => ({
  kind: 'database address',
  default: '',
  text,
  range: 'postgresql://..., default none',
  read(value) {
    const url = urlOf(value);
    if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol))
      // Never shown: it may hold a password.
      throw new BadValue('must be an address such as postgresql://user:password@host:5432/database');
    return url.href;
  },
});

/** A bucket, and what its names begin with. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
}

/** The place in `s3://bucket/prefix`; undefined for the data folder. */
export function s3PlaceOf(store: string): S3Place | undefined {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w./-]{0,200}))?$/.exec(store) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: prefix.replace(/\/+$/, '') };
}

/** `s3://bucket/prefix`; '' for the data folder. */
export const storeAddress = ({ text }: { readonly text: string }): Setting<string> => ({
  kind: 'store address',
  default: '',
  text,
  range: 's3://bucket/prefix, default none',
  read(value) {
    if (typeof value === 'string' && s3PlaceOf(value)) return value;
    throw new BadValue(`must be s3://bucket or s3://bucket/prefix, not ${JSON.stringify(value)}`);
  },
});
