// `concord conformance medium`: a mounted medium measured by Application Profiles, each by itself. PS3.2 7.5
import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import type { MediumOptions } from './media.ts';

const help = `
FOLDER is the root of the medium, where DICOMDIR lies. A medium is never conformant by itself, but by the profiles that it is
measured by: directory, names and files first (PS3.10), then the SOP Class and transfer syntax of each file by each profile.
Capacity and file system of the medium cannot be seen from a folder. Exit code 1: something is wrong by one of them.

Examples:
  concord conformance medium /media/cdrom --profile STD-GEN-CD
  concord conformance medium /media/cdrom --profile STD-GEN-CD STD-CTMR-CD --format json`;

/** The command. */
export const medium = (surroundings: Surroundings): Command =>
  new Command('medium')
    .description('measures a medium by Application Profiles of PS3.11')
    .argument('<folder>', 'root of the medium')
    .requiredOption('--profile <names...>', 'such as STD-GEN-CD; each has a result of its own')
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text'))
    .addHelpText('after', help)
    .action(async (folder: string, options: MediumOptions) => {
      const { measure } = await import('./media.ts'); // here: the other commands start without it
      await measure(folder, options, surroundings);
    });
