// `concord validate-association`: a recorded association in words. PS3.8, PS3.7
import { Command, Option } from 'commander';
import { type ExplainOptions, explainFormats } from './explain-options.ts';
import type { Surroundings } from './surroundings.ts';

const help = `
FILE is a capture (pcap or pcapng, of tcpdump, Wireshark or dumpcap; whole packets), a debug log of a DCMTK program (option -d),
or association records of Concord (JSON of /api/associations). Who proposed what, why a context was refused, which status came
back, who ended it and why, and what to do about it. TLS is recognized and cannot be read.
Exit code 1: something went wrong in an association, or there is none.

Examples:
  tcpdump -i any -s 0 -w capture.pcap tcp port 11112
  concord validate-association capture.pcap
  storescu -d archive 104 image.dcm 2> log.txt; concord validate-association log.txt
  concord validate-association capture.pcapng --format html --to association.html`;

/** The command. */
export const validateAssociation = (surroundings: Surroundings): Command =>
  new Command('validate-association')
    .description('explains a recorded association: capture, log of DCMTK, or record of Concord')
    .argument('<file>', 'the recording')
    .addOption(new Option('--format <format>', 'how it is written').choices(explainFormats).default('text'))
    .option('--to <file>', 'writes a file instead of printing')
    .addHelpText('after', help)
    .action(async (file: string, options: ExplainOptions) => {
      const { runExplanation } = await import('./explain-association.ts'); // here: the other commands start without it
      await runExplanation(file, options, surroundings);
    });
