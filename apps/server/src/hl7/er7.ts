// HL7 v2 messages in their vertical bar form: segments, fields, repetitions, components, escapes. Pure. HL7 v2.5.1 chapter 2.5, 2.7.

export const er7Faults = {
  'no-header': 'the message does not begin with MSH and its separators',
  'too-many': 'the message has more segments than are taken',
} as const;

/** The one error of this room: what is wrong with a message as such. */
export class Er7Error extends Error {
  readonly fault: keyof typeof er7Faults;
  constructor(fault: keyof typeof er7Faults) {
    super(er7Faults[fault]);
    this.name = 'Er7Error';
    this.fault = fault;
  }
}

/** Of a message: more is no order. */
const mostSegments = 5000;

interface Separators {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

/** One repetition of a field, read by the number of a component; 1 is the first. */
export interface Repetition {
  /** Text without escapes, '' where absent; a subcomponent counts from 1, absent: the first. */
  component(number: number, subcomponent?: number): string;
  /** Everything between the separators, as it is. */
  readonly raw: string;
}

export interface Segment {
  readonly name: string;
  /** All repetitions of a field; [] where it is absent or empty. MSH-1 is the separator itself. */
  repetitions(field: number): readonly Repetition[];
  /** Component of the first repetition, '' where there is none. */
  text(field: number, component?: number, subcomponent?: number): string;
}

const mark = (text: string, at: number, otherwise: string): string => text[at] ?? otherwise;

function separatorsOf(message: string): Separators {
  const field = message[3] ?? '';
  if (!message.startsWith('MSH') || field === '' || /[\w\s]/.test(field)) throw new Er7Error('no-header');
  const [encoding = ''] = message.slice(4).split(field);
  return {
    field,
    component: mark(encoding, 0, '^'),
    repetition: mark(encoding, 1, '~'),
    escape: mark(encoding, 2, '\\'),
    subcomponent: mark(encoding, 3, '&'),
  };
}

/** `\F\`, `\S\`, `\T\`, `\R\`, `\E\`, line breaks, and bytes of the default repertoire; highlighting and the like say nothing. 2.7 */
function unescaped(text: string, { escape: sign, ...marks }: Separators): string {
  if (sign === '' || !text.includes(sign)) return text;
  const named: Readonly<Record<string, string>> = {
    F: marks.field,
    S: marks.component,
    T: marks.subcomponent,
    R: marks.repetition,
    E: sign,
    '.br': '\n',
  };
  const parts = text.split(sign);
  let plain = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 2) {
    const [code = '', after] = [parts[at], parts[at + 1]];
    // The last one has no end: it is no escape.
    if (after === undefined) return `${plain}${sign}${code}`;
    plain += (named[code] ?? hexadecimal(code)) + after;
  }
  return plain;
}

const hexadecimal = (code: string): string => {
  const [, digits = ''] = /^X((?:[0-7][0-9A-Fa-f])+)$/.exec(code) ?? [];
  return digits.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
};

function repetitionOf(raw: string, marks: Separators): Repetition {
  const components = raw.split(marks.component);
  return {
    raw,
    component: (number, subcomponent = 1) =>
      unescaped((components[number - 1] ?? '').split(marks.subcomponent)[subcomponent - 1] ?? '', marks).trim(),
  };
}

function segmentOf(line: string, marks: Separators): Segment {
  const [name = '', ...fields] = line.split(marks.field);
  // In MSH the separator between name and encoding characters is a field of its own.
  const values = name === 'MSH' ? [marks.field, ...fields] : fields;
  const repetitions = (field: number): readonly Repetition[] => {
    const value = values[field - 1] ?? '';
    const parts = name === 'MSH' && field <= 2 ? [value] : value.split(marks.repetition);
    return value === '' ? [] : parts.map((part) => repetitionOf(part, marks));
  };
  return {
    name,
    repetitions,
    text: (field, component = 1, subcomponent = 1) => repetitions(field)[0]?.component(component, subcomponent) ?? '',
  };
}

export interface Message {
  /** The header. */
  readonly header: Segment;
  readonly segments: readonly Segment[];
  /** Such as `ORM^O01`. */
  readonly type: string;
  readonly controlId: string;
}

/** @throws Er7Error for what is no message at all */
export function readMessage(text: string): Message {
  const marks = separatorsOf(text);
  const lines = text.split(/[\r\n]+/, mostSegments + 1).filter((line) => line.trim() !== '');
  if (lines.length > mostSegments) throw new Er7Error('too-many');
  const segments = lines.map((line) => segmentOf(line, marks));
  const [header] = segments;
  if (!header) throw new Er7Error('no-header');
  return {
    header,
    segments,
    type: `${header.text(9)}^${header.text(9, 2)}`,
    controlId: header.text(10),
  };
}
