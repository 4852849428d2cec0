// An object that was made against the tables of the statement; loaded with the first one that is made. PS3.2 A.8.1.1
import { contentFaults, tableFor } from '@concord/conformance';
import type { ContentCheck } from './drift.ts';

export const contentsAgainst: ContentCheck = (tables, object, source) => {
  const table = tableFor(tables, object.string('SOPClassUID') ?? '');
  if (!table) return [{ kind: 'undeclared attribute', observed: 'an object was made', stated: 'no object is made' }];
  return contentFaults(table, object, source).map(({ kind, tag, attribute }) => ({
    kind,
    observed: `${attribute} ${tag}`,
    stated: 'table 8.1.1',
  }));
};
