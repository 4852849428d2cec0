// What a profile is: a named set of defaults that makes this server behave as one system.
import type { Configuration } from '../settings.ts';

/** Flags, variables and the configuration file still win over it. */
export interface Profile {
  readonly name: string;
  readonly text: string;
  readonly values: Partial<Configuration>;
}
