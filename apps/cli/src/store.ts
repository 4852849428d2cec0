// `concord store`: sends files and folders to a peer, says what became of each. PS3.4 Annex B.
import { Command } from 'commander';
import { type AssociationOptions, associate, peerOf, wholeNumber, withAssociation } from './association-options.ts';
import { filesBelow } from './files.ts';
import { type InstanceFile, readInstanceFile, type Unsendable } from './instance-file.ts';
import { printable } from './printable.ts';
import { progress } from './progress.ts';
import { type Outcome, sendAll } from './send.ts';
import { sizeText, timeText } from './size.ts';
import type { Surroundings } from './surroundings.ts';

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
  const bar = progress(surroundings, instances.length);
  const totals = { stored: 0, warning: 0, failed: 0, foreign };
  const sizes = new Map(instances.map(({ path, size }) => [path, size]));
  let bytes = 0;
  const failures: Outcome[] = [];
  const began = performance.now();
  const tell = (outcome: Outcome) => {
    totals[outcome.outcome] += 1;
    if (outcome.outcome === 'failed') failures.push(outcome);
    else bytes += sizes.get(outcome.path) ?? 0;
    if (options.json) surroundings.print(JSON.stringify(outcome));
    else if (outcome.outcome === 'warning') surroundings.note(`${printable(outcome.path)}: ${outcome.reason}`);
    bar.show(totals.stored + totals.warning + totals.failed, `${totals.stored} stored, ${totals.failed} failed`);
  };
  for (const { path, reason } of broken) tell({ path, outcome: 'failed', reason });
  const { associations } = options;
  const { signal } = surroundings;
  await sendAll(instances, {
    associations,
    tell,
    signal,
    open: (contexts) => associate(peer, options, contexts, surroundings),
  });
  bar.end();
  const milliseconds = Math.round(performance.now() - began);
  if (options.json) surroundings.print(JSON.stringify({ ...totals, bytes, milliseconds }));
  else for (const line of summary(totals, failures, bytes, milliseconds)) surroundings.print(line);
  if (totals.failed > 0 || totals.stored + totals.warning === 0) surroundings.fail();
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

interface Totals {
  readonly stored: number;
  readonly warning: number;
  readonly failed: number;
  readonly foreign: number;
}

const listedPaths = 20;

/** The counts, and the failures by reason: what failed in the same way is told once. */
function* summary(
  totals: Totals,
  failures: readonly Outcome[],
  bytes: number,
  milliseconds: number,
): Generator<string> {
  const { stored, warning, failed, foreign } = totals;
  const parts = [`${stored + warning} stored`];
  if (warning > 0) parts.push(`${warning} of them with a warning`);
  parts.push(`${failed} failed`);
  if (foreign > 0) parts.push(`${foreign} not DICOM, passed by`);
  yield `${parts.join(', ')} (${sizeText(bytes)} in ${timeText(milliseconds)})`;
  const byReason = Map.groupBy(failures, ({ reason }) => reason ?? 'no reason given');
  for (const [reason, outcomes] of byReason) {
    yield `${outcomes.length} failed: ${printable(reason)}`;
    for (const { path } of outcomes.slice(0, listedPaths)) yield `  ${printable(path)}`;
    if (outcomes.length > listedPaths) yield `  and ${outcomes.length - listedPaths} more (--json lists them all)`;
  }
}
