// The parts of a multipart answer, for tests.
import assert from 'node:assert/strict';
import { readMultipart } from '../src/dicomweb/multipart.ts';

export interface ReadPart {
  readonly type: string | undefined;
  readonly location: string | undefined;
  readonly bytes: Buffer;
}

/** Each part whole, with the length that it says. */
export const partsOf = async (response: Response): Promise<ReadPart[]> => {
  const boundary = /boundary=([^;]+)/u.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
  const parts: ReadPart[] = [];
  for await (const { headers, body } of readMultipart(response.body ?? new Blob([]).stream(), boundary)) {
    const bytes = Buffer.concat(await Array.fromAsync(body));
    assert.equal(headers.get('content-length') ?? String(bytes.length), String(bytes.length));
    parts.push({ type: headers.get('content-type'), location: headers.get('content-location'), bytes });
  }
  return parts;
};
