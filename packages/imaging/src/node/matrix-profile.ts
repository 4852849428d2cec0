// What an ICC profile of three primaries and their curves says: enough to bring its colours into another space without a detour. ICC.1:2001-04 6.3, 6.5.
export type Row = readonly [number, number, number];
export type Matrix = readonly [Row, Row, Row];

/** Pixels of 8 bits, as linear values and their place in XYZ relative to D50. */
export interface ByteSpace {
  readonly toXyz: Matrix;
  /** Of each channel, by byte: 0 to 1. */
  readonly levels: readonly [Float64Array, Float64Array, Float64Array];
}

const mostTags = 100;

/** The bytes of each tag; undefined where the profile is cut off or none. */
function tagsOf(profile: Buffer): ReadonlyMap<string, Buffer> | undefined {
  if (profile.length < 132 || profile.toString('latin1', 36, 40) !== 'acsp') return undefined;
  const count = profile.readUInt32BE(128);
  if (count > mostTags || profile.length < 132 + count * 12) return undefined;
  const tags = new Map<string, Buffer>();
  for (let at = 132; at < 132 + count * 12; at += 12) {
    const [offset, length] = [profile.readUInt32BE(at + 4), profile.readUInt32BE(at + 8)];
    if (offset + length > profile.length) return undefined;
    tags.set(profile.toString('latin1', at, at + 4), profile.subarray(offset, offset + length));
  }
  return tags;
}

const fixedAt = (bytes: Buffer, at: number): number => bytes.readInt32BE(at) / 65_536;

function primaryOf(tag: Buffer | undefined): Row | undefined {
  if (!tag || tag.length < 20 || tag.toString('latin1', 0, 4) !== 'XYZ ') return undefined;
  return [fixedAt(tag, 8), fixedAt(tag, 12), fixedAt(tag, 16)];
}

/** A tone curve as a function of 0 to 1. */
function curveOf(tag: Buffer | undefined): ((value: number) => number) | undefined {
  const type = tag && tag.length >= 12 ? tag.toString('latin1', 0, 4) : undefined;
  if (tag && type === 'curv') return tableCurve(tag);
  return tag && type === 'para' ? parametricCurve(tag) : undefined;
}

function tableCurve(tag: Buffer): ((value: number) => number) | undefined {
  const count = tag.readUInt32BE(8);
  if (count === 0) return (value) => value;
  if (tag.length < 12 + count * 2) return undefined;
  const entry = (index: number): number => tag.readUInt16BE(12 + Math.min(count - 1, index) * 2);
  if (count === 1) return (value) => value ** (entry(0) / 256);
  return (value) => {
    const place = value * (count - 1);
    const below = Math.floor(place);
    return (entry(below) + (entry(below + 1) - entry(below)) * (place - below)) / 65_535;
  };
}

/** Numbers of each kind of parametric curve. */
const parameters = [1, 3, 4, 5, 7];

function parametricCurve(tag: Buffer): ((value: number) => number) | undefined {
  const kind = tag.readUInt16BE(8);
  const count = parameters[kind];
  if (count === undefined || tag.length < 12 + count * 4) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, index) =>
    fixedAt(tag, 12 + index * 4),
  );
  switch (kind) {
    case 0:
      return (x) => x ** g;
    case 1:
      return (x) => (x >= -b / a ? (a * x + b) ** g : 0);
    case 2:
      return (x) => (x >= -b / a ? (a * x + b) ** g + c : c);
    default:
      return (x) => (x >= d ? (a * x + b) ** g + e : c * x + f);
  }
}

/** Undefined for a profile of another kind (with tables, of other colours than RGB), and for one that cannot be read. */
export function matrixProfile(bytes: Uint8Array): ByteSpace | undefined {
  const profile = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tags = tagsOf(profile);
  if (!tags || tags.has('A2B0') || profile.toString('latin1', 16, 24) !== 'RGB XYZ ') return undefined;
  const [red, green, blue] = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => primaryOf(tags.get(name)));
  const [first, second, third] = ['rTRC', 'gTRC', 'bTRC'].map((name) => curveOf(tags.get(name)));
  if (!red || !green || !blue || !first || !second || !third) return undefined;
  const levels = (curve: (value: number) => number) =>
    Float64Array.from({ length: 256 }, (_, level) => Math.min(1, Math.max(0, curve(level / 255) || 0)));
  return {
    toXyz: [
      [red[0], green[0], blue[0]],
      [red[1], green[1], blue[1]],
      [red[2], green[2], blue[2]],
    ],
    levels: [levels(first), levels(second), levels(third)],
  };
}
