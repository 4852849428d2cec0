// What the identifier of a worklist query must be: keys of the model, one scheduled step at most, values that are some. PS3.4 K.4.1.1.4, K.6.1.2.2.
import { type DataSet, describeTag, type Element, formatTag, isDateKey, isTimeKey, isUid, tagOf } from '@concord/dicom';
import { requestTags, stepSequence, stepTags } from './attributes.ts';

export interface Objection {
  readonly code: 0xa900 | 0xc001;
  readonly comment: string;
  readonly offending: readonly number[];
}

const objection = (code: Objection['code'], tag: number, words: string): Objection => ({
  code,
  // Error Comment has up to 64 characters. PS3.7 Annex C
  comment: `${describeTag(tag)?.name ?? formatTag(tag)} ${words}`.slice(0, 64),
  offending: [tag],
});

const allStars = /^\*+$/;

/** Why a value cannot be compared with anything: a search must not take it for one that asks for all. */
function wrongValue({ tag, vr }: Element, dataSet: DataSet): Objection | undefined {
  const given = dataSet.strings(tag).filter((value) => value !== '' && !allStars.test(value));
  if (vr === 'DA' && given.some((value) => !isDateKey(value))) return objection(0xc001, tag, 'is no date or range');
  if (vr === 'TM' && given.some((value) => !isTimeKey(value))) return objection(0xc001, tag, 'is no time or range');
  if (vr === 'UI' && given.some((value) => !isUid(value))) return objection(0xc001, tag, 'is no UID');
  return undefined;
}

/** Undefined where the query can be carried out. */
export function objectionTo(identifier: DataSet): Objection | undefined {
  const elements = [...identifier.elements()];
  const sequence = tagOf(stepSequence);
  const [step, ...more] = identifier.items(sequence);
  if (more.length > 0) return objection(0xa900, sequence, 'has more than one item');
  if (!elements.some(({ tag }) => requestTags.has(tag)))
    return { code: 0xa900, comment: 'the identifier has no key of the worklist', offending: [] };
  const wrong = elements.filter(({ tag }) => requestTags.has(tag)).map((each) => wrongValue(each, identifier));
  const inside = step ? [...step.elements()].filter(({ tag }) => stepTags.has(tag)) : [];
  const found = [...wrong, ...inside.map((each) => step && wrongValue(each, step))].find((each) => each !== undefined);
  return found;
}
