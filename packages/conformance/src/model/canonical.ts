// One text for one content: sorted keys, no white space; what digests and comparisons over time rest on.
import { createHash } from 'node:crypto';
import type { Statement } from './statement.ts';

/** JSON with sorted keys and without insignificant white space. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
}

/** SHA-256 of the canonical form, in hexadecimal. Provenance is not content. */
export function statementDigest({ provenance: _, ...content }: Statement): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
