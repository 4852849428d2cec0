// What can be wrong with a medium, its directory and its files: the one error of this package, and the findings that stop nobody.

/** The closed set of reasons a `MediaError` or a finding can name. */
export const mediaFaults = {
  'no-directory': 'there is no DICOMDIR in the root',
  'bad-directory': 'the DICOMDIR cannot be read',
  'cut-directory': 'the DICOMDIR is damaged',
  'bad-offset': 'an offset leads to no record',
  cycle: 'a record is reached twice',
  'lost-record': 'a record is linked from nowhere',
  'unknown-record': 'the type of the record is not known',
  'private-record': 'the record is private',
  'misplaced-record': 'the record stands where its type cannot stand',
  'missing-key': 'a key that must have a value has none',
  'bad-file-id': 'the File ID is not one of PS3.10',
  'outside-root': 'the File ID leads out of the file-set',
  'missing-file': 'the file is not on the medium',
  'unreadable-file': 'the file cannot be read',
  'different-file': 'the record says something else of the file',
  'changed-file': 'the file is not what was written',
  'referenced-twice': 'two records name the same file',
  'unknown-class': 'the SOP Class is not one of the standard',
  'bad-meta': 'the File Meta Information is not that of PS3.10',
  'same-instance': 'the same instance comes twice',
  'bad-instance': 'this is no DICOM instance',
  unreadable: 'the medium cannot be read',
  'not-empty': 'the folder is not empty',
  nothing: 'there is no instance to be written',
  'too-many': 'there is more than the limit allows',
} as const;

/** One of the reasons in `mediaFaults`. */
export type MediaFault = keyof typeof mediaFaults;

/** Something wrong, or odd, that does not keep the rest from being read. */
export interface MediaFinding {
  readonly fault: MediaFault;
  readonly severity: 'error' | 'warning' | 'information';
  /** A file, a File ID or a record with its offset; '' for the whole. */
  readonly place: string;
  /** One sentence for a person. */
  readonly text: string;
}

/** The one error of this package: what (`fault`) and where. */
export class MediaError extends Error {
  readonly fault: MediaFault;
  readonly place: string;

  constructor(fault: MediaFault, place: string, detail = '', options?: ErrorOptions) {
    super(sentence(fault, place, detail), options);
    this.name = 'MediaError';
    this.fault = fault;
    this.place = place;
  }
}

const sentence = (fault: MediaFault, place: string, detail: string): string =>
  `${place && `${place}: `}${mediaFaults[fault]}${detail && ` (${detail})`}`;

/** More findings say nothing more. */
const mostFindings = 1000;

/** Collects findings, as many as a person can read. */
export interface Findings {
  readonly list: readonly MediaFinding[];
  take(finding: MediaFinding): void;
  add(fault: MediaFault, severity: MediaFinding['severity'], place: string, detail?: string): void;
}

/** An empty collection. */
export function startFindings(): Findings {
  const list: MediaFinding[] = [];
  const last: MediaFinding = {
    fault: 'too-many',
    severity: 'warning',
    place: '',
    text: `more than ${mostFindings} findings`,
  };
  const take = (finding: MediaFinding): void => {
    if (list.length < mostFindings) list.push(finding);
    else if (list.length === mostFindings) list.push(last);
  };
  return {
    list,
    take,
    add: (fault, severity, place, detail = '') =>
      take({ fault, severity, place, text: sentence(fault, place, detail) }),
  };
}
