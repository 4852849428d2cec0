// Instances that hold text as what other programs can read: reports as pages or plain text, encapsulated documents as what
// they are. PS3.18 8.7.4, Table 8.7.4-1; PS3.3 A.35, A.45.
import type { DataSet } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { type Acceptance, choose } from './acceptance.ts';
import { entityTag, isNotModified, sendSingle } from './answer.ts';
import type { Offer } from './media-types.ts';
import type { DicomwebParts } from './parts.ts';
import { reportPage, reportText } from './report-text.ts';

const encapsulated = '1.2.840.10008.5.1.4.1.1.104.';
const structured = '1.2.840.10008.5.1.4.1.1.88.';
/** States and dose reports are trees too; only the classes above are documents for reading. */
const documentTypes: ReadonlyMap<string, string> = new Map([
  [`${encapsulated}1`, 'application/pdf'],
  [`${encapsulated}2`, 'text/xml'],
  [`${encapsulated}3`, 'model/stl'],
  [`${encapsulated}4`, 'model/obj'],
  [`${encapsulated}5`, 'model/mtl'],
]);

const reportOffers: readonly Offer[] = [
  { mediaType: 'text/html', defaultFor: 'category' },
  { mediaType: 'text/plain' },
];

/** True for a report, or for a document in a DICOM wrapping. */
export const isDocument = ({ sopClassUid }: StoredInstance): boolean =>
  documentTypes.has(sopClassUid) || (sopClassUid.startsWith(structured) && !/\.88\.59$/u.test(sopClassUid));

/** One document. The page's policy lets nothing in it run. */
export const sendDocument = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { acceptance, instance }: { acceptance: Acceptance; instance: StoredInstance },
  { archive }: DicomwebParts,
) => {
  const own = documentTypes.get(instance.sopClassUid);
  const offers: readonly Offer[] = own === undefined ? reportOffers : [{ mediaType: own, defaultFor: 'category' }];
  const { offer } = choose(acceptance, offers, ['single']);
  if (isNotModified(request, reply, entityTag([instance.sopInstanceUid, instance.digest, offer.mediaType])))
    return reply;
  const body = contentOf(await archive.header(instance), offer.mediaType, own !== undefined);
  const charset = offer.mediaType.startsWith('text/') && own === undefined ? '; charset=utf-8' : '';
  const contentType = `${offer.mediaType}${charset}`;
  return sendSingle(request, reply, { contentType, contentLength: body.length, body: [body] });
};

const contentOf = (header: DataSet, mediaType: string, isOwn: boolean): Uint8Array => {
  if (!isOwn) return Buffer.from(mediaType === 'text/html' ? reportPage(header) : reportText(header));
  const bytes = header.bytes('EncapsulatedDocument') ?? new Uint8Array();
  const length = header.number('EncapsulatedDocumentLength') ?? bytes.length;
  return bytes.subarray(0, Math.min(length, bytes.length));
};
