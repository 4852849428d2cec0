// The pages of the guide that are made from the code, and where they lie.
import { commandsPage } from './commands-page.ts';
import { settingsPage } from './settings-page.ts';

export const pages = [
  { path: 'docs/guide/settings.md', text: settingsPage },
  { path: 'docs/guide/commands.md', text: commandsPage },
] as const;
