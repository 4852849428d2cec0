// The few forms of DER that a CMS envelope is made of. ITU-T X.690.
import { CliError } from '../cli-error.ts';

/** One value: its tag, its contents, and the whole with its header. */
export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

export const tags = { integer: 0x02, octets: 0x04, null: 0x05, oid: 0x06, sequence: 0x30, set: 0x31 } as const;

function lengthOf(count: number): Buffer {
  if (count < 0x80) return Buffer.from([count]);
  const digits = Buffer.from(count.toString(16).padStart(count < 0x100 ? 2 : count < 0x10000 ? 4 : 8, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits]);
}

/** A value of a tag; contents of several values follow each other. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** An object identifier such as `1.2.840.113549.1.7.3`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...more] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...more].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return der(tags.oid, Uint8Array.from(bytes));
}

const broken = (): CliError => new CliError('failed', 'not a DER structure of definite lengths');

/** The values that follow each other in some bytes. @throws CliError where they run past the end */
export function valuesIn(bytes: Buffer): readonly Der[] {
  const values: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
    const digits = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || digits > 4 || at + 2 + digits > bytes.length) throw broken();
    const length = digits === 0 ? first : bytes.readUIntBE(at + 2, digits);
    const start = at + 2 + digits;
    if (start + length > bytes.length) throw broken();
    values.push({ tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return values;
}

/** The values inside of one that must have this tag. @throws CliError */
export function inside(value: Der | undefined, tag: number): readonly Der[] {
  if (value?.tag !== tag) throw broken();
  return valuesIn(value.content);
}
