// From a scheduled step to what a query gets of it: the keys it asked for, in a character set that it understands. PS3.4 K.4.1.1.3.
import { DataSet, type Element, formatTag, isEncodable, tagOf, type Value } from '@concord/dicom';
import { referenceSequences, requestTags, stepSequence, stepTags } from './attributes.ts';
import type { WorklistPolicy } from './declaration.ts';

/** They say something of the query, not what is wanted. PS3.4 K.4.1.1.3 */
const ofTheQuery: ReadonlySet<number> = new Set([0x00080005, 0x00080201]);
const isKey = ({ tag }: Element): boolean => !ofTheQuery.has(tag) && (tag & 0xffff) !== 0;

const stepSequenceTag = tagOf(stepSequence);
const alwaysEmpty: ReadonlySet<number> = new Set(referenceSequences.map(tagOf));
const utf8 = 'ISO_IR 192';

/** Keys of the step: those of the item, or all where there is no item or an empty one. PS3.4 C.2.2.2.6 */
function stepKeys(identifier: DataSet): readonly number[] {
  const [item] = identifier.items(stepSequenceTag);
  const given = item ? [...item.elements()].filter(isKey).map(({ tag }) => tag) : [];
  return given.length > 0 ? given : [...stepTags];
}

/** Whether a key is asked for that is not even answered. PS3.4 K.4.1.1.4 */
export const asksForMore = (identifier: DataSet): boolean =>
  [...identifier.elements()].some((element) => isKey(element) && !requestTags.has(element.tag)) ||
  (identifier.has(stepSequenceTag) && stepKeys(identifier).some((tag) => !stepTags.has(tag)));

// biome-ignore lint/suspicious/noControlCharactersInRegex: the default repertoire is what is meant
const beyondAscii = /[^\x00-\x7f]/;

/** Letters without their accents, only the alphabetic group of a name, question marks for the rest. PS3.5 6.1.1 */
function inDefaultRepertoire(text: string, vr: string): string {
  if (!beyondAscii.test(text)) return text;
  const [alphabetic = ''] = vr === 'PN' ? text.split('=') : [text];
  return alphabetic
    .replaceAll('ß', 'ss')
    .replaceAll('Æ', 'AE')
    .replaceAll('æ', 'ae')
    .replaceAll('Ø', 'O')
    .replaceAll('ø', 'o')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e\r\n\t\f]/gu, '?');
}

interface Writing {
  readonly answer: DataSet;
  readonly item: DataSet;
  readonly plain: boolean;
}

const binary = new Set(['US', 'SS', 'UL', 'SL']);

function copy({ answer, item, plain }: Writing, path: string): void {
  const vr = item.element(path)?.vr;
  if (vr === undefined) {
    answer.set(path, null);
    return;
  }
  if (vr === 'SQ') {
    copySequence({ answer, item, plain }, path);
    return;
  }
  const values = item.strings(path);
  answer.set(path, values.length === 0 ? null : asAsked(values, vr, plain));
}

const asAsked = (values: readonly string[], vr: string, plain: boolean): Value => {
  if (binary.has(vr)) return values.map(Number);
  return plain ? values.map((value) => inDefaultRepertoire(value, vr)) : values;
};

function copySequence(writing: Writing, path: string): void {
  writing.answer.set(path, null);
  for (const [index, inside] of writing.item.items(path).entries())
    for (const { tag } of inside.elements()) copy(writing, `${path}[${index}].${formatTag(tag)}`);
}

function write(writing: Writing, identifier: DataSet): DataSet {
  const { answer } = writing;
  for (const element of identifier.elements()) {
    const { tag } = element;
    if (!isKey(element) || !requestTags.has(tag)) continue;
    if (tag === stepSequenceTag) {
      for (const inside of stepKeys(identifier))
        if (stepTags.has(inside)) copy(writing, `${stepSequence}[0].${formatTag(inside)}`);
    } else if (alwaysEmpty.has(tag)) answer.set(tag, []);
    else copy(writing, formatTag(tag));
  }
  return answer;
}

/**
 * Text beyond ASCII comes in the character set of the query where that has all of it, otherwise in UTF-8; (0008,0005) says
 * which. PS3.4 K.4.1.1.3.2.
 */
export function createAnswers(identifier: DataSet, { characterSets = 'all' }: WorklistPolicy) {
  const terms = identifier.specificCharacterSet;
  const wanted = terms.some((name) => name !== '') ? terms : [];
  const inSet = (item: DataSet, characterSet: readonly string[], plain = false): DataSet => {
    const answer = new DataSet();
    if (characterSet.length > 0) answer.set('SpecificCharacterSet', characterSet);
    return write({ answer, item, plain }, identifier);
  };
  return (item: DataSet): DataSet => {
    if (characterSets === 'default repertoire') return inSet(item, [], true);
    const answer = inSet(item, [utf8]);
    if (isEncodable(answer, [])) return inSet(item, []);
    return wanted.length > 0 && isEncodable(answer, wanted) ? inSet(item, wanted) : answer;
  };
}
