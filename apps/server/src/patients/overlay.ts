// What is laid over an object on its way out: values that were put right, with the replaced ones kept beside them. PS3.3 C.12.1.1.9.
import { DataSet, reencode, textCodec } from '@concord/dicom';

export const overlayReasons = ['COERCE', 'CORRECT'] as const;

/** One layer of changed values. */
export interface Overlay {
  /** By keyword; [] empties the attribute. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** DT, local to this system. */
  readonly at: string;
  /** Who changed it: for (0400,0563) Modifying System. */
  readonly by: string;
  readonly reason: (typeof overlayReasons)[number];
}

/** As rows keep it: '' is no overlay. */
export const parseOverlay = (text: string): Overlay | undefined => (text === '' ? undefined : JSON.parse(text));
export const writeOverlay = (overlay: Overlay | undefined): string =>
  overlay === undefined || Object.keys(overlay.values).length === 0 ? '' : JSON.stringify(overlay);

/** One overlay with further values: the later ones count. */
export const extended = (text: string, more: Overlay): Overlay => ({
  ...more,
  values: { ...parseOverlay(text)?.values, ...more.values },
});

/** DT of a moment, in UTC. PS3.5 6.2. */
export const dateTimeOf = (at: Date): string =>
  `${at
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .slice(0, 18)}000+0000`;

const utf8 = 'ISO_IR 192';

/** The data set with the values of the overlays; the same one, changed, or a copy in UTF-8 where its character set has no room. */
export function applyOverlays(dataSet: DataSet, overlays: readonly Overlay[]): DataSet {
  return overlays.reduce(applyOne, dataSet);
}

function applyOne(dataSet: DataSet, overlay: Overlay): DataSet {
  const changes = Object.entries(overlay.values).filter(([keyword, values]) => !same(dataSet, keyword, values));
  if (changes.length === 0) return dataSet;
  const codec = textCodec(dataSet.specificCharacterSet);
  const fits = changes.every(([, values]) => values.every((value) => codec.unencodable(value, 'LO').length === 0));
  return changed(fits ? dataSet.clone() : reencode(dataSet, utf8), changes, overlay);
}

const same = (dataSet: DataSet, keyword: string, values: readonly string[]): boolean =>
  dataSet.strings(keyword).join('\\') === values.join('\\');

/** Empties and absent ones are told as empty: what was there must be seen to have been nothing. */
function changed(
  target: DataSet,
  changes: readonly (readonly [string, readonly string[]])[],
  { at, by, reason }: Overlay,
): DataSet {
  const original = new DataSet();
  const characterSet = target.strings('SpecificCharacterSet');
  if (characterSet.length > 0) original.set('SpecificCharacterSet', characterSet);
  for (const [keyword] of changes) original.set(keyword, textsOf(target, keyword));
  const item = new DataSet();
  item.set('SourceOfPreviousValues', null);
  item.set('AttributeModificationDateTime', at);
  item.set('ModifyingSystem', by.slice(0, 64));
  item.set('ReasonForTheAttributeModification', reason);
  item.set('ModifiedAttributesSequence', [original]);
  for (const [keyword, values] of changes) target.set(keyword, values.length === 0 ? null : values);
  target.set('OriginalAttributesSequence', [...target.items('OriginalAttributesSequence'), item]);
  return target;
}

const textsOf = (dataSet: DataSet, keyword: string): readonly string[] | null => {
  const values = dataSet.strings(keyword);
  return values.length === 0 ? null : values;
};
