// WADO-RS metadata: data sets without their bulk data, as JSON or XML. PS3.18 10.4.1.1.2, F.
import { createHeaderTexts, type DataSet, type Element, tagOf, toXml, transferSyntax } from '@concord/dicom';
import type { StoredInstance } from '../archive/archive.ts';
import { outgoingMark } from '../archive/outgoing-changes.ts';
import { readHeader } from '../archive/retrieve.ts';
import { baseUrl } from '../web/base-url.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { ahead } from './ahead.ts';
import { entityTag, isNotModified, sendMultipart, sendSingle } from './answer.ts';
import { jsonArray } from './json-array.ts';
import { modelCharacterSet, modelJsonTexts } from './model-json.ts';
import type { OutgoingPart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { pixelElement } from './pixel-element.ts';
import { recentTexts } from './recent-texts.ts';
import { instancePath, selectInstances } from './selection.ts';
import { targetOf } from './target.ts';
import type { Transaction } from './transaction.ts';
import { queryOf } from './warning.ts';

const offers = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml', packaging: 'multipart' },
] as const;

/** Values longer than this many bytes are left where they are, and named by a BulkDataURI. */
const inlineBytes = 1024;
const bulkVrs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** Whether a value of a header is bulk data: named by metadata, sent apart. So is what was left in the file. */
export const isBulk = ({ vr, length, reference }: Element): boolean =>
  reference !== undefined || (bulkVrs.has(vr) && length > inlineBytes);

/** Headers that are read before their turn to be sent. */
const readAhead = 8;

/** Metadata kept as JSON, in characters: a series of 500 has about one million. */
const keptCharacters = 64_000_000;

/** The metadata of every instance of a study or series, or of one instance. */
export const retrieveMetadata = (): Transaction => {
  const kept = recentTexts(keptCharacters);
  return async (request, reply, parts) => {
    const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
    const { offer } = choose(acceptanceOf(request, query), offers, ['single', 'multipart']);
    const instances = await selectInstances(parts.archive, targetOf(request));
    const service = `${baseUrl(request, parts.publicUrl)}/dicom-web`;
    const marks = instances.map(outgoingMark);
    if (isNotModified(request, reply, entityTag([service, offer.mediaType, ...marks]))) return reply;
    if (offer.mediaType === 'application/dicom+xml') {
      const described = ahead(instances, readAhead, async (instance) => describe(instance, service, parts));
      return sendMultipart(request, reply, { type: offer.mediaType, parts: xmlParts(described) });
    }
    const textOf = textWriter(service, parts);
    const texts = ahead(instances, readAhead, async (instance) => {
      const key = `${service} ${instance.key} ${outgoingMark(instance)}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const text = await textOf(instance);
      kept.set(key, text);
      return text;
    });
    return sendSingle(request, reply, { contentType: offer.mediaType, body: jsonArray(texts), isText: true });
  };
};

/** Element by element what a header has in common with the one before is neither read nor written again. */
const textWriter = (service: string, parts: DicomwebParts) => {
  const write = modelJsonTexts();
  const writeEncoded = createHeaderTexts({ ...modelCharacterSet, decisive: [tagOf('BitsStored')] });
  return async (instance: StoredInstance): Promise<string> => {
    const bytes = isExplicitLittle(instance) ? await parts.archive.headerBytes(instance) : undefined;
    if (bytes === undefined) {
      const { header, bulkDataUri } = await describe(instance, service, parts);
      return write(header, { bulkDataUri });
    }
    const hasPixels = await isWithPixels(instance, parts);
    const read = () => described(readHeader(bytes, instance), instance, hasPixels);
    const kind = `${instance.transferSyntaxUid} ${hasPixels}`;
    return writeEncoded({ bytes, read, kind }, { bulkDataUri: namer(instance, service) });
  };
};

const isExplicitLittle = ({ transferSyntaxUid }: StoredInstance): boolean => {
  const { explicitVr, littleEndian, deflated } = transferSyntax(transferSyntaxUid) ?? {};
  return explicitVr === true && littleEndian === true && deflated === false;
};

type UriOf = (path: string, element: Element) => string | undefined;

interface Described {
  readonly header: DataSet;
  readonly bulkDataUri: UriOf;
  /** Where it is found alone. */
  readonly location: string;
}

const describe = async (instance: StoredInstance, service: string, parts: DicomwebParts): Promise<Described> => {
  const header = await parts.archive.headerLeavingValues(instance);
  const hasPixels = await isWithPixels(instance, parts);
  const location = `${service}${instancePath(instance)}/metadata`;
  return { header: described(header, instance, hasPixels), bulkDataUri: namer(instance, service), location };
};

/** The header with what a reader has to know beside it: how it is stored, and where its pixel data is. */
const described = (header: DataSet, instance: StoredInstance, hasPixels: boolean): DataSet => {
  header.set('AvailableTransferSyntaxUID', instance.transferSyntaxUid);
  const pixels = hasPixels ? pixelElement(header, instance) : undefined;
  if (pixels !== undefined) header.set(pixels.keyword, new Uint8Array(), pixels.vr);
  return header;
};

/** An image whose pixels were left out (by a sender, by de-identification) has nothing to be had. */
const isWithPixels = async (instance: StoredInstance, { archive }: DicomwebParts): Promise<boolean> =>
  instance.pixelData === undefined ? (await archive.pixelData(instance)) !== undefined : instance.pixelData !== '';

/** Headers end before the pixel data: an element from here on was put in for it. */
const pixelDataBegins = 0x7fe00008;

/** Where the bulk data of an instance is found, by the path of its element. PS3.18 F.2.6. */
export const namer = (instance: StoredInstance, service: string): UriOf => {
  const place = `${service}${instancePath(instance)}/bulkdata/`;
  return (path, element) =>
    element.tag >= pixelDataBegins || isBulk(element) ? place + encodeURIComponent(path) : undefined;
};

async function* xmlParts(described: AsyncIterable<Described>): AsyncGenerator<OutgoingPart, void> {
  for await (const { header, bulkDataUri, location: contentLocation } of described) {
    const body = Buffer.from(toXml(header, { bulkDataUri }));
    yield { contentType: 'application/dicom+xml', contentLength: body.length, contentLocation, body: [body] };
  }
}
