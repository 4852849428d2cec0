// What the server says became of a file that was sent to it, in words. PS3.18 10.5.3 and Annex I.
import { type DicomJson, itemsAt, numberAt, textAt } from '../dicom-json.ts';
import { isObject, type JsonObject, textOf } from '../json.ts';

export type Outcome =
  | { readonly kind: 'stored'; readonly study: string | undefined; readonly warning?: string }
  | { readonly kind: 'refused'; readonly reason: string };

interface Meaning {
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

/** Failure Reason (0008,1197). PS3.18 Table I.2-2; PS3.7 Annex C for the general ones. */
const failures: readonly Meaning[] = [
  { first: 0x0106, last: 0x0106, text: 'An attribute has a value that is not allowed' },
  { first: 0x0110, last: 0x0110, text: 'The server failed while storing it' },
  { first: 0x0111, last: 0x0111, text: 'An object with this SOP Instance UID is stored already' },
  { first: 0x0117, last: 0x0117, text: 'The SOP Instance UID is not valid' },
  { first: 0x0122, last: 0x0122, text: 'This kind of object (SOP Class) is not stored here' },
  { first: 0x0124, last: 0x0124, text: 'Not authorised to store this' },
  { first: 0xa700, last: 0xa7ff, text: 'The server is out of space or other resources' },
  { first: 0xa900, last: 0xa9ff, text: 'The data set contradicts its SOP Class or the request' },
  { first: 0xc122, last: 0xc122, text: 'The transfer syntax is not supported' },
  { first: 0xc000, last: 0xcfff, text: 'Not a DICOM file, or a damaged one' },
];

/** Warning Reason (0008,1196). PS3.18 Table I.2-1. */
const warnings: readonly Meaning[] = [
  { first: 0xb000, last: 0xb000, text: 'Stored with attributes changed' },
  { first: 0xb006, last: 0xb006, text: 'Stored without some attributes' },
  { first: 0xb007, last: 0xb007, text: 'Stored, though the data set does not match its SOP Class' },
];

const hexadecimal = (code: number): string => `${code.toString(16).toUpperCase().padStart(4, '0')}H`;

const meaningOf = (meanings: readonly Meaning[], code: number): string =>
  meanings.find(({ first, last }) => code >= first && code <= last)?.text ?? `Reason ${hexadecimal(code)}`;

const withComment = (meaning: string, item: DicomJson): string => {
  const comment = textAt(item, 'ErrorComment');
  return comment === '' ? meaning : `${meaning} (${comment})`;
};

const failureText = (item: DicomJson): string => {
  const code = numberAt(item, 'FailureReason');
  return withComment(code === undefined ? 'Refused without a reason' : meaningOf(failures, code), item);
};

/** The study in an address such as `…/studies/1.2.3/series/…`. */
export const studyOfAddress = (address: string): string | undefined => /\/studies\/([\d.]+)/u.exec(address)?.[1];

const storedOutcome = (answer: DicomJson): Outcome => {
  const [item = {}] = itemsAt(answer, 'ReferencedSOPSequence');
  const study = studyOfAddress(textAt(item, 'RetrieveURL')) ?? studyOfAddress(textAt(answer, 'RetrieveURL'));
  const code = numberAt(item, 'WarningReason');
  return {
    kind: 'stored',
    study,
    ...(code === undefined ? {} : { warning: withComment(meaningOf(warnings, code), item) }),
  };
};

const refusedByStatus: Readonly<Record<number, string>> = {
  401: 'Not signed in',
  403: 'Not allowed',
  413: 'The file is larger than the server takes',
  415: 'The server does not take this kind of upload',
  503: 'The server has too much to do',
  507: 'The server is out of space',
};

const parsed = (body: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** What an answer means for the one file that was sent. Anything but a clear yes is a no. */
export const readStoreAnswer = (status: number, body: string): Outcome => {
  const answer = parsed(body);
  if (answer !== undefined) {
    const [failed] = [...itemsAt(answer, 'FailedSOPSequence'), ...itemsAt(answer, 'OtherFailuresSequence')];
    if (failed !== undefined) return { kind: 'refused', reason: failureText(failed) };
    const stored = itemsAt(answer, 'ReferencedSOPSequence').length > 0;
    if (stored && status >= 200 && status < 300) return storedOutcome(answer);
  }
  const detail = answer === undefined ? '' : textOf(answer, 'detail', 'title');
  return { kind: 'refused', reason: detail || (refusedByStatus[status] ?? `The server answered ${status}`) };
};
