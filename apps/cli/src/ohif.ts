// `concord ohif`: the OHIF viewer beside the server, installed and removed.

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { counted } from './counted.ts';
import { install, triedVersion } from './ohif/install.ts';
import { configurationOf, type StoresOptions, withStores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

interface InstallOptions extends StoresOptions {
  readonly use: string;
  readonly from?: string;
}

const versionNumber = (text: string): string => {
  if (/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a version such as 3.13.2.');
};

const after = `
The build that OHIF publishes on npm is put into the folder "ohif" of the data folder, its configuration pointing at the
server beside it. A running server serves it at /ohif at once; nothing has to be restarted, and no other host is asked for
anything. Without a network: npm pack @ohif/app@${triedVersion} elsewhere, then --from with the file.

Examples:
  concord ohif install --data /srv/concord
  concord ohif install --from ohif-app-${triedVersion}.tgz
  concord ohif remove`;

const folderOf = async (options: StoresOptions, surroundings: Surroundings): Promise<string> =>
  join(resolve((await configurationOf(options, surroundings)).data), 'ohif');

/** The group of both commands. */
export const ohif = (surroundings: Surroundings): Command => {
  const { print, note, signal } = surroundings;
  const group = new Command('ohif')
    .description('installs or removes the OHIF viewer, served beside the server at /ohif')
    .addHelpText('after', after);
  withStores(group.command('install'))
    .description('fetches OHIF with npm and puts it beside the server')
    .option(
      '--use <version>',
      'version of @ohif/app; others than the default are not tried',
      versionNumber,
      triedVersion,
    )
    .option('--from <file>', 'file made by npm pack, instead of the network')
    .action(async (options: InstallOptions) => {
      const folder = await folderOf(options, surroundings);
      const count = await install({ folder, version: options.use, from: options.from, signal, note });
      print(`OHIF ${options.use}: ${counted(count, 'file')} in ${folder}; the server has it at /ohif`);
    });
  withStores(group.command('remove'))
    .description('removes it')
    .action(async (options: StoresOptions) => {
      const folder = await folderOf(options, surroundings);
      const there = existsSync(folder);
      await rm(folder, { recursive: true, force: true });
      print(there ? `removed ${folder}` : `${folder}: OHIF is not installed`);
    });
  return group;
};
