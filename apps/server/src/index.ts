// @concord/server: the server for programs that start it themselves. The package's only door.
export { type RunningServer, startServer } from './main.ts';
export { serve } from './program.ts';
export { profiles } from './settings/profiles/profiles.ts';
export { flagOf, helpText, readConfiguration, SettingsError, variableOf } from './settings/read-configuration.ts';
export { type Configuration, settings } from './settings/settings.ts';
export { StartError } from './start-error.ts';
