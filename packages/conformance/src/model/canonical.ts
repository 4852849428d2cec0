// One text for one content: sorted keys, no white space; what digests and comparisons over time rest on.
import { createHash } from 'node:crypto';
import type { Statement } from './statement.ts';

/** JSON with sorted keys and without insignificant white space. */
export const canonicalJson = (value: unknown): string => JSON.stringify(withSortedKeys(value));

/** A copy whose keys come in one order; an ordinary object, because the platform writes one without prototype half as fast. */
function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, withSortedKeys(Reflect.get(value, key))]));
}

/** SHA-256 of the canonical form, in hexadecimal. Provenance is not content. */
export function statementDigest({ provenance: _, ...content }: Statement): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
