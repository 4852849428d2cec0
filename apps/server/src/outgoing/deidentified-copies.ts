// What is in copies that go out without identity: from the table of the profile that makes them, and from what it makes of nothing. PS3.15 E.1, PS3.2 A.8.1.1
import type { BuiltAttribute, ObjectBuilder } from '@concord/conformance';
import { DataSet, describeTag, formatTag } from '@concord/dicom';
import {
  type Action,
  type ConfidentialityOption,
  deidentify,
  type ProfileRow,
  profileRows,
  pseudonymous,
} from '@concord/dicom/deidentify';
import { iodOf, moduleOf } from '@concord/dicom/iod';
import type { Configuration } from '../settings/settings.ts';

const storageServiceClass = '1.2.840.10008.4.2';

type CopySettings = Pick<Configuration, 'peers' | 'attributeFilters'>;

const words: Readonly<Record<Action, string>> = {
  D: 'replaced by a dummy of its form',
  Z: 'emptied',
  X: 'left out',
  U: 'replaced by a new UID, always the same for the same one',
  C: 'cleaned: dates go back by days of the patient, text is left out or identifies nobody',
  K: 'kept',
};

/** Where several actions are allowed the type in the IOD decides. PS3.15 E.1.1 */
function told({ tag, actions }: ProfileRow): string {
  const what = actions.map((action) =>
    action !== 'X' && pseudonymous.has(Number.parseInt(tag, 16))
      ? 'replaced by a pseudonym of the patient'
      : words[action],
  );
  const [first = '', ...others] = [...new Set(what)];
  const choice = others.length === 0 ? first : `${[first, ...others].join(', or ')}, by its type in the IOD`;
  return `Where the source has it: ${choice}.`;
}

const tagOf = ({ tag }: ProfileRow): number => Number.parseInt(tag, 16);
const isOneTag = ({ tag }: ProfileRow): boolean => /^[0-9A-F]{8}$/.test(tag);
const isLeftOut = ({ actions }: ProfileRow): boolean => actions.every((action) => action === 'X');

/** Types of the attributes that images of every class have: those of the plainest. PS3.3 A.8.1 */
function commonTypes(): ReadonlyMap<string, string> {
  const modules = iodOf('1.2.840.10008.5.1.4.1.1.7')?.modules ?? [];
  const rules = modules.filter(({ usage }) => usage === 'M').flatMap(({ id }) => moduleOf(id)?.attributes ?? []);
  // The strictest module counts: it stands last.
  return new Map(
    rules.toSorted((one, other) => other.type.localeCompare(one.type)).map(({ tag, type }) => [tag, type]),
  );
}

/** Of a source that has what its class demands. */
function presenceOf({ tag, actions }: ProfileRow, type: string | undefined): BuiltAttribute['presence'] {
  if (type === '1') return 'ALWAYS';
  if (type !== '2') return 'ANAP';
  if (pseudonymous.has(Number.parseInt(tag, 16))) return 'ALWAYS';
  return actions.every((action) => action === 'Z' || action === 'X') ? 'EMPTY' : 'VNAP';
}

const changed = (row: ProfileRow, types: ReadonlyMap<string, string>): BuiltAttribute => ({
  tag: tagOf(row),
  presence: presenceOf(row, types.get(row.tag)),
  value: told(row),
  source: ['AUTO'],
});

const leftOut = (row: ProfileRow) => ({
  attribute: (isOneTag(row) ? describeTag(tagOf(row))?.name : undefined) ?? 'Every attribute of these tags',
  tag: isOneTag(row) ? formatTag(tagOf(row)) : `(${row.tag.slice(0, 4)},${row.tag.slice(4)})`,
});

/** What a copy has even where its source has nothing. PS3.15 E.1.1 step 6 */
function marks(options: readonly ConfidentialityOption[]): BuiltAttribute[] {
  const { dataSet } = deidentify(new DataSet(), { secret: new Uint8Array(32), options });
  return [...dataSet.elements()].map(({ tag }) => {
    const items = dataSet.items(tag).map((item) => `${item.string('CodeValue')} ${item.string('CodeMeaning')}`);
    const values = items.length > 0 ? items : dataSet.strings(tag);
    return { tag, presence: 'ALWAYS', value: values.join('; '), source: ['AUTO'] };
  });
}

export interface DeidentifiedCopies {
  readonly options: readonly ConfidentialityOption[];
  readonly builder: ObjectBuilder;
}

/** Copies by one set of options. @param used who gets them */
function copiesBy(options: readonly ConfidentialityOption[], used: string): DeidentifiedCopies {
  const types = commonTypes();
  const always = marks(options);
  const marked = new Set(always.map(({ tag }) => tag));
  const rows = profileRows(new Set(options)).filter((row) => !isOneTag(row) || !marked.has(tagOf(row)));
  const removed = rows.filter(isLeftOut).map(leftOut);
  const ofOthers = { attribute: 'Private attributes', tag: 'odd groups' };
  const builder: ObjectBuilder = {
    sopClasses: [storageServiceClass],
    variant: `Copies without identity ${used}`,
    madeFrom:
      'a stored instance. Attributes that the dictionary of the standard does not have are left out as well, and person names that the table does not list are replaced',
    attributes: [
      ...always,
      ...rows.filter((row) => isOneTag(row) && !isLeftOut(row)).map((row) => changed(row, types)),
    ],
    leftOut: options.includes('retain-safe-private') ? removed : [...removed, ofOthers],
  };
  return { options, builder };
}

/** One for each set of options in use; the URI Service may be asked for the first at any time. PS3.18 9.1.2.2.1 */
export function deidentifiedCopies({ peers, attributeFilters }: CopySettings): readonly DeidentifiedCopies[] {
  const filters = attributeFilters.filter(({ name }) => peers.some(({ filter }) => filter === name));
  return [
    copiesBy([], 'by the URI Service'),
    ...filters.flatMap(({ name, deidentify: options }) =>
      options === undefined ? [] : [copiesBy(options, `by the filter ${name}`)],
    ),
  ];
}
