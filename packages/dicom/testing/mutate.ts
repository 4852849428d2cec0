// Damages bytes the way real damage and real attacks look: flipped bits, wrong lengths, cut ends, doubled and removed parts.

/** Random numbers that come again for the same seed: mulberry32. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

type Random = (below: number) => number;
type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Values that length and tag fields break at. */
const sharp = [
  0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x3fffffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0xe000fffe,
  0xe00dfffe, 0xe0ddfffe,
];

const mutations: readonly Mutation[] = [
  (bytes, random) => change(bytes, random(bytes.length), (old) => old ^ (1 << random(8))),
  (bytes, random) => change(bytes, random(bytes.length), () => random(256)),
  (bytes, random) => bytes.slice(0, random(bytes.length)),
  (bytes, random) => {
    const copy = bytes.slice();
    if (copy.length < 4) return copy;
    new DataView(copy.buffer).setUint32(random(copy.length - 3), sharp[random(sharp.length)] ?? 0, random(8) > 0);
    return copy;
  },
  (bytes, random) => {
    const from = random(bytes.length);
    const length = random(Math.min(64, bytes.length - from));
    return joined(bytes.subarray(0, from), bytes.subarray(from + length));
  },
  (bytes, random) => {
    const from = random(bytes.length);
    const length = random(Math.min(256, bytes.length - from));
    return joined(bytes.subarray(0, from + length), bytes.subarray(from));
  },
  (bytes, random) => {
    const from = random(bytes.length);
    return bytes.slice().fill(random(2) * 255, from, from + random(32));
  },
];

function change(bytes: Uint8Array, at: number, to: (old: number) => number): Uint8Array {
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = to(copy[at] ?? 0);
  return copy;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** One to four mutations, most often near the front, where the headers are. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated = bytes;
  for (let left = 1 + random(4); left > 0 && mutated.length > 0; left -= 1) {
    const mutation = mutations[random(mutations.length)];
    const front = random(3) > 0 ? Math.min(mutated.length, 600) : mutated.length;
    if (mutation) mutated = joined(mutation(mutated.slice(0, front), random), mutated.subarray(front));
  }
  return mutated;
}
