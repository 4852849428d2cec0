// The web services of this server for its statement: resources, media types, and the HTTP status codes of each transaction. PS3.18; PS3.2 N.5.3, N.7.3.3
import type { DescribedSystem } from '@concord/conformance';
import { documentMediaTypes } from '../dicomweb/document-media-types.ts';
import { renderedMediaTypes } from '../dicomweb/rendered-media-types.ts';
import { type ProblemKind, problems } from '../web/problem.ts';

type WebServices = DescribedSystem['webServices'];

/** Any request may be answered with these. */
const ofAll: readonly ProblemKind[] = [
  'malformed-request',
  'invalid-parameter',
  'not-found',
  'not-acceptable',
  'headers-too-large',
  'misdirected',
  'internal',
  'overloaded',
];

/** Successes with their meaning, then what may go wrong, one row for each code. */
function statuses(successes: Readonly<Record<string, string>>, more: readonly ProblemKind[] = []) {
  const failures = new Map<string, string[]>();
  for (const kind of [...ofAll, ...more]) {
    const { status, title } = problems[kind];
    failures.set(String(status), [...(failures.get(String(status)) ?? []), title]);
  }
  const rows = [
    ...Object.entries(successes),
    ...[...failures].map(([code, titles]) => [code, titles.join('; ')] as const),
  ];
  return rows.map(([code, meaning]) => ({ code, meaning })).sort((left, right) => left.code.localeCompare(right.code));
}

const read = { '200': 'the answer', '304': 'nothing has changed since the entity tag' };

export const webServices: WebServices = [
  {
    service: 'Studies Service: Search (QIDO-RS)',
    origin: 'origin server',
    resources: 'studies, series, instances at every level; with fuzzy, empty value and multiple value matching',
    mediaTypes: 'application/dicom+json, multipart/related of application/dicom+xml',
    statuses: statuses({
      '200':
        'the matches; an empty list where there is none; a Warning field where there are more, or parameters were ignored',
    }),
  },
  {
    service: 'Studies Service: Retrieve (WADO-RS)',
    origin: 'origin server',
    resources: 'study, series, instance, frames, bulk data, metadata, rendered, thumbnail',
    mediaTypes: `application/dicom, application/octet-stream, application/dicom+json, application/dicom+xml, application/zip; rendered: ${renderedMediaTypes.join(', ')}, video as it is stored, ${documentMediaTypes.join(', ')}`,
    statuses: statuses({ ...read, '206': 'a range of it' }, ['range-not-satisfiable', 'too-large']),
  },
  {
    service: 'Studies Service: Store (STOW-RS)',
    origin: 'origin server',
    resources: 'studies, study',
    mediaTypes: 'multipart/related of application/dicom, application/dicom+json, application/dicom+xml',
    statuses: statuses(
      {
        '200': 'every instance is stored',
        '202': 'some instances are stored, or some with a warning',
        '409': 'no instance is stored; the answer says why',
      },
      ['too-slow', 'too-large', 'unsupported-media-type'],
    ),
  },
  {
    service: 'URI Service (WADO-URI)',
    origin: 'origin server',
    resources: 'instance',
    mediaTypes: 'application/dicom, and those of rendered resources',
    statuses: statuses(read),
  },
  {
    service: 'Worklist Service (UPS-RS)',
    origin: 'origin server',
    resources: 'workitems, subscriptions; searches with fuzzy, empty value and multiple value matching',
    mediaTypes: 'application/dicom+json, application/dicom+xml',
    statuses: statuses({ '200': 'the answer', '201': 'the work item or the subscription is made' }, [
      'conflict',
      'unsupported-media-type',
      'too-large',
    ]),
  },
  {
    service: 'Non-Patient Instance Service',
    origin: 'origin server',
    resources:
      'color palettes, defined procedure protocols, hanging protocols, implant templates: search, retrieve, store',
    mediaTypes: 'application/dicom, application/dicom+json, multipart/related of application/dicom+xml',
    statuses: statuses(
      {
        ...read,
        '200': 'the answer; of a store: at least one object is stored',
        '409': 'no object is stored: they belong elsewhere',
      },
      ['too-slow', 'too-large', 'unsupported-media-type'],
    ),
  },
  {
    service: 'Storage Commitment Service',
    origin: 'origin server',
    resources: 'commitment requests, answered with the result; the result again',
    mediaTypes: 'application/dicom+json, multipart/related of application/dicom+xml',
    statuses: statuses(
      {
        '200': 'what is committed and what is not',
        '202': 'the request is still being worked on',
        '409': 'the Transaction UID is in use',
      },
      ['too-slow', 'too-large', 'unsupported-media-type'],
    ),
  },
];
