// The answer to a message: who it is for, what became of it, and what was wrong. HL7 v2.5.1 2.9.2, 2.15.
import type { Message, Segment } from './er7.ts';
import type { Outcome } from './take-message.ts';

/** Delimiters, and what would end a segment, are written as escapes. 2.7 */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\E\\')
    .replaceAll('|', '\\F\\')
    .replaceAll('^', '\\S\\')
    .replaceAll('~', '\\R\\')
    .replaceAll('&', '\\T\\')
    .replace(/[\r\n]+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?');

const words: Readonly<Record<NonNullable<Outcome['error']>, string>> = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '200': 'Unsupported message type',
  '204': 'Unknown key identifier',
  '205': 'Duplicate key identifier',
  '207': 'Application internal error',
};

const field = (header: Segment | undefined, number: number): string =>
  escaped(header?.text(number) ?? '').slice(0, 180);

/** YYYYMMDDHHMMSS+0000 */
const moment = (now: Date): string => `${now.toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`;

/** ACK in the version of the message; of one that could not be read at all, without what it says of itself. */
export function acknowledgement(
  message: Message | undefined,
  { code, text, place = '', error }: Outcome,
  { now, id }: { readonly now: Date; readonly id: string },
): string {
  const header = message?.header;
  const version = field(header, 12) || '2.5.1';
  const trigger = escaped(header?.text(9, 2) ?? '').slice(0, 3);
  const from = [5, 6, 3, 4].map((number) => field(header, number)).join('|');
  const said = escaped(text).slice(0, 180);
  const segments = [
    `MSH|^~\\&|${from}|${moment(now)}||ACK${trigger && `^${trigger}`}|${id}|${field(header, 11) || 'P'}|${version}`,
    `MSA|${code}|${escaped(message?.controlId ?? '').slice(0, 199)}|${said}`,
    ...(error === undefined
      ? []
      : [`ERR|||${error}^${words[error]}^HL70357|E||||${said}${place && ` (${escaped(place).slice(0, 64)})`}`]),
  ];
  return `${segments.join('\r')}\r`;
}
