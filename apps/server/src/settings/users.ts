// Users that an association may name. PS3.7 D.3.3.7
import { isPasswordHash } from '../users/password.ts';
import { BadValue, readFields, within } from './kinds.ts';

export interface ConfiguredUser {
  readonly name: string;
  /** As `concord password` prints it; absent: the name alone is enough. */
  readonly password?: string;
}

const readName = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[^\p{Cc}]{1,64}$/u.test(value))
    throw new BadValue(`must be 1 to 64 printable characters, not ${JSON.stringify(value)}`);
  return value;
};

const readPassword = (value: unknown): string => {
  // What was given is not repeated: it may be the password itself.
  if (typeof value !== 'string' || !isPasswordHash(value))
    throw new BadValue('must be a line that `concord password` has printed');
  return value;
};

/** One entry of `users`. Throws BadValue. */
export const readUser = (value: unknown): ConfiguredUser => {
  const fields = readFields(value, ['name', 'password']);
  return {
    name: within('name', () => readName(fields.get('name'))),
    ...(fields.has('password') && { password: within('password', () => readPassword(fields.get('password'))) }),
  };
};
