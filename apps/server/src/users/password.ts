// Passwords as they are kept: scrypt with a salt of its own each (RFC 7914), as text that says its cost.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const [cost, blockSize, parallel, saltLength, keyLength] = [2 ** 15, 8, 1, 16, 32] as const;
/** Bytes that a stored text may make us take: a settings file may come from elsewhere. */
const mostMemory = 128 * 1024 * 1024;

const form = /^scrypt:(\d{4,7}):([A-Za-z0-9+/=]{20,64}):([A-Za-z0-9+/=]{43,64})$/;

export const isPasswordHash = (text: string): boolean => {
  const [, factor = ''] = form.exec(text) ?? [];
  const number = Number(factor);
  return number >= 4096 && Number.isInteger(Math.log2(number)) && 128 * number * blockSize <= mostMemory;
};

function derive(password: string | Uint8Array, salt: Uint8Array, factor: number): Promise<Buffer> {
  const options = { N: factor, r: blockSize, p: parallel, maxmem: 2 * mostMemory };
  return new Promise((resolve, reject) =>
    scrypt(password, salt, keyLength, options, (error, key) => (error ? reject(error) : resolve(key))),
  );
}

/** What the settings keep in place of the password: `scrypt:cost:salt:key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltLength);
  const key = await derive(password, salt, cost);
  return `scrypt:${cost}:${salt.toString('base64')}:${key.toString('base64')}`;
}

/** A hash that no password has: checking against it takes as long as against a real one. */
export const nobodysHash = `scrypt:${cost}:${Buffer.alloc(saltLength).toString('base64')}:${Buffer.alloc(keyLength).toString('base64')}`;

/** Whether the password is the one that was hashed. Some 60 ms of a thread of the pool. */
export async function isPassword(password: string | Uint8Array, hash: string): Promise<boolean> {
  const [, factor = '', salt = '', key = ''] = form.exec(hash) ?? [];
  if (!isPasswordHash(hash)) return false;
  const wanted = Buffer.from(key, 'base64');
  const derived = await derive(password, Buffer.from(salt, 'base64'), Number(factor));
  return derived.length === wanted.length && timingSafeEqual(derived, wanted);
}
