// SHA-256 and HMAC in plain arithmetic, since this package has neither Node's nor the browser's (asynchronous) cryptography. FIPS 180-4, RFC 2104.

const block = 64;

/** The first 32 bits of the fractional parts of a root of each of the first primes. */
function fractions(root: (prime: number) => number, count: number): Uint32Array {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return Uint32Array.from(primes, (prime) => (root(prime) % 1) * 2 ** 32);
}
const initial = fractions(Math.sqrt, 8);
const constants = fractions(Math.cbrt, 64);

const rotate = (value: number, by: number): number => (value >>> by) | (value << (32 - by));

/** The message schedule of one block. */
function schedule(view: DataView, at: number): Uint32Array {
  const words = new Uint32Array(64);
  for (let index = 0; index < 16; index += 1) words[index] = view.getUint32(at + index * 4);
  for (let index = 16; index < 64; index += 1) {
    const [a = 0, b = 0] = [words[index - 15], words[index - 2]];
    const low = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const high = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[index] = (words[index - 16] ?? 0) + low + (words[index - 7] ?? 0) + high;
  }
  return words;
}

function compress(state: Uint32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let index = 0; index < 64; index += 1) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + (constants[index] ?? 0) + (words[index] ?? 0)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] ?? 0) + value;
}

/** The digest of some bytes: 32 bytes. */
export function sha256(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / block) * block);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(padded.length - 4, message.length << 3);
  const state = initial.slice();
  for (let at = 0; at < padded.length; at += block) compress(state, schedule(view, at));
  const digest = new Uint8Array(32);
  for (const [index, word] of state.entries()) new DataView(digest.buffer).setUint32(index * 4, word);
  return digest;
}

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
};

/** HMAC-SHA-256: 32 bytes that only who has the key can make. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const filled = new Uint8Array(block);
  filled.set(key.length > block ? sha256(key) : key);
  const inner = sha256(
    joined(
      filled.map((byte) => byte ^ 0x36),
      message,
    ),
  );
  return sha256(
    joined(
      filled.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}
