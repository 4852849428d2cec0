// A small strict reader of XML 1.0: elements, attributes, text, comments, CDATA and the five entities. Nothing that can fetch, expand or recurse.
import { DicomError } from './error.ts';

export interface XmlElement {
  /** Local name: a prefix is dropped. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  /** Text directly inside, in one piece. */
  text: string;
  /** Character at which it begins. */
  readonly offset: number;
}

const predefined: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const namePattern = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y;
const attributePattern = /\s+([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

const bad = (offset: number, detail: string): DicomError => new DicomError('bad-xml', offset, '', detail);

/** Character data with its references resolved. A reference to anything but the five entities and characters is refused. */
function resolve(text: string, offset: number): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]{0,12})(;?)/g, (_, name: string, end: string) => {
    const code = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name);
    const point = code ? Number.parseInt(code[1] ?? code[2] ?? '', code[1] ? 16 : 10) : Number.NaN;
    const character = point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : predefined.get(name);
    if (end === '' || character === undefined) throw bad(offset, 'an entity that XML does not predefine');
    return character;
  });
}

/** Reads on from a position; the pattern must match exactly there. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readAttributes(text: string, from: number): { attributes: Record<string, string>; at: number } {
  const attributes: Record<string, string> = Object.create(null);
  let at = from;
  for (let found = matchAt(attributePattern, text, at); found; found = matchAt(attributePattern, text, at)) {
    const name = local(found[1] ?? '');
    if (name in attributes) throw bad(at, `attribute ${name} stands twice`);
    attributes[name] = resolve(found[2] ?? found[3] ?? '', at);
    at += found[0].length;
  }
  return { attributes, at };
}

/** Where something that is passed over ends: a comment, or the XML declaration at the very beginning. Undefined for anything else. */
function skipped(text: string, at: number): number | undefined {
  const until = (mark: string): number => {
    const end = text.indexOf(mark, at);
    if (end < 0) throw bad(at, `no ${mark}`);
    return end + mark.length;
  };
  if (text.startsWith('<!--', at)) return until('-->');
  if (text.startsWith('<?xml', at) && text.slice(0, at).trim() === '') return until('?>');
  return undefined;
}

/** How many elements of a document are taken: inside each other, and in all. */
export interface XmlLimits {
  readonly depth: number;
  readonly elements: number;
}

/**
 * The root element of a document.
 * @throws DicomError `bad-xml` with the character offset; `too-deep`, `too-many`
 */
export function parseXml(document: string, { depth, elements }: XmlLimits): XmlElement {
  const text = document.startsWith('\ufeff') ? document.slice(1) : document;
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const end = next < 0 ? text.length : next;
    const inside = open[open.length - 1];
    if (inside) inside.text += resolve(text.slice(at, end), at);
    else if (text.slice(at, end).trim() !== '') throw bad(at, 'text outside the root element');
    if (next < 0) break;
    at = skipped(text, next) ?? readMarkup(next);
  }
  if (!root || open.length > 0)
    throw bad(text.length, root ? `${open[open.length - 1]?.name} has no end` : 'no element');
  return root;

  function readMarkup(from: number): number {
    if (text.startsWith('<![CDATA[', from)) return readCdata(from);
    if (text.startsWith('</', from)) return readEnd(from);
    return readStart(from);
  }

  function readCdata(from: number): number {
    const end = text.indexOf(']]>', from);
    const inside = open[open.length - 1];
    if (end < 0 || !inside) throw bad(from, 'a CDATA section in no element, or without its end');
    inside.text += text.slice(from + 9, end);
    return end + 3;
  }

  function readEnd(from: number): number {
    const end = text.indexOf('>', from);
    const closed = open.pop();
    if (end < 0 || !closed || local(text.slice(from + 2, end).trim()) !== closed.name)
      throw bad(from, 'an end tag that ends nothing');
    return end + 1;
  }

  function readStart(from: number): number {
    const found = matchAt(namePattern, text, from + 1);
    if (!found) throw bad(from, 'document types and processing instructions are not taken, nor a bare <');
    if (open.length >= depth) throw new DicomError('too-deep', from, '', `${depth} elements inside each other`);
    if (root && open.length === 0) throw bad(from, 'a second root element');
    count += 1;
    if (count > elements) throw new DicomError('too-many', from, '', `${elements} elements of XML`);
    const { attributes, at: after } = readAttributes(text, from + 1 + found[0].length);
    const element: XmlElement = { name: local(found[0]), attributes, children: [], text: '', offset: from };
    open[open.length - 1]?.children.push(element);
    root ??= element;
    const close = matchAt(/\s*(\/?)>/y, text, after);
    if (!close) throw bad(after, 'a start tag without its end');
    if (close[1] === '') open.push(element);
    return after + close[0].length;
  }
}
