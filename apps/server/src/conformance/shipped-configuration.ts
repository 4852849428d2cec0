// What is in force where nobody sets anything but the profile: the edition as shipped. PS3.2 A.4.4
import { readConfiguration } from '../settings/read-configuration.ts';
import type { Configuration } from '../settings/settings.ts';

export const shippedConfiguration = ({ profile }: Configuration): Configuration =>
  readConfiguration(['--profile', profile], {});
