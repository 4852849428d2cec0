// What a query agrees on with the peer beyond plain matching: SOP Class Extended Negotiation. PS3.4 C.5.1.1, K.5.1.
import { timezoneOffset } from '@concord/dicom';
import { type Association, findOptions, worklistOptions } from '@concord/network';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Model } from './query-models.ts';
import type { Surroundings } from './surroundings.ts';

export interface NegotiationOptions {
  readonly relational?: true;
  readonly combinedTimes?: true;
  readonly fuzzy?: true;
  /** Of the times of the keys, such as +0100. */
  readonly timezone?: string;
}

/** What each is called. */
export const words = {
  relational: 'relational queries',
  combinedDateTime: 'combined matching of date and time',
  fuzzyPersonNames: 'fuzzy matching of names',
  timezone: 'timezone query adjustment',
} as const;

export const isWish = (name: string): name is keyof typeof words => Object.hasOwn(words, name);

const names = ['relational', 'combinedDateTime', 'fuzzyPersonNames', 'timezone'] as const;

function readOffset(text: string): string {
  if (timezoneOffset(text) === undefined) throw new InvalidArgumentError('An offset from UTC is +0100 or -0330.');
  return text;
}

/** Adds the options to a command. */
export const withNegotiation = (command: Command): Command =>
  command
    .option('--relational', 'negotiates relational queries: keys of any level, without those above')
    .option('--combined-times', 'negotiates that a range of dates and one of times bound one span of moments')
    .option('--fuzzy', 'negotiates fuzzy matching of names: words by their beginnings, in any order')
    .addOption(
      new Option('--timezone <offset>', 'negotiates that times are meant in this zone, such as +0100').argParser(
        readOffset,
      ),
    );

export const wantedBy = ({ relational, combinedTimes, fuzzy, timezone }: NegotiationOptions) => ({
  relational: relational === true,
  combinedDateTime: combinedTimes === true,
  fuzzyPersonNames: fuzzy === true,
  timezone: timezone !== undefined,
});

/** For the context of the query; undefined where nothing is to be negotiated. */
export function extendedNegotiation(options: NegotiationOptions, model: Model): Uint8Array | undefined {
  const wanted = wantedBy(options);
  if (!Object.values(wanted).includes(true)) return undefined;
  return (model === 'worklist' ? worklistOptions : findOptions).encode(wanted);
}

/** Whether times may be given in another zone; says what the peer did not agree to. */
export function agreedZone(
  association: Association,
  { sopClassUid, options }: { readonly sopClassUid: string; readonly options: NegotiationOptions & { model: Model } },
  { note }: Pick<Surroundings, 'note'>,
): string | undefined {
  const context = association.accepted.find(({ abstractSyntax }) => abstractSyntax === sopClassUid);
  const flags = options.model === 'worklist' ? worklistOptions : findOptions;
  const agreed: Readonly<Record<string, boolean>> = flags.decode(context?.extendedNegotiation);
  const wanted = wantedBy(options);
  for (const name of names)
    if (wanted[name] && agreed[name] !== true) note(`the peer does not agree to ${words[name]}`);
  return agreed.timezone ? options.timezone : undefined;
}
