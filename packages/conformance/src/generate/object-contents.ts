// Contents of the objects that the system makes, from what their builders declare: tables, types of SOP Classes, private data. PS3.2 7.3, A.8.1.1, A.8.2, A.8.5
import { describeTag, describeUid, formatTag, isPrivate, isPrivateCreator } from '@concord/dicom';
import { iodOf, moduleOf } from '@concord/dicom/iod';
import type { Annexes } from '../model/annexes.ts';
import type { EntitySopClass } from '../model/networking.ts';
import { identifier, named, storageServiceClass } from './names.ts';

type Presence = 'ALWAYS' | 'VNAP' | 'ANAP' | 'EMPTY';
type CreatedObject = Extract<Annexes['createdObjects'], { state: 'described' }>['objects'][number];
type Extension = Annexes['sopClassExtensions'][number];
type Added = Extension['addedAttributes'][number];

/** An attribute that a builder puts into an object. */
export interface BuiltAttribute {
  readonly tag: number;
  /** What it is, where the dictionary does not know it. */
  readonly own?: { readonly creator: string; readonly name: string; readonly vr: string; readonly vm: string };
  readonly presence: Presence;
  /** Range and origin of the value, in words. */
  readonly value: string;
  /** `AUTO`, `USER`, `CONFIG` and the like. PS3.2 A.8.1.1 */
  readonly source: readonly string[];
}

/** An item of the content of objects that follow a template. PS3.2 A.8.1.1, PS3.16 */
export interface BuiltContentItem {
  /** Such as `TID 2010, 7`. */
  readonly row: string;
  readonly relationship: string;
  readonly valueType: string;
  /** The code, or the group that it comes from. */
  readonly conceptName: string;
  readonly nameSource: string;
  readonly conceptValue: string;
  readonly range: string;
  readonly source: string;
  readonly presence: Presence;
}

/** What makes objects, as far as others can see. */
export interface ObjectBuilder {
  /** The Storage Service Class where objects of any class are made. */
  readonly sopClasses: readonly string[];
  readonly attributes: readonly BuiltAttribute[];
  /** The instance whose other attributes it has. */
  readonly madeFrom?: string;
  /** Which of several kinds of objects of the same class. */
  readonly variant?: string;
  /** Attributes of that instance which they never have. */
  readonly leftOut?: readonly { readonly attribute: string; readonly tag: string }[];
  /** Such as `TID 2010`. */
  readonly template?: string;
  readonly contentItems?: readonly BuiltContentItem[];
  /** Where one can be had that was made for show. */
  readonly sample?: string;
  /** Of classes with a private UID: the Standard SOP Class that they specialize. */
  readonly basedOn?: string;
}

interface Placed {
  readonly entity: string;
  readonly module: string;
  /** The module need not be there, and its types hold only where it is. */
  readonly isOptional?: boolean;
  /** Undefined: the standard's IOD does not have the attribute. */
  readonly type: '1' | '1C' | '2' | '2C' | '3' | undefined;
}

const entities: readonly (readonly [RegExp, string])[] = [
  [/Patient Study|Study/, 'Study'],
  [/Patient|Clinical Trial Subject/, 'Patient'],
  [/Series/, 'Series'],
  [/Equipment/, 'Equipment'],
  [/Frame of Reference|Synchronization/, 'Frame of Reference'],
];
const entityOf = (module: string): string => entities.find(([form]) => form.test(module))?.[1] ?? 'Instance';

const beyond = (tag: number): Placed => ({
  entity: 'Instance',
  module: isPrivate(tag) ? 'Private attributes' : 'Attributes of other modules',
  type: undefined,
});

/** Where the IOD of the class has each attribute; undefined for a class without one. */
function placesOf(sopClass: string): ReadonlyMap<number, Placed> | undefined {
  const iod = iodOf(sopClass);
  if (!iod) return undefined;
  const places = new Map<number, Placed>();
  for (const { id, usage } of iod.modules) {
    const module = moduleOf(id);
    for (const { tag, type } of module?.attributes ?? []) {
      const number = Number.parseInt(tag, 16);
      if (/^[0-9a-f]{8}$/i.test(tag) && !places.has(number))
        places.set(number, {
          entity: entityOf(module?.name ?? id),
          module: module?.name ?? id,
          isOptional: usage !== 'M',
          type,
        });
    }
  }
  return places;
}

/** Modules of any object, for builders of objects of every class: that of a class which has the most common ones. */
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

const standardOf = (uid: string, { basedOn }: ObjectBuilder): string =>
  basedOn ?? (uid === storageServiceClass ? secondaryCapture : uid);

function placed(uid: string, builder: ObjectBuilder): readonly (BuiltAttribute & Placed)[] {
  const places = placesOf(standardOf(uid, builder));
  return builder.attributes.map((attribute) => ({
    ...attribute,
    ...(places?.get(attribute.tag) ?? beyond(attribute.tag)),
  }));
}

const described = ({ tag, own }: BuiltAttribute): { attribute: string; tag: string; vr: string } => ({
  attribute: own?.name ?? (isPrivateCreator(tag) ? 'Private Creator' : describeTag(tag)?.name) ?? formatTag(tag),
  tag: formatTag(tag),
  vr: own?.vr ?? (isPrivateCreator(tag) ? 'LO' : describeTag(tag)?.vr.join(' or ')) ?? 'UN',
});

