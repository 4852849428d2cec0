// An object that was made against the tables of the statement; loaded with the first one that is made. PS3.2 A.8.1.1
import { contentFaults, tableFor } from '@concord/conformance';
import { derivedVariant } from '../archive/derived-images.ts';
import type { ContentCheck } from './drift.ts';

export const contentsAgainst: ContentCheck = (tables, object, source) => {
  const sopClass = object.string('SOPClassUID') ?? '';
  const own = tables.find((each) => each.sopClass.uid === sopClass);
  const table = own ?? tableFor(tables, sopClass, derivedVariant);
  if (!table) return [{ kind: 'undeclared attribute', observed: 'an object was made', stated: 'no object is made' }];
  return contentFaults(table, object, source).map(({ kind, tag, attribute }) => ({
    kind,
    observed: `${attribute} ${tag}`,
    stated: 'table 8.1.1',
  }));
};
