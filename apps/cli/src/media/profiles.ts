// Application Profiles as options name them.
import { type ApplicationProfile, applicationProfile, applicationProfiles } from '@concord/media';
import { InvalidArgumentError } from 'commander';

/** Their names, for help. */
export const profileNames = applicationProfiles.map(({ id }) => id).join(', ');

/** @throws InvalidArgumentError for a name that is none of them */
export function readProfile(name: string): ApplicationProfile {
  const profile = applicationProfile(name);
  if (profile) return profile;
  throw new InvalidArgumentError(`It is one of ${profileNames}.`);
}
