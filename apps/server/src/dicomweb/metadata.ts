// WADO-RS metadata: data sets without their bulk data, as JSON or XML. PS3.18 10.4.1.1.2, F.
import { type DataSet, type Element, toXml } from '@concord/dicom';
import type { StoredInstance } from '../archive/archive.ts';
import { changesMark } from '../archive/outgoing-changes.ts';
import { baseUrl } from '../web/base-url.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { ahead } from './ahead.ts';
import { entityTag, isNotModified, sendMultipart, sendSingle } from './answer.ts';
import { jsonArray } from './json-array.ts';
import { modelJsonTexts } from './model-json.ts';
import type { OutgoingPart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { pixelElement } from './pixel-element.ts';
import { allowOnly, parseQuery } from './query.ts';
import { recentTexts } from './recent-texts.ts';
import { instancePath, selectInstances } from './selection.ts';
import { targetOf } from './target.ts';
import type { Transaction } from './transaction.ts';

const offers = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml', packaging: 'multipart' },
] as const;

/** Values longer than this many bytes are left where they are, and named by a BulkDataURI. */
const inlineBytes = 1024;
const bulkVrs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** Whether a value of a header is bulk data: named by metadata, sent apart. */
export const isBulk = ({ vr, length }: Element): boolean => bulkVrs.has(vr) && length > inlineBytes;

/** Headers that are read before their turn to be sent. */
const readAhead = 8;

/** Metadata kept as JSON, in characters: a series of 500 has about one million. */
const keptCharacters = 64_000_000;

/** The metadata of every instance of a study or series, or of one instance. */
export const retrieveMetadata = (): Transaction => {
  const kept = recentTexts(keptCharacters);
  return async (request, reply, parts) => {
    const query = parseQuery(request.url);
    allowOnly(query, ['accept', 'charset']);
    const { offer } = choose(acceptanceOf(request, query), offers, ['single', 'multipart']);
    const instances = await selectInstances(parts.archive, targetOf(request));
    const service = `${baseUrl(request, parts.publicUrl)}/dicom-web`;
    const marks = instances.map((each) => each.sopInstanceUid + each.digest + changesMark(each));
    if (isNotModified(request, reply, entityTag([service, offer.mediaType, ...marks]))) return reply;
    if (offer.mediaType === 'application/dicom+xml') {
      const described = ahead(instances, readAhead, async (instance) => describe(instance, service, parts));
      return sendMultipart(request, reply, { type: offer.mediaType, parts: xmlParts(described) });
    }
    const write = modelJsonTexts();
    const texts = ahead(instances, readAhead, async (instance) => {
      const key = `${service} ${instance.key} ${instance.digest} ${changesMark(instance)}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const { header, bulkDataUri } = await describe(instance, service, parts);
      const text = write(header, { bulkDataUri });
      kept.set(key, text);
      return text;
    });
    return sendSingle(request, reply, { contentType: offer.mediaType, body: jsonArray(texts), isText: true });
  };
};

interface Described {
  readonly header: DataSet;
  readonly bulkDataUri: (path: string, element: Element) => string | undefined;
}

/** The header with what a reader has to know beside it: how it is stored, and where its pixel data is. */
const describe = async (instance: StoredInstance, service: string, { archive }: DicomwebParts): Promise<Described> => {
  const header = await archive.header(instance);
  header.set('AvailableTransferSyntaxUID', instance.transferSyntaxUid);
  const pixels = await storedPixels(header, instance, archive);
  if (pixels !== undefined) header.set(pixels.keyword, new Uint8Array(), pixels.vr);
  const place = `${service}${instancePath(instance)}/bulkdata/`;
  const bulkDataUri = (path: string, element: Element) =>
    element.tag === pixels?.tag || isBulk(element) ? place + encodeURIComponent(path) : undefined;
  return { header, bulkDataUri };
};

/** An image whose pixels were left out (by a sender, by de-identification) has nothing to be had. */
const storedPixels = async (header: DataSet, instance: StoredInstance, archive: DicomwebParts['archive']) => {
  const pixels = pixelElement(header, instance);
  return pixels !== undefined && (await archive.pixelData(instance)) !== undefined ? pixels : undefined;
};

async function* xmlParts(described: AsyncIterable<Described>): AsyncGenerator<OutgoingPart, void> {
  for await (const { header, bulkDataUri } of described) {
    const body = Buffer.from(toXml(header, { bulkDataUri }));
    yield { contentType: 'application/dicom+xml', contentLength: body.length, body: [body] };
  }
}
