// The content of a key object selection document: one row for each row of its template that is used. PS3.16 TID 2010, TID 1002
import type { BuiltContentItem } from '@concord/conformance';
import { DataSet, type Keyword, type Value } from '@concord/dicom';
import type { Reference, Selected } from './document-facts.ts';
import { codeItem } from './title-group.ts';
import type { Code } from './titles.ts';

interface MadeItem extends BuiltContentItem {
  readonly of: (selected: Selected) => readonly DataSet[];
}

const named = {
  modifier: { value: '113011', scheme: 'DCM', meaning: 'Document Title Modifier' },
  description: { value: '113012', scheme: 'DCM', meaning: 'Key Object Description' },
  observerType: { value: '121005', scheme: 'DCM', meaning: 'Observer Type' },
  person: { value: '121006', scheme: 'DCM', meaning: 'Person' },
  observer: { value: '121008', scheme: 'DCM', meaning: 'Person Observer Name' },
} as const satisfies Record<string, Code>;

const told = ({ value, scheme, meaning }: Code): string => `(${value}, ${scheme}, "${meaning}")`;

/** A content item. PS3.3 C.17.3 */
function item(
  relationship: string,
  valueType: string,
  name: Code | undefined,
  values: Partial<Record<Keyword, Value>>,
) {
  const made = new DataSet();
  made.set('RelationshipType', relationship);
  made.set('ValueType', valueType);
  if (name) made.set('ConceptNameCodeSequence', [codeItem(name)]);
  for (const [keyword, value] of Object.entries(values)) made.set(keyword, value);
  return made;
}

/** Referenced SOP Sequence of one item; frames only where they are not all. PS3.3 Table C.18.4-1 */
function referenced({ kind, sopClassUid, sopInstanceUid, frames }: Reference): DataSet {
  const reference = new DataSet();
  reference.set('ReferencedSOPClassUID', sopClassUid);
  reference.set('ReferencedSOPInstanceUID', sopInstanceUid);
  if (frames.length > 0) reference.set('ReferencedFrameNumber', frames.map(String));
  return item('CONTAINS', kind, undefined, { ReferencedSOPSequence: [reference] });
}

const references = (kind: Reference['kind'], row: string, what: string): MadeItem => ({
  row,
  relationship: 'CONTAINS',
  valueType: kind,
  conceptName: 'None',
  nameSource: 'AUTO',
  conceptValue: `${what}, by SOP Class and SOP Instance UID`,
  range: 'Stored objects of one patient; with all other references at most 2,000.',
  source: 'USER',
  presence: 'ANAP',
  of: ({ references: all }) => all.filter((each) => each.kind === kind).map(referenced),
});

export const contentRows: readonly MadeItem[] = [
  {
    row: 'TID 2010, 2 to 4',
    relationship: 'HAS CONCEPT MOD',
    valueType: 'CODE',
    conceptName: told(named.modifier),
    nameSource: 'AUTO',
    conceptValue: 'What modifies the title',
    range: 'CID 7011 under the titles 113001 and 113010; CID 7012 under 113013, always',
    source: 'USER',
    presence: 'ANAP',
    of: ({ modifier }) =>
      modifier ? [item('HAS CONCEPT MOD', 'CODE', named.modifier, { ConceptCodeSequence: [codeItem(modifier)] })] : [],
  },
  {
    row: 'TID 1002, 1',
    relationship: 'HAS OBS CONTEXT',
    valueType: 'CODE',
    conceptName: told(named.observerType),
    nameSource: 'AUTO',
    conceptValue: told(named.person),
    range: 'That code, where the person is named',
    source: 'AUTO',
    presence: 'ANAP',
    of: ({ observer }) =>
      observer
        ? [item('HAS OBS CONTEXT', 'CODE', named.observerType, { ConceptCodeSequence: [codeItem(named.person)] })]
        : [],
  },
  {
    row: 'TID 1003, 1',
    relationship: 'HAS OBS CONTEXT',
    valueType: 'PNAME',
    conceptName: told(named.observer),
    nameSource: 'AUTO',
    conceptValue: 'Who chose the objects',
    range: 'A person name of up to 64 characters',
    source: 'USER',
    presence: 'ANAP',
    of: ({ observer }) =>
      observer ? [item('HAS OBS CONTEXT', 'PNAME', named.observer, { PersonName: observer })] : [],
  },
  {
    row: 'TID 2010, 7',
    relationship: 'CONTAINS',
    valueType: 'TEXT',
    conceptName: told(named.description),
    nameSource: 'AUTO',
    conceptValue: 'Why they were chosen',
    range: 'Text of up to 10,000 characters',
    source: 'USER',
    presence: 'ANAP',
    of: ({ description }) =>
      description ? [item('CONTAINS', 'TEXT', named.description, { TextValue: description })] : [],
  },
  references('IMAGE', 'TID 2010, 8', 'Images, and of some only frames'),
  references('WAVEFORM', 'TID 2010, 9', 'Waveforms'),
  references('COMPOSITE', 'TID 2010, 10', 'Objects of other classes'),
];

/** Content Sequence of the document. */
export const contentOf = (selected: Selected): readonly DataSet[] => contentRows.flatMap(({ of }) => of(selected));
