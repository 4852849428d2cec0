// `concord query`: a running server asks the archives it knows, side by side, what they have.
import { type DicomJson, fromJson } from '@concord/dicom';
import { Command, Option } from 'commander';
import { collectKeys, type Key } from './keys.ts';
import { isWish, type NegotiationOptions, wantedBy, withNegotiation, words } from './negotiation.ts';
import { askLines, type ServerOptions, withServer } from './running-server.ts';
import type { Surroundings } from './surroundings.ts';
import { streamingTable } from './table.ts';
import { wholeNumber } from './whole-number.ts';

interface QueryOptions extends ServerOptions, NegotiationOptions {
  readonly level: keyof typeof shown;
  readonly from?: readonly string[];
  readonly limit?: number;
  readonly depth?: keyof typeof shown;
  readonly json?: true;
}

/** What a table shows of each level, the unique key first. */
const shown = {
  study: [
    'StudyInstanceUID',
    'PatientID',
    'PatientName',
    'StudyDate',
    'ModalitiesInStudy',
    'StudyDescription',
    'NumberOfStudyRelatedInstances',
  ],
  series: ['SeriesInstanceUID', 'SeriesNumber', 'Modality', 'SeriesDescription', 'NumberOfSeriesRelatedInstances'],
  image: ['SOPInstanceUID', 'InstanceNumber', 'InstanceAvailability', 'SOPClassUID'],
} as const;

const examples = `
Answers are shown as they come; a slow or dead archive holds nobody up, and how each ended is said at the end. A study that
several archives have is one line for each of them. Exit code 1 where an archive failed.

Examples:
  concord query PatientID=VET-0042
  concord query 'PatientName=Doe*' StudyDate=20240101- --from ORTHANC CLINIC
  concord query --fuzzy 'PatientName=jane do'
  concord query --relational --level series PatientID=VET-0042 BodyPartExamined=KNEE
  concord query --level series StudyInstanceUID=1.2.840.1
  concord query PatientID=VET-0042 --depth image
  concord retrieve ORTHANC --study 1.2.840.1 --wait`;

/** The command. */
export const query = (surroundings: Surroundings): Command =>
  withNegotiation(withServer(new Command('query')))
    .description('has a running server ask the other archives it knows what they have')
    .argument('<keys...>', 'what to match, as KEYWORD=VALUE', collectKeys)
    .addOption(new Option('-l, --level <level>', 'of the answers').choices(Object.keys(shown)).default('study'))
    .option('--from <title...>', 'AE titles of the archives to ask; default all that may be asked')
    .addOption(
      new Option('--depth <level>', 'also what is below each match, down to this level').choices(['series', 'image']),
    )
    .option('--limit <number>', 'answers of one archive at most', wholeNumber(1, 100_000))
    .option('--json', 'one JSON object per event, as it arrives')
    .addHelpText('after', examples)
    .action(async (keys: readonly Key[], options: QueryOptions) => run(keys, options, surroundings));

/** A line of the server's answer. */
type Event = Readonly<Record<string, unknown>>;
const isEvent = (value: unknown): value is Event => typeof value === 'object' && value !== null;
const textOf = (event: Event, name: string): string => String(event[name] ?? '');

async function run(keys: readonly Key[], options: QueryOptions, surroundings: Surroundings): Promise<void> {
  const json = {
    level: options.level.toUpperCase(),
    keys: Object.fromEntries(keys.map(({ path, value }) => [path, value])),
    ...(options.from && { archives: options.from }),
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.depth !== undefined && { depth: options.depth.toUpperCase() }),
    ...wishesOf(options),
  };
  const events = askLines('/api/archives/search', { method: 'POST', json }, options, surroundings);
  if (options.json) {
    for await (const event of events) {
      if (isEvent(event) && event.state === 'failed') surroundings.fail();
      surroundings.print(JSON.stringify(event));
    }
    return;
  }
  const ends: Event[] = [];
  const rows = rowsOf(events, shown[options.level], (end) => ends.push(end));
  if (options.depth === undefined) await streamingTable(['FROM', ...shown[options.level]], rows, surroundings.print);
  else await printTree(events, (end) => ends.push(end), surroundings);
  for (const end of ends) {
    if (end.kind === 'negotiated') tellOutcome(end, surroundings);
    else tellEnd(end, surroundings);
  }
}

async function* rowsOf(events: AsyncIterable<unknown>, columns: readonly string[], ended: (end: Event) => void) {
  for await (const event of events) {
    if (!isEvent(event)) continue;
    if (event.kind === 'archive' || event.kind === 'negotiated') ended(event);
    if (event.kind !== 'match' && event.kind !== 'also') continue;
    const match = fromJson(readMatch(event.match));
    yield [textOf(event, 'archive'), ...columns.map((keyword) => match.strings(keyword).join('\\'))];
  }
}

/** What is below a match comes behind all matches of its archive: each line says where it belongs. */
async function printTree(events: AsyncIterable<unknown>, ended: (end: Event) => void, { print }: Surroundings) {
  for await (const event of events) {
    if (!isEvent(event)) continue;
    if (event.kind === 'archive' || event.kind === 'negotiated') ended(event);
    const place = [textOf(event, 'archive'), textOf(event, 'study'), textOf(event, 'series')].filter(Boolean).join(' ');
    if (event.kind === 'branch') print(`${place}  not told: ${textOf(event, 'detail')}`);
    const level = event.kind === 'match' || event.kind === 'also' ? 'study' : textOf(event, 'level').toLowerCase();
    if (event.match === undefined || !isLevel(level)) continue;
    const match = fromJson(readMatch(event.match));
    print([place, ...shown[level].map((keyword) => match.strings(keyword).join('\\'))].join('  '));
  }
}

const isLevel = (text: string): text is keyof typeof shown => Object.hasOwn(shown, text);

const isDicomJson = (value: unknown): value is DicomJson => typeof value === 'object' && value !== null;
const readMatch = (value: unknown): DicomJson => (isDicomJson(value) ? value : {});

/** What was negotiated, in the words of the request; nothing where nothing was. */
function wishesOf(options: NegotiationOptions) {
  const { relational, combinedDateTime, fuzzyPersonNames } = wantedBy(options);
  const { timezone } = options;
  const any = relational || combinedDateTime || fuzzyPersonNames || timezone !== undefined;
  return any ? { negotiate: { relational, combinedDateTime, fuzzyPersonNames, timezone } } : {};
}

function tellOutcome(event: Event, { note }: Surroundings): void {
  const said = Object.entries(isEvent(event.outcome) ? event.outcome : {});
  const parts = said.map(([name, outcome]) => `${isWish(name) ? words[name] : name}: ${outcome}`);
  note(`${textOf(event, 'archive')}: ${parts.join('; ')}`);
}

function tellEnd(end: Event, { note, fail }: Surroundings): void {
  const detail = textOf(end, 'detail');
  const dropped = Number(end.dropped) > 0 ? `, ${end.dropped} left out` : '';
  note(
    `${textOf(end, 'archive')}: ${textOf(end, 'state')}, ${textOf(end, 'matches')} found${dropped}${detail && ` (${detail})`}`,
  );
  if (end.state === 'failed') fail();
}
