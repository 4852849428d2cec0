// One text for one content: sorted keys, no white space; what digests and comparisons over time rest on.
import { createHash } from 'node:crypto';
import type { Statement } from './statement.ts';

/** JSON with sorted keys and without insignificant white space. */
export const canonicalJson = (value: unknown): string => JSON.stringify(withSortedKeys(value));

/** A copy whose keys come in one order; the platform's own writer is far quicker than joining pieces of text. */
function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  const sorted: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort()) sorted[key] = withSortedKeys(Reflect.get(value, key));
  return sorted;
}

/** SHA-256 of the canonical form, in hexadecimal. Provenance is not content. */
export function statementDigest({ provenance: _, ...content }: Statement): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
