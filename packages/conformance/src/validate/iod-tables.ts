// What PS3.3 says of the attributes of a SOP Class: type, allowed values, and which it cannot do without.
import { formatTag } from '@concord/dicom';
import { type AttributeRule, iodOf, moduleOf } from '@concord/dicom/iod';

interface Defined {
  readonly attribute: AttributeRule;
  /** The module has to be there in every instance. */
  readonly mandatory: boolean;
}

/** Unpacked once for each SOP Class that has an IOD; there are no others in it. */
const tables = new Map<string, ReadonlyMap<string, Defined>>();

const tagText = (tag: string): string | undefined =>
  /^[0-9a-f]{8}$/i.test(tag) ? formatTag(Number.parseInt(tag, 16)) : undefined;

/** The attributes of the top level of a SOP Class by `(gggg,eeee)`; undefined where PS3.3 has no IOD for it. */
export function attributesOf(sopClassUid: string): ReadonlyMap<string, Defined> | undefined {
  const known = tables.get(sopClassUid);
  if (known) return known;
  const iod = iodOf(sopClassUid);
  if (!iod) return undefined;
  const made = new Map<string, Defined>();
  for (const { id, usage } of iod.modules)
    for (const attribute of moduleOf(id)?.attributes ?? []) {
      const tag = tagText(attribute.tag);
      if (tag === undefined) continue;
      const other = made.get(tag);
      // Of two modules the stricter one counts.
      if (!other || other.attribute.type > attribute.type)
        made.set(tag, { attribute, mandatory: usage === 'M' || other?.mandatory === true });
    }
  tables.set(sopClassUid, made);
  return made;
}

/** Types that an attribute may not lose, and a Type 3 one may not gain. PS3.5 7.4 */
export const isDemanded = (type: string): boolean => /^[12]C?$/.test(type);

/** Tags of Type 1, 1C, 2 and 2C in the modules that every instance has. */
export const demandedOf = (sopClassUid: string): readonly string[] =>
  [...(attributesOf(sopClassUid) ?? [])].flatMap(([tag, { attribute, mandatory }]) =>
    mandatory && isDemanded(attribute.type) ? [tag] : [],
  );

/** Enumerated values of an attribute, all of them together; undefined where any value may stand. */
export function enumeratedValues(sopClassUid: string, tag: string): readonly string[] | undefined {
  const rules =
    attributesOf(sopClassUid)
      ?.get(tag)
      ?.attribute.values.filter(({ enumerated }) => enumerated) ?? [];
  return rules.length === 0 ? undefined : rules.flatMap(({ values }) => values);
}
