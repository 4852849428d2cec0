// `concord store`: sends files and folders to a peer, says what became of each. PS3.4 Annex B.
import { Command } from 'commander';
import { type AssociationOptions, associate, peerOf, withAssociation } from './association-options.ts';
import { filesBelow } from './files.ts';
import { type InstanceFile, readInstanceFile, type Unsendable } from './instance-file.ts';
import { sendAll } from './send.ts';
import type { Surroundings } from './surroundings.ts';
import { startTally } from './tally.ts';
import { wholeNumber } from './whole-number.ts';

interface StoreOptions extends AssociationOptions {
  readonly associations: number;
  readonly json?: true;
}

const examples = `
Examples:
  concord store image.dcm
  concord store /media/cdrom --peer PACS@pacs.example:104 --associations 4
  concord store study/ --json | jq 'select(.outcome == "failed")'

Ends with 0 when every DICOM file was stored, with 1 and a list of reasons when one was not.
Files in folders that are not DICOM, and DICOMDIRs, are passed by and counted.`;

/** The command. */
export const store = (surroundings: Surroundings): Command =>
  withAssociation(new Command('store'))
    .description('sends files and folders to a peer (C-STORE)')
    .argument('<paths...>', 'files, and folders with everything in them')
    .option('-n, --associations <number>', 'how many associations send at the same time', wholeNumber(1, 32), 1)
    .option('--json', 'one JSON object per file, and one with the counts at the end')
    .addHelpText('after', examples)
    .action((paths: readonly string[], options: StoreOptions) => run(paths, options, surroundings));

async function run(paths: readonly string[], options: StoreOptions, surroundings: Surroundings): Promise<void> {
  const peer = await peerOf(options, surroundings);
  const { instances, broken, foreign } = await look(paths);
  const sizes = new Map(instances.map(({ path, size }) => [path, size]));
  const tally = startTally(
    {
      done: 'stored',
      json: options.json === true,
      total: instances.length + broken.length,
      sizeOf: (path) => sizes.get(path) ?? 0,
    },
    surroundings,
  );
  tally.passBy(foreign);
  for (const { path, reason } of broken) tally.tell({ path, outcome: 'failed', reason });
  await sendAll(instances, {
    associations: options.associations,
    tell: tally.tell,
    signal: surroundings.signal,
    open: (contexts) => associate(peer, options, contexts, surroundings),
  });
  tally.end();
}

/** Reads the head of every file. A file named itself must be an instance; in a folder others may lie around. */
async function look(paths: readonly string[]) {
  const instances: InstanceFile[] = [];
  const broken: Unsendable[] = [];
  let foreign = 0;
  for await (const file of filesBelow(paths)) {
    const found = await readInstanceFile(file);
    if ('sopClassUid' in found) instances.push(found);
    else if (found.kind === 'foreign' && !file.explicit) foreign += 1;
    else broken.push(found);
  }
  return { instances, broken, foreign };
}
