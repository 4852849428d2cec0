// Where a value lies that is too long to print: a URI of the file with offset and length. PS3.18 F.2.2.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Element } from '@concord/dicom';

/** For `toJson`: values that were left in the file at `path`, and encapsulated pixel data, become `file:...?offset=1&length=2`. */
export const bulkUriIn =
  (path: string) =>
  (_place: string, { reference, fragments }: Element): string | undefined => {
    const [first, last] = [fragments?.at(0), fragments?.at(-1)];
    const range =
      reference ?? (first && last && { offset: first.offset, length: last.offset + last.length - first.offset });
    return range && `${pathToFileURL(resolve(path))}?offset=${range.offset}&length=${range.length}`;
  };
