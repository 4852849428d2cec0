// A data set in another character set, items at every depth included. PS3.3 C.12.1.1.2, PS3.5 7.5.3.

import type { Element } from '../content.ts';
import type { DataSet } from '../data-set.ts';
import { DicomError } from '../error.ts';
import { formatPath, type Step } from '../path.ts';
import { isExtendable } from './reset.ts';
import { type TextCodec, textCodec } from './text-codec.ts';
import { hasUndecodable } from './undecodable.ts';

const specificCharacterSet = 0x00080005;

/** Where the text comes from and goes to. */
interface Conversion {
  readonly to: TextCodec;
  /** Undefined where each data set is read as it declares itself. */
  readonly from: TextCodec | undefined;
}

/** The text of an element as it stands, delimiters included, without padding at its end. */
function textOf(dataSet: DataSet, element: Element, from: TextCodec | undefined): string {
  if (element.text) return element.text.join('\\');
  const codec = from ?? textCodec(dataSet.specificCharacterSet);
  return codec.decode(dataSet.bytes(element.tag) ?? new Uint8Array(0), element.vr).replace(/[ \0]+$/, '');
}

function convert(source: DataSet, target: DataSet, conversion: Conversion, steps: readonly Step[]): void {
  for (const element of source.elements()) {
    const { tag, vr } = element;
    const items = target.items(tag);
    for (const [item, inside] of source.items(tag).entries()) {
      const copy = items[item];
      if (copy) convert(inside, copy, conversion, [...steps, { tag, item }]);
    }
    if (!isExtendable(vr) || element.length === 0) continue;
    const text = textOf(source, element, conversion.from);
    const refused = hasUndecodable(text) ? ['bytes without a character'] : conversion.to.unencodable(text, vr);
    if (refused.length > 0)
      throw new DicomError('not-encodable', element.offset, formatPath(steps, tag), refused.join(' '));
    target.set(tag, text, vr);
  }
  if (steps.length > 0) target.delete(specificCharacterSet);
}

/**
 * A copy of the data set in another character set; (0008,0005) says so at the top and nowhere else. What is not text stays as it was.
 * @param terms the defined terms wanted, such as `ISO_IR 192`
 * @param from what the text really is, where the declaration is wrong: the suggestion of `doubtCharacterSet`, say
 * @throws DicomError `not-encodable` with the path of a value that holds a character the wanted set does not have, or
 *   bytes that are no characters; `bad-value` for terms the standard does not define
 */
export function reencode(dataSet: DataSet, terms: string | readonly string[], from?: readonly string[]): DataSet {
  const wanted = typeof terms === 'string' ? terms.split('\\') : terms;
  const to = textCodec(wanted);
  if (to.unknownTerms.length > 0)
    throw new DicomError('bad-value', -1, 'SpecificCharacterSet', to.unknownTerms.join('\\'));
  const target = dataSet.clone();
  target.set(specificCharacterSet, to.terms, 'CS');
  if (to.terms.length === 0) target.delete(specificCharacterSet);
  convert(dataSet, target, { to, from: from && textCodec(from) }, []);
  return target;
}

/** Every value a character set applies to, with its bytes: what `doubtCharacterSet` judges. Bytes left in the file are passed over. */
export function* textSamples(dataSet: DataSet): Generator<{ bytes: Uint8Array; vr: Element['vr'] }> {
  for (const element of dataSet.elements()) {
    for (const item of dataSet.items(element.tag)) yield* textSamples(item);
    if (!isExtendable(element.vr) || element.reference || element.text) continue;
    yield { bytes: dataSet.bytes(element.tag) ?? new Uint8Array(0), vr: element.vr };
  }
}
