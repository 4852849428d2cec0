// What the profile and its options ask for each attribute. PS3.15 Table E.1-1, E.3.

import type { AttributeType } from '../iod/table.ts';
import { profile } from './profile.generated.ts';

/** What the profile itself is named by in an object. PS3.16 CID 7050 */
export const basicProfile = { code: '113100', meaning: 'Basic Application Confidentiality Profile' } as const;

/** The options, by the names of PS3.15 E.3; code and meaning as PS3.16 CID 7050 has them, the letter is that of the table. */
export const options = {
  'clean-pixel-data': { code: '113101', meaning: 'Clean Pixel Data Option', letter: '' },
  'clean-recognizable-visual-features': {
    code: '113102',
    meaning: 'Clean Recognizable Visual Features Option',
    letter: '',
  },
  'clean-graphics': { code: '113103', meaning: 'Clean Graphics Option', letter: 'g' },
  'clean-structured-content': { code: '113104', meaning: 'Clean Structured Content Option', letter: 's' },
  'clean-descriptors': { code: '113105', meaning: 'Clean Descriptors Option', letter: 't' },
  'retain-longitudinal-full-dates': {
    code: '113106',
    meaning: 'Retain Longitudinal Temporal Information Full Dates Option',
    letter: 'f',
  },
  'retain-longitudinal-modified-dates': {
    code: '113107',
    meaning: 'Retain Longitudinal Temporal Information Modified Dates Option',
    letter: 'm',
  },
  'retain-patient-characteristics': { code: '113108', meaning: 'Retain Patient Characteristics Option', letter: 'c' },
  'retain-device-identity': { code: '113109', meaning: 'Retain Device Identity Option', letter: 'd' },
  'retain-uids': { code: '113110', meaning: 'Retain UIDs Option', letter: 'u' },
  'retain-safe-private': { code: '113111', meaning: 'Retain Safe Private Option', letter: 'p' },
  'retain-institution-identity': { code: '113112', meaning: 'Retain Institution Identity Option', letter: 'i' },
} as const;
/** An option of the Basic Application Level Confidentiality Profile. PS3.15 E.3. */
export type ConfidentialityOption = keyof typeof options;

/** Dummy, zero length, remove, keep, clean, new UID. */
export type Action = 'D' | 'Z' | 'X' | 'K' | 'C' | 'U';

interface Row {
  readonly basic: string;
  /** Action by the letter of an option. */
  readonly byOption: ReadonlyMap<string, Action>;
}

const isAction = (text: string): text is Action => /^[DZXKCU]$/.test(text);

interface TagRange {
  readonly text: string;
  readonly pattern: RegExp;
  readonly row: Row;
}

function parse(): { exact: ReadonlyMap<string, Row>; ranges: readonly TagRange[] } {
  const exact = new Map<string, Row>();
  const ranges: TagRange[] = [];
  for (const line of profile.split('\n')) {
    const [tag = '', basic = '', ...marks] = line.split(' ');
    const byOption = new Map(
      marks.flatMap((mark) => (isAction(mark.slice(1)) ? [[mark.slice(0, 1), mark.slice(1)] as const] : [])),
    );
    const row = { basic, byOption: byOption as ReadonlyMap<string, Action> };
    if (/^[0-9A-F]{8}$/.test(tag)) exact.set(tag, row);
    else if (!tag.startsWith('o'))
      ranges.push({ text: tag, pattern: new RegExp(`^${tag.replaceAll('x', '[0-9A-F]')}$`), row });
  }
  return { exact, ranges };
}
let table: ReturnType<typeof parse> | undefined;

function rowOf(tag: number): Row | undefined {
  table ??= parse();
  const digits = tag.toString(16).toUpperCase().padStart(8, '0');
  return table.exact.get(digits) ?? table.ranges.find(({ pattern }) => pattern.test(digits))?.row;
}

/** Of a combination such as X/Z/D the first that leaves the object conforming: remove type 3, empty type 2, dummy for type 1. */
function byType(basic: string, type: AttributeType | undefined): Action {
  const allowed = basic.split('/').map((action) => (action === 'U*' ? 'U' : action));
  const wanted = type?.startsWith('1')
    ? ['U', 'D', 'Z', 'X']
    : type?.startsWith('2')
      ? ['Z', 'D', 'U', 'X']
      : ['X', 'Z', 'D', 'U'];
  // Where the type is not known, a dummy conforms to each.
  const order = type === undefined ? ['D', 'Z', 'U', 'X'] : wanted;
  const found = order.find((action) => allowed.includes(action));
  return found !== undefined && isAction(found) ? found : 'X';
}

/** What to keep outranks what to clean: an option asked for overrides the profile. PS3.15 E.1.1 */
const retaining = ['f', 'u', 'd', 'i', 'c'];
const cleaning = ['m', 't', 's', 'g', 'p'];

/**
 * What is to be done with an attribute; undefined for one the profile does not list.
 * @param type its type in the IOD of the object, where that is known
 */
export function actionFor(
  tag: number,
  chosen: ReadonlySet<ConfidentialityOption>,
  type: AttributeType | undefined,
): Action | undefined {
  const row = rowOf(tag);
  if (!row) return undefined;
  const letters = new Set([...chosen].map((option): string => options[option].letter));
  for (const letter of [...retaining, ...cleaning]) {
    const action = letters.has(letter) ? row.byOption.get(letter) : undefined;
    if (action) return action;
  }
  return byType(row.basic, type);
}

/** What the profile does without options: where an option cleans and there is nothing to clean with. */
export function basicAction(tag: number, type: AttributeType | undefined): Action {
  const row = rowOf(tag);
  return row ? byType(row.basic, type) : 'X';
}

/** What the profile does with one attribute, or with those whose tags fit a pattern. */
export interface ProfileRow {
  /** Eight hexadecimal digits; `x` is any digit. */
  readonly tag: string;
  /** Several: by the type of the attribute in the IOD of the object. PS3.15 E.1.1 */
  readonly actions: readonly Action[];
}

/** Every row of the table under these options; those that are kept are not among them. */
export function profileRows(chosen: ReadonlySet<ConfidentialityOption>): readonly ProfileRow[] {
  table ??= parse();
  const letters = new Set([...chosen].map((option): string => options[option].letter));
  const rowFor = (tag: string, { basic, byOption }: Row): ProfileRow => {
    const letter = [...retaining, ...cleaning].find((each) => letters.has(each) && byOption.has(each));
    const asked = letter === undefined ? undefined : byOption.get(letter);
    const every = basic.split('/').map((action) => (action === 'U*' ? 'U' : action));
    return { tag, actions: asked ? [asked] : every.filter(isAction) };
  };
  const rows = [
    ...[...table.exact].map(([tag, row]) => rowFor(tag, row)),
    ...table.ranges.map(({ text, row }) => rowFor(text, row)),
  ];
  return rows.filter(({ actions }) => !actions.includes('K'));
}
