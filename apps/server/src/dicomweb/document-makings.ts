// What can be made of reports and encapsulated documents for programs that know nothing of DICOM. PS3.18 8.7.4; PS3.3 A.35, A.45.
import { type DataSet, type ToJsonOptions, toXml } from '@concord/dicom';
import type { StoredInstance } from '../archive/archive.ts';
import {
  clinicalDocumentPage,
  clinicalDocumentRichText,
  clinicalDocumentText,
  mostReadOfClinicalDocument,
} from './clinical-document.ts';
import type { DocumentMediaType } from './document-media-types.ts';
import { type DocumentText, documentPage, documentRichText, documentText } from './document-text.ts';
import { type ByteRun, bytesOfRun } from './header-value.ts';
import { type PdfText, pdfFaults } from './pdf-messages.ts';
import { type ReportContent, reportContent } from './report-content.ts';
import { reportPdf } from './report-pdf.ts';
import { reportPage, reportRichText, reportText } from './report-text.ts';

/** A document as it is opened for an answer. */
export interface OpenDocument {
  readonly header: DataSet;
  /** The encapsulated document itself, without padding; of a report it is empty. */
  readonly own: ByteRun;
  /** Where bulk data is found. */
  readonly bulkDataUri: NonNullable<ToJsonOptions['bulkDataUri']>;
  /** What stands in the document, which is a PDF. */
  readonly pdfText: () => Promise<PdfText>;
}

/** Why something cannot be made of this document: a sentence. */
export interface Unmade {
  readonly why: string;
}

export interface Making {
  readonly mediaType: DocumentMediaType;
  /** What cannot be made of one document for a reason cannot be made in any other way that needs its text. */
  readonly ofText?: true;
  readonly make: (document: OpenDocument) => Made | Promise<Made>;
}

/** Text is sent in UTF-8. */
export type Made = string | Uint8Array | ByteRun | Unmade;

const ofReport =
  (write: (report: ReportContent) => string | Promise<Uint8Array>) =>
  ({ header }: OpenDocument) =>
    write(reportContent(header));

const ofReports: readonly Making[] = [
  { mediaType: 'text/html', make: ofReport(reportPage) },
  { mediaType: 'text/plain', make: ofReport(reportText) },
  // The tree with all that the other forms leave out. PS3.19 A.1.
  { mediaType: 'text/xml', make: ({ header }) => toXml(header) },
  { mediaType: 'text/rtf', make: ofReport(reportRichText) },
  { mediaType: 'application/pdf', make: ofReport(reportPdf) },
];

const asItIs = (mediaType: DocumentMediaType): Making => ({ mediaType, make: ({ own }) => own });

/** All that is said of the document, which is named by its address. PS3.19 A.1. */
const described: Making = {
  mediaType: 'text/xml',
  make: ({ header, bulkDataUri }) => toXml(header, { bulkDataUri }),
};

const ofPdf = (write: (text: DocumentText) => string) => async (document: OpenDocument) => {
  const read = await document.pdfText();
  if (read.kind === 'none') return { why: `There is no text of it: the PDF ${pdfFaults[read.fault]}.` };
  return write({ title: titleOf(document.header), pages: read.pages });
};

const titleOf = (header: DataSet): string =>
  header.string('DocumentTitle') ?? header.string('ConceptNameCodeSequence[0].CodeMeaning') ?? 'Document';

const ofPdfs: readonly Making[] = [
  asItIs('application/pdf'),
  { mediaType: 'text/html', ofText: true, make: ofPdf(documentPage) },
  { mediaType: 'text/plain', ofText: true, make: ofPdf(documentText) },
  described,
  { mediaType: 'text/rtf', ofText: true, make: ofPdf(documentRichText) },
];

const ofClinical =
  (write: (document: Uint8Array) => string) =>
  async ({ own }: OpenDocument) =>
    write(await bytesOfRun(own, mostReadOfClinicalDocument));

const ofClinicalDocuments: readonly Making[] = [
  asItIs('text/xml'),
  { mediaType: 'text/html', make: ofClinical(clinicalDocumentPage) },
  { mediaType: 'text/plain', make: ofClinical(clinicalDocumentText) },
  { mediaType: 'text/rtf', make: ofClinical(clinicalDocumentRichText) },
];

const encapsulated = '1.2.840.10008.5.1.4.1.1.104.';
const makingsByClass: ReadonlyMap<string, readonly Making[]> = new Map([
  [`${encapsulated}1`, ofPdfs],
  [`${encapsulated}2`, ofClinicalDocuments],
  [`${encapsulated}3`, [asItIs('model/stl'), described]],
  [`${encapsulated}4`, [asItIs('model/obj'), described]],
  [`${encapsulated}5`, [asItIs('model/mtl'), described]],
]);

type Classed = Pick<StoredInstance, 'sopClassUid'>;

/** True for what lies in a DICOM wrapping. */
export const isEncapsulated = ({ sopClassUid }: Classed): boolean => makingsByClass.has(sopClassUid);

/** States and dose reports are trees too; only the other classes are documents for reading. */
const isReport = ({ sopClassUid }: Classed): boolean =>
  sopClassUid.startsWith('1.2.840.10008.5.1.4.1.1.88.') && !/\.88\.59$/u.test(sopClassUid);

/** True for a report, or for a document in a DICOM wrapping. */
export const isDocument = (instance: Classed): boolean => isEncapsulated(instance) || isReport(instance);

/** The first is made without being asked for. */
export const makingsOf = ({ sopClassUid }: Classed): readonly Making[] => makingsByClass.get(sopClassUid) ?? ofReports;