function objectOf(uid: string, builder: ObjectBuilder): CreatedObject {
  const modules = new Map<string, CreatedObject['modules'][number]>();
  for (const each of placed(uid, builder)) {
    const { entity, module, isOptional = false, type, presence, value, source } = each;
    const known = modules.get(module);
    // Of objects of any class nobody knows which optional modules they have.
    const holds = type && !(uid === storageServiceClass && isOptional);
    const attribute = { ...described(each), ...(holds && { type }), value, presence, source: [...source] };
    modules.set(module, {
      informationEntity: entity,
      module,
      presence: known?.presence === 'ALWAYS' || presence !== 'ANAP' ? 'ALWAYS' : 'ANAP',
      attributes: [...(known?.attributes ?? []), attribute],
    });
  }
  return { sopClass: named(uid), modules: [...modules.values()], ...told(builder) };
}

/** What is told beside the attributes. */
const told = ({ madeFrom, variant, leftOut, template, contentItems, sample }: ObjectBuilder) => ({
  ...(variant !== undefined && { variant }),
  ...(madeFrom !== undefined && { madeFrom }),
  ...(sample !== undefined && { sample }),
  ...(template !== undefined && { template }),
  ...(contentItems && { contentItems: contentItems.map(contentRow) }),
  ...(leftOut && { leftOut: leftOut.map(({ attribute, tag }) => ({ attribute, tag })) }),
});

const contentRow = ({ row, relationship, valueType, conceptName, ...rest }: BuiltContentItem) => {
  const { nameSource, conceptValue, range, source, presence } = rest;
  return { row, relationship, valueType, conceptName, nameSource, conceptValue, range, source, presence };
};

/** Table 8.1.1 of each class that a builder makes. */
export function createdObjectsOf(builders: readonly ObjectBuilder[], reason: string): Annexes['createdObjects'] {
  const objects = builders.flatMap((builder) => builder.sopClasses.map((uid) => objectOf(uid, builder)));
  return objects.length === 0 ? { state: 'not applicable', reason } : { state: 'described', objects };
}

/** What a builder of this class adds to the standard's IOD. */
const addedTo = (uid: string, builder: ObjectBuilder): readonly (BuiltAttribute & Placed)[] =>
  placed(uid, builder).filter(({ type }) => type === undefined);

const isRegistered = (uid: string): boolean => describeUid(uid) !== undefined;

/** PS3.2 7.3: what a class is follows from its UID and from what is in its objects; nobody chooses it. */
export function sopClassTypeOf(
  uid: string,
  builders: readonly ObjectBuilder[],
): Pick<EntitySopClass, 'type' | 'basedOn'> {
  const own = builders.filter(({ sopClasses }) => sopClasses.includes(uid));
  const [base] = own.flatMap(({ basedOn }) => (basedOn === undefined ? [] : [basedOn]));
  if (!isRegistered(uid)) return base === undefined ? { type: 'private' } : { type: 'specialized', basedOn: base };
  if (uid === storageServiceClass || !own.some((builder) => addedTo(uid, builder).length > 0))
    return { type: 'standard' };
  return { type: 'standard extended', basedOn: uid };
}

const addedRow = (each: BuiltAttribute & Placed): Added => ({
  ...described(each),
  informationEntity: each.entity,
  vm: each.own?.vm ?? '1',
  type: '3',
  module: each.module,
  usage: `${each.value} Written: ${each.presence}; source: ${each.source.join(', ')}.`,
});

interface Used {
  readonly uid: string;
  readonly roles: readonly ('SCU' | 'SCP')[];
  readonly operations: readonly string[];
}

const texts = {
  'standard extended': 'Objects of this class are made with the attributes below beside those of its IOD.',
  specialized: 'A class of our own that follows the IOD of the Standard SOP Class it is based on.',
  private: 'A class with a privately defined UID; its objects are kept and sent as they come.',
} as const;

function extensionOf({ uid, roles, operations }: Used, builders: readonly ObjectBuilder[]): Extension[] {
  const { type, basedOn } = sopClassTypeOf(uid, builders);
  if (type === 'standard') return [];
  const own = builders.filter(({ sopClasses }) => sopClasses.includes(uid));
  const base = basedOn === undefined ? undefined : named(basedOn);
  const iod = base ? `That of ${base.name}, with its modules.` : 'It is not interpreted: attributes stay as they come.';
  return [
    {
      sopClass: named(uid),
      type,
      ...(base && { basedOn: base }),
      text: texts[type],
      options: [],
      roles: [...roles],
      behaviour: type === 'private' ? 'As that of storage classes of the standard.' : `As that of ${base?.name}.`,
      iod,
      ...(type !== 'standard extended' && { informationModel: 'That of PS3.3: patient, study, series, instance.' }),
      ...(type !== 'standard extended' && {
        reason: 'Peers or an installation use it, and no Standard SOP Class has its objects.',
      }),
      ...(type === 'specialized' && { commonExtendedNegotiation: 'It is not sent.' }),
      ...(type === 'private' && { operations: [...operations], fileOperations: [] }),
      addedAttributes: own.flatMap((builder) => addedTo(uid, builder).map(addedRow)),
    },
  ];
}

/** Section 8.5 of each class that is not a Standard one. */
export const extensionsOf = (used: readonly Used[], builders: readonly ObjectBuilder[]): Extension[] =>
  used.flatMap((each) => extensionOf(each, builders));

/** The private attributes that are written, each once. PS3.5 7.8 */
export function privateRows(
  builders: readonly ObjectBuilder[],
): Extract<Annexes['privateDictionary'], { state: 'described' }>['rows'] {
  const rows = new Map<string, { creator: string; tag: string; name: string; vr: string; vm: string }>();
  for (const { tag, own } of builders.flatMap(({ attributes }) => attributes))
    if (own && isPrivate(tag))
      rows.set(identifier(`${own.creator} ${formatTag(tag)}`), { ...own, tag: formatTag(tag) });
  return [...rows.values()];
}
