// Where a value of a statement came from: the entry with the longest pointer that leads to it. PS3.2 6
import type { Provenance } from './statement.ts';

/** Answers for one statement, also for one that is none: entries of another form are left out. */
export function provenanceIn(statement: unknown): (path: string) => Provenance | undefined {
  const entries = new Map<string, Provenance>();
  const list: unknown =
    typeof statement === 'object' && statement !== null ? Reflect.get(statement, 'provenance') : undefined;
  for (const entry of Array.isArray(list) ? list : []) if (isEntry(entry)) entries.set(entry.path, entry);
  return (path) => {
    for (let end = path.length; end >= 0; end = path.lastIndexOf('/', end - 1)) {
      const found = entries.get(path.slice(0, end));
      if (found) return found;
      if (end === 0) return undefined;
    }
    return undefined;
  };
}

const isEntry = (value: unknown): value is Provenance =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  typeof value.path === 'string' &&
  'source' in value &&
  typeof value.source === 'string';

/** `configuration: setting maximumPduLength`. */
export const sourceText = ({ kind, source }: Provenance): string => `${kind}: ${source}`;
