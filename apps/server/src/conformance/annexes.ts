// The annexes of the statement: attributes that are needed, and those that the settings in force change. PS3.2 A.8
import type { Annexes } from '@concord/conformance';
import { describeTag, formatTag, type Keyword, tagOf } from '@concord/dicom';
import type { Configuration } from '../settings/settings.ts';
import { codedTerminology, grayscale } from './texts.ts';

const annexes: Annexes = {
  createdObjects: {
    state: 'not applicable',
    reason:
      'No SOP Instances are created by the network services, unless the entry of a peer asks for lossy JPEG, another photometric interpretation or de-identified instances; instances that come in keep their UIDs. What changed values of an instance on its way in or out stands in 8.1.4.',
  },
  attributeUsage: {
    state: 'described',
    rows: [
      {
        application: 'Storage',
        attribute: 'SOP Instance UID',
        tag: '(0008,0018)',
        requirement: 'present, and equal to that of the request',
        ifMissing: 'The instance is refused with A900.',
      },
      {
        application: 'Storage',
        attribute: 'SOP Class UID',
        tag: '(0008,0016)',
        requirement: 'present, and equal to that of the request',
        ifMissing: 'The instance is refused with A900.',
      },
      {
        application: 'Storage',
        attribute: 'Study Instance UID',
        tag: '(0020,000D)',
        requirement: 'present',
        ifMissing: 'The instance is refused with A900.',
      },
      {
        application: 'Storage',
        attribute: 'Series Instance UID',
        tag: '(0020,000E)',
        requirement: 'present',
        ifMissing: 'The instance is refused with A900.',
      },
    ],
  },
  attributeMapping: { state: 'not applicable', reason: 'No attribute is copied from one SOP Class to another.' },
  coercion: { state: 'not applicable', reason: 'No attribute of a received instance is changed.' },
  privateDictionary: { state: 'not applicable', reason: 'No private attributes are created.' },
  codedTerminology,
  contextGroups: [],
  grayscale,
  sopClassExtensions: [],
  privateTransferSyntaxes: [],
};

type Coercion = Extract<Annexes['coercion'], { state: 'described' }>['rows'][number];
type CoercionSettings = Pick<Configuration, 'incomingDefaults' | 'incomingNames' | 'incomingSex' | 'compressIncoming'>;

const row = (keyword: Keyword, source: string, condition: string): Coercion => {
  const tag = tagOf(keyword);
  return {
    service: 'Storage',
    attribute: describeTag(tag)?.name ?? keyword,
    tag: formatTag(tag),
    source,
    condition: `${condition} The stored bytes stay as they came; the value is laid over them on the way out, and Original Attributes Sequence (0400,0561) keeps the received one with the reason COERCE.`,
    status: '0000',
  };
};

/** What compression at receipt changes: the bytes that came are not kept. */
function compressionsOf({ compressIncoming }: CoercionSettings): readonly Coercion[] {
  const when = (rules: CoercionSettings['compressIncoming']): string =>
    rules
      .map(({ from, modality }) =>
        [modality ?? 'all modalities', from === undefined ? 'of anybody' : `of ${from}`].join(' '),
      )
      .join('; ');
  const renewed = compressIncoming.filter(({ sopInstanceUid }) => sopInstanceUid === 'new');
  const told = (keyword: Keyword, source: string, rules: CoercionSettings['compressIncoming']): Coercion => ({
    ...row(keyword, source, ''),
    condition: `Where an image that came uncompressed is kept in JPEG, with loss: ${when(rules)}. What came is not kept.`,
  });
  return [
    ...(compressIncoming.length > 0 ? [told('LossyImageCompression', 'AUTO', compressIncoming)] : []),
    ...(renewed.length > 0 ? [told('SOPInstanceUID', 'AUTO', renewed)] : []),
  ];
}

/** What the settings for incoming values change, one row for each of them. */
function coercionsOf(settings: CoercionSettings): readonly Coercion[] {
  const { incomingDefaults, incomingNames, incomingSex } = settings;
  return [
    ...compressionsOf(settings),
    ...incomingDefaults.map(({ attribute, value, from }) =>
      row(
        attribute,
        `CONFIG: ${value}`,
        `Where it is empty or absent${from === undefined ? '' : ` in objects of ${from}`}.`,
      ),
    ),
    ...(incomingNames === 'as sent'
      ? []
      : [row('PatientName', 'AUTO', 'Where a comma stands for the delimiter of family and given name.')]),
    ...(incomingSex === 'as sent' ? [] : [row('PatientSex', 'AUTO', 'Where it is none of M, F and O.')]),
  ];
}

/** The annexes as the settings have them. */
export function annexesOf(settings: CoercionSettings): Annexes {
  const [first, ...rest] = coercionsOf(settings);
  return first === undefined ? annexes : { ...annexes, coercion: { state: 'described', rows: [first, ...rest] } };
}

/** Every attribute that this server writes into an instance by itself: none of them is private. */
export const writtenAttributes = (settings: CoercionSettings): readonly string[] =>
  coercionsOf(settings).map(({ tag }) => tag);
