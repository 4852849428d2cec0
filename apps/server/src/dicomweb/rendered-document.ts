// Instances that hold text as what other programs can read: reports as pages, text or PDF, encapsulated documents as what
// they are. PS3.18 8.7.4, Table 8.7.4-1; PS3.3 A.35, A.45.
import { type DataSet, toXml } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { outgoingMark } from '../archive/outgoing-changes.ts';
import { type Acceptance, choose } from './acceptance.ts';
import { entityTag, isNotModified, sendSingle } from './answer.ts';
import { clinicalDocumentPage, clinicalDocumentText } from './clinical-document.ts';
import type { Offer } from './media-types.ts';
import type { DicomwebParts } from './parts.ts';
import { type ReportContent, reportContent } from './report-content.ts';
import { reportPdf } from './report-pdf.ts';
import { reportPage, reportRichText, reportText } from './report-text.ts';

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

/** What can be made of a document, the first without being asked; `own` is what it is stored as. */
interface Making {
  readonly mediaType: string;
  readonly make: (header: DataSet) => string | Uint8Array | Promise<Uint8Array>;
}

const ofReport = (write: (report: ReportContent) => string | Promise<Uint8Array>) => (header: DataSet) =>
  write(reportContent(header));

const ofReports: readonly Making[] = [
  { mediaType: 'text/html', make: ofReport(reportPage) },
  { mediaType: 'text/plain', make: ofReport(reportText) },
  // The tree with all that the other forms leave out. PS3.19 A.1.
  { mediaType: 'text/xml', make: toXml },
  { mediaType: 'text/rtf', make: ofReport(reportRichText) },
  { mediaType: 'application/pdf', make: ofReport(reportPdf) },
];

const ownDocument = (header: DataSet): Uint8Array => {
  const bytes = header.bytes('EncapsulatedDocument') ?? new Uint8Array();
  const length = header.number('EncapsulatedDocumentLength') ?? bytes.length;
  return bytes.subarray(0, Math.min(length, bytes.length));
};

const clinicalDocument = 'text/xml';
const makingsOf = (own: string | undefined): readonly Making[] => {
  if (own === undefined) return ofReports;
  const asItIs = { mediaType: own, make: ownDocument };
  if (own !== clinicalDocument) return [asItIs];
  return [
    asItIs,
    { mediaType: 'text/html', make: (header) => clinicalDocumentPage(ownDocument(header)) },
    { mediaType: 'text/plain', make: (header) => clinicalDocumentText(ownDocument(header)) },
  ];
};

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
  const makings = makingsOf(own);
  const offers = makings.map(({ mediaType }, index): Offer => ({ mediaType, ...(index === 0 ? byDefault : {}) }));
  const { offer } = choose(acceptance, offers, ['single']);
  if (isNotModified(request, reply, entityTag([outgoingMark(instance), offer.mediaType]))) return reply;
  const making = makings.find(({ mediaType }) => mediaType === offer.mediaType);
  const made = (await making?.make(await archive.header(instance))) ?? '';
  const body = Buffer.from(made);
  // What is stored has a character set of its own; RTF and PDF say theirs themselves.
  const isText = offer.mediaType !== own && /^text\/(?!rtf)/u.test(offer.mediaType);
  const contentType = `${offer.mediaType}${isText ? '; charset=utf-8' : ''}`;
  return sendSingle(request, reply, { contentType, contentLength: body.length, body: [body] });
};

const byDefault = { defaultFor: 'category' } as const;
