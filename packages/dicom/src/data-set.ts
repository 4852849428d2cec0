// Data sets: ordered elements, read by tag, keyword or path; values are decoded when they are asked for. PS3.5 chapter 7.
import { Content, type Element } from './content.ts';
import { contextVr, effectiveVr } from './context-vr.ts';
import type { Keyword } from './dictionary/keyword.generated.ts';
import { cloneContent, elementFor, encodeText, itemsElement, padded, stepInto } from './edit.ts';
import type { Scalar } from './encode-value.ts';
import { DicomError } from './error.ts';
import { formatPath, parsePath } from './path.ts';
import { bigintValues, numberValues, rawValue, tagValues, termsOf, textValues } from './value.ts';
import { type Vr, vrTraits } from './vr.ts';

/** A tag, a keyword, or a path such as `RequestAttributesSequence[0].ScheduledProcedureStepID` or `(0029,1010)`. Items count from 0. */
export type PathLike = number | Keyword | (string & {});

/** What an element can be set to; null makes it empty. */
export type Value = Scalar | Uint8Array | readonly Scalar[] | readonly DataSet[] | null;

/** @internal What a data set holds, for the reader and the writer. */
export let contentOf: (dataSet: DataSet) => Content;

/** @internal The data set a caller sees for some content; always the same one. */
export function facadeOf(content: Content): DataSet {
  if (content.facade instanceof DataSet) return content.facade;
  return new DataSet(content);
}

/**
 * A data set, or an item of a sequence. One that was read keeps the bytes it came from: what nobody sets is written as it came.
 * Every method that takes a path throws DicomError `bad-path` for text that is none.
 */
export class DataSet {
  readonly #content: Content;

  static {
    contentOf = (dataSet) => dataSet.#content;
  }

  /** An empty data set. @param content what the reader made; for this package only */
  constructor(content: Content = new Content()) {
    this.#content = content;
    content.facade = this;
  }

  /** Whether the element is there, with or without a value. */
  has(path: PathLike): boolean {
    return this.element(path) !== undefined;
  }

  /** The element; undefined where it, or an item on the way, is absent. */
  element(path: PathLike): Element | undefined {
    return this.#locate(path)?.element;
  }

  /** The elements in the order they are written. */
  elements(): Iterable<Element> {
    return this.#content.elements.values();
  }

  /** How many elements there are at this level. */
  get size(): number {
    return this.#content.elements.length;
  }

  /** Where it begins in what was read, in bytes, an item with its tag (FFFE,E000); -1 for one that was made here. */
  get offset(): number {
    const { source, start } = this.#content;
    return start < 0 || !source ? -1 : source.offsetAt(start);
  }

  /** The first value as text, decoded and without padding; binary numbers and tags in digits. Undefined where absent or empty. */
  string(path: PathLike): string | undefined {
    return this.strings(path)[0] || undefined;
  }

  /** All values as text, '' for an empty one among others; [] where absent or of zero length. */
  strings(path: PathLike): readonly string[] {
    const found = this.#locate(path);
    if (!found) return [];
    const { element, content } = found;
    switch (vrTraits(effectiveVr(element, content)).kind) {
      case 'text':
        return textValues(element, content);
      case 'number':
        return numberValues(element, content).map(String);
      case 'bigint':
        return bigintValues(element, content).map(String);
      case 'tag':
        return tagValues(element, content).map((tag) => tag.toString(16).toUpperCase().padStart(8, '0'));
      default:
        return [];
    }
  }

