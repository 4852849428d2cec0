// `concord serve`: the server itself, with the settings of `npm start`.
import { Command } from 'commander';
import type { Surroundings } from './surroundings.ts';

/** The command. Its options are the server's settings, which the server itself reads and explains. */
export const serve = (surroundings: Surroundings): Command =>
  new Command('serve')
    .description('starts the server; its settings are those of npm start (concord serve --help)')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[settings...]', 'for example --data /srv/concord --dicom-port 104')
    .action(async (settings: readonly string[]) => {
      // Only here: the other commands need nothing of the server and start faster without it.
      const { serve: runServer } = await import('@concord/server');
      await runServer(settings, surroundings.environment);
    });
