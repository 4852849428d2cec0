// `concord password`: what the settings keep in place of a password.
import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import type { Surroundings } from './surroundings.ts';

const longest = 1024; // bytes

/** The command. */
export const password = (surroundings: Surroundings): Command =>
  new Command('password')
    .description('reads a password from standard input, prints what to write into users of the configuration file')
    .addHelpText('after', '\nExample:\n  read -rs word; printf %s "$word" | concord password')
    .action(async () => {
      const parts: Uint8Array[] = [];
      for await (const part of surroundings.input) {
        parts.push(part);
        if (parts.reduce((sum, { length }) => sum + length, 0) > longest)
          throw new CliError('usage', `a password has at most ${longest} bytes`);
      }
      const text = Buffer.concat(parts)
        .toString('utf8')
        .replace(/\r?\n$/, '');
      if (text === '') throw new CliError('usage', 'no password came on standard input');
      // Only here: no other command needs it.
      const { hashPassword } = await import('@concord/server/password');
      surroundings.print(await hashPassword(text));
    });
