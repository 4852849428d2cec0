// A data set as the body of a request: DICOM JSON, or the XML of the Native DICOM Model. PS3.18 8.7.3, F, PS3.19 A.1.
import { type DataSet, DicomError, fromJson, fromXml } from '@concord/dicom';
import type { FastifyRequest } from 'fastify';
import { decodedBody } from '../web/decoded-body.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import type { Hold } from './held-bodies.ts';
import { parseMediaType } from './media-range.ts';
import { readMultipart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { parseJson, utf8Text } from './request-text.ts';

/** Of a body that is held whole, in bytes. */
const most = 16_777_216;
const jsonTypes: ReadonlySet<string> = new Set(['application/dicom+json', 'application/json']);
const xmlTypes: ReadonlySet<string> = new Set(['application/dicom+xml', 'application/xml', 'text/xml']);

/** An array of one data set, as DICOM JSON has it, or the data set itself. @throws HttpProblem */
export const requestDataSet = async (
  request: FastifyRequest,
  { limits, holdBody }: DicomwebParts,
): Promise<DataSet> => {
  using hold = holdBody();
  const given = request.headers['content-type'] ?? '';
  const type = parseMediaType(given);
  const body = decodedBody(request.raw, { ...limits, bytes: most });
  if (type?.type === 'multipart/related') {
    for await (const part of readMultipart(body, type.parameters.get('boundary') ?? '')) {
      return parsed(
        await whole(part.body, hold),
        part.headers.get('content-type') ?? type.parameters.get('type') ?? '',
      );
    }
  }
  return parsed(await whole(body, hold), given);
};

const whole = async (body: AsyncIterable<Uint8Array>, hold: Hold): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    hold.take(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const parsed = (bytes: Uint8Array, given: string): DataSet => {
  const mediaType = parseMediaType(given);
  const type = mediaType?.type ?? '';
  try {
    if (jsonTypes.has(type)) return fromJson(only(parseJson(utf8Text(bytes, mediaType))));
    if (xmlTypes.has(type)) return fromXml(utf8Text(bytes, mediaType));
  } catch (cause) {
    if (!(cause instanceof DicomError) && !(cause instanceof SyntaxError)) throw cause;
    throw new HttpProblem('malformed-request', `The body is no data set: ${quote(cause.message)}`, { cause });
  }
  throw new HttpProblem('unsupported-media-type', `${quote(given)} is no data set.`, {
    members: { supported: ['application/dicom+json', 'application/dicom+xml'] },
  });
};

const only = (json: unknown): unknown => {
  if (!Array.isArray(json)) return json;
  if (json.length === 1) return json[0];
  throw new HttpProblem('malformed-request', 'The body has to hold one data set.');
};
