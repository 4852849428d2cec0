// Which Application Profiles this system keeps to on media, and in which roles. PS3.10 6.4, PS3.11
import { applicationProfiles, type MediaRole } from '@concord/media';
import { BadValue, choice, readFields, within } from './kinds.ts';

export interface ConfiguredMediaProfile {
  /** As PS3.11 names it. */
  readonly profile: string;
  readonly roles: readonly MediaRole[];
}

const profile = choice({
  default: 'STD-GEN-CD',
  choices: applicationProfiles.map(({ id }) => id),
  text: 'an Application Profile',
});
const role = choice({ default: 'FSR', choices: ['FSC', 'FSR'], text: 'File-set Creator or File-set Reader' });

function readRoles(value: unknown): readonly MediaRole[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 2)
    throw new BadValue('must be a list of FSC and FSR');
  return [...new Set(value.map((one) => role.read(one)))];
}

/** One entry of `mediaProfiles`. Throws BadValue. */
export const readMediaProfile = (value: unknown): ConfiguredMediaProfile => {
  const fields = readFields(value, ['profile', 'roles']);
  return {
    profile: within('profile', () => profile.read(fields.get('profile'))),
    roles: within('roles', () => readRoles(fields.get('roles'))),
  };
};

/** Everything that is written and read. */
export const allMediaProfiles: readonly ConfiguredMediaProfile[] = applicationProfiles.map(({ id, roles }) => ({
  profile: id,
  roles,
}));
