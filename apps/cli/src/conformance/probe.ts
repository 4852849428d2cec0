// `concord conformance probe`: looks at a system of which nothing is known, and writes a draft statement. PS3.2
import { Command, Option } from 'commander';
import { readAeTitle } from '../association-options.ts';
import { CliError } from '../cli-error.ts';
import { parsePeer } from '../peer.ts';
import { type SecureOptions, tlsOf, userOf, withSecurity } from '../secure-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { wholeNumber } from '../whole-number.ts';
import { formNames, type OutputOptions } from './output-options.ts';

interface ProbeCommandOptions extends OutputOptions, SecureOptions {
  readonly calling: string;
  readonly pause: number;
  readonly timeout: number;
}

const examples = `
Nothing is stored and nothing is read: it proposes contexts, sends C-ECHO, and asks for a patient who does not exist.
What cannot be seen from outside is marked unknown. Exit code 1: the system could not be reached, or rejects us.

Examples:
  concord conformance probe PACS@pacs.example:104 --to pacs.json
  concord conformance compare http://localhost:8080 pacs.json`;

/** The command. */
export const probe = (surroundings: Surroundings): Command =>
  withSecurity(new Command('probe'))
    .description('looks at a system from outside and writes a draft of its statement')
    .argument('<system>', 'AE@host:port')
    .addOption(new Option('-a, --calling <title>', 'our own AE title').default('CSPROBE').argParser(readAeTitle))
    .addOption(
      new Option('--pause <milliseconds>', 'between associations').default(200).argParser(wholeNumber(0, 60_000)),
    )
    .addOption(
      new Option('--timeout <seconds>', 'longest wait for an answer').default(30).argParser(wholeNumber(1, 600)),
    )
    .addOption(new Option('--format <format>', 'how it is written').choices(formNames).default('json'))
    .option('--to <file>', 'writes a file instead of printing')
    .addHelpText('after', examples)
    .action(async (system: string, options: ProbeCommandOptions) => {
      const peer = parsePeer(system);
      if (!peer) throw new CliError('usage', `"${system}" is no system: write AE@host:port`);
      const [{ observedStatement, probe: look, statementDocument }, { write }] = await Promise.all([
        import('@concord/conformance'), // here: the other commands start without it
        import('./forms.ts'),
      ]);
      const { aeTitle: calledAeTitle, host, port } = peer;
      const { timeout, calling: callingAeTitle } = options;
      const [tls, identity] = [await tlsOf(options), userOf(options, surroundings.environment)];
      const seen = await look(
        { host, port, calledAeTitle, callingAeTitle, ...(tls && { tls }), ...(identity && { identity }) },
        {
          pause: options.pause,
          care: { associate: timeout, response: timeout },
          signal: surroundings.signal,
          onProgress: surroundings.note,
        },
      );
      for (const trouble of seen.troubles) surroundings.note(trouble);
      if (seen.rejection !== undefined) surroundings.note(seen.rejection);
      if (seen.classes.length === 0) surroundings.fail();
      const data = observedStatement(seen);
      await write({ data, document: () => statementDocument(data) }, options, surroundings);
    });
