// One text for one content: sorted keys, no white space; what digests and comparisons over time rest on.
import { createHash } from 'node:crypto';
import type { Statement } from './statement.ts';

/** JSON with sorted keys and without insignificant white space. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts: string[] = [];
  if (Array.isArray(value)) {
    for (const entry of value) parts.push(canonicalJson(entry ?? null));
    return `[${parts.join(',')}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const entry: unknown = Reflect.get(value, key);
    if (entry !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(entry)}`);
  }
  return `{${parts.join(',')}}`;
}

/** SHA-256 of the canonical form, in hexadecimal. Provenance is not content. */
export function statementDigest({ provenance: _, ...content }: Statement): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