  /** The first number of a DS, IS or binary element; undefined where absent, empty, malformed or NaN. Units are the element's own. */
  number(path: PathLike): number | undefined {
    const found = this.#locate(path);
    const value = found && numberValues(found.element, found.content, 1)[0];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** All numbers; [] where absent, or where one of a DS or IS is malformed. SV and UV beyond 2^53 lose digits: see `bigints`. */
  numbers(path: PathLike): readonly number[] {
    const found = this.#locate(path);
    return found ? numberValues(found.element, found.content) : [];
  }

  /** The first integer, without loss up to 64 bits. */
  bigint(path: PathLike): bigint | undefined {
    return this.bigints(path)[0];
  }

  /** All integers, without loss up to 64 bits; [] where absent or where one is not an integer. */
  bigints(path: PathLike): readonly bigint[] {
    const found = this.#locate(path);
    return found ? bigintValues(found.element, found.content) : [];
  }

  /** The tags of an AT element. */
  tags(path: PathLike): readonly number[] {
    const found = this.#locate(path);
    return found ? tagValues(found.element, found.content) : [];
  }

  /** The items of a sequence; [] where absent, empty or no sequence. They are live: setting in them changes this data set. */
  items(path: PathLike): readonly DataSet[] {
    return this.element(path)?.items?.map(facadeOf) ?? [];
  }

  /**
   * The value field as it is encoded: a view, not a copy; undefined where absent.
   * @throws DicomError `absent-bulk` where the value was left in the file: `element(path).reference` says where
   */
  bytes(path: PathLike): Uint8Array | undefined {
    const found = this.#locate(path);
    if (!found) return undefined;
    const { element, content } = found;
    return element.text ? padded(encodeText(element.text, element.vr, content), element.vr) : rawValue(element);
  }

  /**
   * Sets an element, in its place by tag; creates sequences and one item at their end on the way.
   * @param value null for an empty element; a string with backslashes is several values where the VR allows several;
   *   items that belong to another data set are copied
   * @param vr where neither the data set nor the dictionary knows it, or another is wanted
   * @throws DicomError `bad-value`, `bad-vr` where the VR is unknown, `bad-path` where an item before the last is missing
   */
  set(path: PathLike, value: Value, vr?: Vr): void {
    const { steps, tag } = parsePath(path);
    const content = stepInto(this.#content, steps);
    if (Array.isArray(value) && value.length > 0 && value.every((item) => item instanceof DataSet)) {
      content.put(
        itemsElement(
          content,
          tag,
          value.map((item) => contentOf(item)),
        ),
      );
      return;
    }
    content.put(elementFor(tag, this.#vrFor(content, tag, vr), value as Exclude<Value, readonly DataSet[]>, content));
  }

  /** Takes an element out, or one item (`Sequence[1]`). False where it was not there. */
  delete(path: PathLike): boolean {
    const found = this.#locate(path);
    if (!found) return false;
    const { item } = parsePath(path);
    if (item === undefined) return found.content.remove(found.element.tag);
    const items = found.element.items ?? [];
    if (item >= items.length) return false;
    found.content.put(
      itemsElement(
        found.content,
        found.element.tag,
        items.filter((_, at) => at !== item),
      ),
    );
    return true;
  }

  /** A data set of its own that begins equal; the bytes read are shared, not copied. */
  clone(): DataSet {
    return new DataSet(cloneContent(this.#content, undefined));
  }

  /** Specific Character Set (0008,0005) as it holds here: for an item without one, that of the data set around it. */
  get specificCharacterSet(): readonly string[] {
    return termsOf(this.#content);
  }

  #locate(path: PathLike): { readonly element: Element; readonly content: Content } | undefined {
    const { steps, tag } = parsePath(path);
    let content = this.#content;
    for (const step of steps) {
      const inside = content.find(step.tag)?.items?.[step.item];
      if (!inside) return undefined;
      content = inside;
    }
    const element = content.find(tag);
    return element && { element, content };
  }

  /** Given, else as it was, else as the dictionary says. */
  #vrFor(content: Content, tag: number, given: Vr | undefined): Vr {
    const before = content.find(tag)?.vr;
    const vr = given ?? (before === 'UN' ? undefined : before) ?? contextVr(content, tag) ?? before;
    if (!vr)
      throw new DicomError(
        'bad-vr',
        -1,
        formatPath([], tag),
        'give the VR of an element that the dictionary does not have',
      );
    return vr;
  }
}
