// Users that an association may name, and that have rights on the web. PS3.7 D.3.3.7
import { isPasswordHash } from '../users/password.ts';
import { BadValue, readFields, within } from './kinds.ts';

/** What a user may do under /conformance. */
export const rights = ['view', 'edit', 'approve', 'execute'] as const;
export type Right = (typeof rights)[number];

export interface ConfiguredUser {
  readonly name: string;
  /** As `concord password` prints it; absent: the name alone is enough for an association, and never on the web. */
  readonly password?: string;
  readonly rights?: readonly Right[];
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

const readRights = (value: unknown): readonly Right[] => {
  const found = rights.filter((right) => Array.isArray(value) && value.includes(right));
  if (!Array.isArray(value) || found.length !== value.length)
    throw new BadValue(`must be a list of ${rights.join(', ')}, each at most once, not ${JSON.stringify(value)}`);
  return found;
};

/** One entry of `users`. Throws BadValue. */
export const readUser = (value: unknown): ConfiguredUser => {
  const fields = readFields(value, ['name', 'password', 'rights']);
  return {
    name: within('name', () => readName(fields.get('name'))),
    ...(fields.has('password') && { password: within('password', () => readPassword(fields.get('password'))) }),
    ...(fields.has('rights') && { rights: within('rights', () => readRights(fields.get('rights'))) }),
  };
};
