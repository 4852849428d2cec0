// What a status means for an operation, and what to do about it. PS3.7 Annex C; PS3.4 tables of each service
import {
  findStatuses,
  formatCode,
  generalStatuses,
  getStatuses,
  moveStatuses,
  printStatuses,
  statusClass,
  storeStatuses,
} from '@concord/network';

type Meanings = Readonly<Record<number, string>>;

const meanings: Readonly<Record<string, Meanings>> = {
  'C-STORE': storeStatuses,
  'C-FIND': findStatuses,
  'C-MOVE': moveStatuses,
  'C-GET': getStatuses,
};

/** By operation and code, or by code alone; families by their first code. */
const remedies: Readonly<Record<string, string>> = {
  'C-STORE A700': 'make room at the receiving system, then send again',
  'C-STORE A900': 'check the object: its SOP Class, its UIDs and its required attributes',
  'C-STORE C000': 'check the object with a validator; the log of the receiving system says what it could not read',
  'C-STORE 0122': 'the receiving system does not take this SOP Class: enable it there, or do not send it',
  'C-FIND A700': 'ask with narrower keys, or raise the limit of the answering system',
  'C-FIND A900': 'check the query: Query/Retrieve Level (0008,0052) and the unique keys above that level',
  'C-FIND C000': 'the log of the answering system says what went wrong',
  'C-MOVE A801': 'register the move destination, with host and port, at the system that sends',
  'C-MOVE A702': 'check that the system that sends reaches the destination, and what the destination refuses',
  'C-MOVE A900': 'check the identifier: level and unique keys',
  'C-MOVE B000': 'the association to the destination says which instances failed and why: capture that one too',
  'C-GET B000': 'propose the SOP Classes and transfer syntaxes of the instances, with the role of an SCP',
  'C-GET A702': 'propose the SOP Classes of the instances, with the role of an SCP',
  '0110': 'the log of the answering system says what failed',
  '0112': 'the object that is named does not exist there: check its UID, or create it first',
  '0117': 'check the UID of the object',
  '0118': 'check the SOP Class UID of the request',
  '0120': 'add the attribute that the answer names',
  '0122': 'the answering system does not provide this SOP Class',
  '0124': 'give the user or the AE title the right to do this',
  '0211': 'the answering system does not provide this operation',
  '0213': 'wait, and try again',
};

/** Meanings that any SOP Class of printing gives to codes of an operation. */
const printMeanings = (operation: string): Meanings =>
  Object.assign(
    {},
    ...Object.values(printStatuses).map(
      (byOperation: Readonly<Record<string, Meanings>>) => byOperation[operation] ?? {},
    ),
  );

const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');
const family = (code: number): readonly number[] => [code, code & 0xff00, code & 0xf000];

export interface StatusWords {
  readonly kind: ReturnType<typeof statusClass>;
  /** `failure A801H: refused: move destination unknown`. */
  readonly text: string;
  readonly remedy?: string;
}

/** A status of an operation such as `C-MOVE`. */
export function statusWords(operation: string, code: number): StatusWords {
  const kind = statusClass(code);
  const own = meanings[operation] ?? (operation.startsWith('N-') ? printMeanings(operation) : {});
  const general: Meanings = generalStatuses;
  const meaning =
    family(code)
      .map((each) => own[each])
      .find(Boolean) ?? general[code];
  const remedy =
    kind === 'failure' || kind === 'warning'
      ? family(code)
          .flatMap((each) => [remedies[`${operation} ${hex(each)}`], remedies[hex(each)]])
          .find((each) => each !== undefined)
      : undefined;
  return {
    kind,
    text: `${kind} ${formatCode(code)}${meaning ? `: ${meaning}` : ''}`,
    ...(remedy !== undefined && { remedy }),
  };
}
