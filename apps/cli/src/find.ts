// `concord find`: asks a peer what it has. PS3.4 C.4.1, and K.4.1 for the worklist.

import { type DataSet, toJson } from '@concord/dicom';
import { type Association, findStatuses, statusClass } from '@concord/network';
import { Command, Option } from 'commander';
import { type AssociationOptions, associate, peerOf, requestContext, withAssociation } from './association-options.ts';
import { CliError } from './cli-error.ts';
import { counted } from './counted.ts';
import { collectKeys, identifier, type Key } from './keys.ts';
import { agreedZone, extendedNegotiation, type NegotiationOptions, withNegotiation } from './negotiation.ts';
import { type Level, levels, type Model, models, worklistAttributes } from './query-models.ts';
import { statusText } from './status-text.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';
import { wholeNumber } from './whole-number.ts';

interface FindOptions extends AssociationOptions, NegotiationOptions {
  readonly model: Model;
  readonly level: Level;
  readonly limit?: number;
  readonly json?: true;
}

const examples = `
A key is KEYWORD=VALUE or TAG=VALUE; without a value it asks for the attribute. Values match as the standard has it:
DOE*, 20240101-20241231, several UIDs separated by \\. A step into a sequence is [0].

Examples:
  concord find 'PatientName=DOE*' StudyDate=20240101-
  concord find --level series StudyInstanceUID=1.2.840.1 Modality
  concord find --model worklist 'ScheduledProcedureStepSequence[0].Modality=CT'
  concord find --fuzzy 'PatientName=jane do'
  concord find --timezone -0500 StudyDate=20240115 StudyTime=0800-1200
  concord find --json PatientID=123 | jq '."0020000D".Value[0]'`;

/** The command. */
export const find = (surroundings: Surroundings): Command =>
  withNegotiation(withAssociation(new Command('find')))
    .description('asks a peer which patients, studies, series, images or worklist entries it has (C-FIND)')
    .argument('[keys...]', 'what to match and what to return', collectKeys)
    .addOption(new Option('-m, --model <model>', 'information model').choices(Object.keys(models)).default('study'))
    .addOption(new Option('-l, --level <level>', 'query/retrieve level').choices(Object.keys(levels)).default('study'))
    .option('--limit <number>', 'stops the peer (C-CANCEL) after so many matches', wholeNumber(1, 10_000_000))
    .option('--json', 'one DICOM JSON model object per match, as it arrives')
    .addHelpText('after', examples)
    .action((keys: readonly Key[] | undefined, options: FindOptions) => run(keys ?? [], options, surroundings));

async function run(keys: readonly Key[], options: FindOptions, surroundings: Surroundings): Promise<void> {
  // A key that is none is wrong use, and said before anything is connected.
  question(keys, options);
  const sopClassUid = models[options.model].find;
  const peer = await peerOf(options, surroundings);
  const negotiated = extendedNegotiation(options, options.model);
  const context = { ...requestContext(sopClassUid), ...(negotiated && { extendedNegotiation: negotiated }) };
  await using association = await associate(peer, options, [context], surroundings);
  const zone = agreedZone(association, { sopClassUid, options }, surroundings);
  const inZone = zone === undefined ? [] : [{ path: 'TimezoneOffsetFromUTC', value: zone }];
  const { columns, request } = question([...keys, ...inZone], options);
  const matches = matchesOf(association, { sopClassUid, request, limit: options.limit }, surroundings);
  if (options.json) for await (const match of matches) surroundings.print(JSON.stringify(toJson(match)));
  else if (!(await streamingTable(columns.map(heading), rowsOf(matches, columns), surroundings.print)))
    surroundings.note('no match');
  await association.release();
}

/** The identifier: the level, what is shown by default, and the user's keys, which count where both name an attribute. */
function question(keys: readonly Key[], { model, level }: FindOptions) {
  const asked = model === 'worklist' ? worklistAttributes : levels[level].attributes;
  const levelKey =
    model === 'worklist' ? [] : [{ path: 'QueryRetrieveLevel', value: levels[level].queryRetrieveLevel }];
  const columns = [...new Set([...asked, ...keys.map(({ path }) => path)])];
  const shown = columns.map((path) => ({ path, value: keys.findLast((key) => key.path === path)?.value ?? '' }));
  return { columns, request: identifier([...levelKey, ...shown]) };
}

interface Question {
  readonly sopClassUid: string;
  readonly request: DataSet;
  readonly limit: number | undefined;
}

/** The matches as they arrive. After the limit the peer is told to stop, and its last word is awaited. */
async function* matchesOf(
  association: Association,
  { sopClassUid, request, limit = Number.POSITIVE_INFINITY }: Question,
  { signal, note }: Surroundings,
): AsyncGenerator<DataSet> {
  const enough = new AbortController();
  let count = 0;
  const responses = association.find(sopClassUid, request, { signal: AbortSignal.any([signal, enough.signal]) });
  for await (const { status, identifier: match } of responses) {
    const kind = statusClass(status.code);
    if (kind === 'pending' && match && count < limit) {
      count += 1;
      yield match;
      if (count === limit) enough.abort();
    } else if (kind === 'cancel' && count >= limit) note(`stopped after ${counted(count, 'match', 'matches')}`);
    else if (kind !== 'pending' && kind !== 'success')
      throw new CliError(
        'failed',
        `after ${counted(count, 'match', 'matches')} the peer answered: ${statusText(status, findStatuses)}`,
      );
  }
}

async function* rowsOf(matches: AsyncIterable<DataSet>, columns: readonly string[]): AsyncGenerator<readonly string[]> {
  for await (const match of matches) yield columns.map((path) => match.strings(path).join('\\'));
}

const heading = (path: string) => path.split('.').at(-1) ?? path;
