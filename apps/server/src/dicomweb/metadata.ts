// WADO-RS metadata: data sets without their bulk data, as JSON or XML. PS3.18 10.4.1.1.2, F.
import { type DataSet, type Element, toXml } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { baseUrl } from '../web/base-url.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { ahead } from './ahead.ts';
import { entityTag, isNotModified, sendMultipart, sendSingle } from './answer.ts';
import { jsonArray } from './json-array.ts';
import { modelJson } from './model-json.ts';
import type { OutgoingPart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { pixelElement } from './pixel-element.ts';
import { allowOnly, parseQuery } from './query.ts';
import { instancePath, selectInstances } from './selection.ts';
import { targetOf } from './target.ts';

const offers = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml', packaging: 'multipart' },
] as const;

/** Values longer than this many bytes are left where they are, and named by a BulkDataURI. */
const inlineBytes = 1024;
const bulkVrs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** Headers that are read before their turn to be sent. */
const readAhead = 8;

/** The metadata of every instance of a study or series, or of one instance. */
export const retrieveMetadata = async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
  const query = parseQuery(request.url);
  allowOnly(query, ['accept', 'charset']);
  const { offer } = choose(acceptanceOf(request, query), offers, ['single', 'multipart']);
  const instances = await selectInstances(parts.archive, targetOf(request));
  const service = `${baseUrl(request, parts.publicUrl)}/dicom-web`;
  const tag = entityTag([
    service,
    offer.mediaType,
    ...instances.map(({ sopInstanceUid, digest }) => sopInstanceUid + digest),
  ]);
  if (isNotModified(request, reply, tag)) return reply;
  const headers = ahead(instances, readAhead, async (instance) => describe(instance, service, parts));
  return offer.mediaType === 'application/dicom+json'
    ? sendSingle(request, reply, { contentType: offer.mediaType, body: jsonArray(jsonTexts(headers)) })
    : sendMultipart(request, reply, offer.mediaType, xmlParts(headers));
};

interface Described {
  readonly header: DataSet;
  readonly bulkDataUri: (path: string, element: Element) => string | undefined;
}

/** The header with what a reader has to know beside it: how it is stored, and where its pixel data is. */
const describe = async (instance: StoredInstance, service: string, { archive }: DicomwebParts): Promise<Described> => {
  const header = await archive.header(instance);
  header.set('AvailableTransferSyntaxUID', instance.transferSyntaxUid);
  const pixels = pixelElement(header, instance);
  if (pixels !== undefined) header.set(pixels.keyword, new Uint8Array(), pixels.vr);
  const place = `${service}${instancePath(instance)}/bulkdata/`;
  const bulkDataUri = (path: string, element: Element) =>
    element.tag === pixels?.tag || (bulkVrs.has(element.vr) && element.length > inlineBytes)
      ? place + encodeURIComponent(path)
      : undefined;
  return { header, bulkDataUri };
};

async function* jsonTexts(described: AsyncIterable<Described>): AsyncGenerator<string, void> {
  for await (const { header, bulkDataUri } of described) yield modelJson(header, { bulkDataUri });
}

async function* xmlParts(described: AsyncIterable<Described>): AsyncGenerator<OutgoingPart, void> {
  for await (const { header, bulkDataUri } of described) {
    const body = Buffer.from(toXml(header, { bulkDataUri }));
    yield { contentType: 'application/dicom+xml', contentLength: body.length, body: [body] };
  }
}
