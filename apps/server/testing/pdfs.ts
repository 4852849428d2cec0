// PDFs for tests: of pages in any script, and ones written object by object, to be as wrong as wanted. ISO 32000-1 7.
import { openPdf } from '@concord/conformance';
import type { DataSet } from '@concord/dicom';

/** A PDF whose pages have these lines, in fonts that have all of their characters. */
export const pdfOf = async (pages: readonly (readonly string[])[]): Promise<Uint8Array> => {
  const page = await openPdf('Made for a test', pages.flat());
  const bytes = page.bytes();
  for (const [index, lines] of pages.entries()) {
    if (index > 0) page.newPage();
    for (const line of lines) page.paragraph(line);
  }
  page.pdf.end();
  return bytes;
};

export const pdfStream = (bytes: Uint8Array, entries = ''): Buffer =>
  Buffer.concat([Buffer.from(`<</Length ${bytes.length}${entries}>>\nstream\n`), bytes, Buffer.from('\nendstream')]);

/** A file of these objects by number, 1 being the catalogue. */
export const writePdf = (objects: Readonly<Record<number, string | Buffer>>): Buffer => {
  const pieces = [Buffer.from('%PDF-1.7\n')];
  const places = new Map<number, number>();
  let at = pieces[0]?.length ?? 0;
  for (const [number, content] of Object.entries(objects)) {
    places.set(Number(number), at);
    const piece = Buffer.concat([Buffer.from(`${number} 0 obj\n`), Buffer.from(content), Buffer.from('\nendobj\n')]);
    pieces.push(piece);
    at += piece.length;
  }
  const size = Math.max(...places.keys()) + 1;
  const entry = (number: number) =>
    `${String(places.get(number) ?? 0).padStart(10, '0')} 00000 ${places.has(number) ? 'n' : 'f'} \n`;
  const table = Array.from({ length: size }, (_, number) => entry(number)).join('');
  pieces.push(Buffer.from(`xref\n0 ${size}\n${table}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`));
  return Buffer.concat(pieces);
};

/** One page with this content, and further objects from 6 on; `resources` beside the font F. */
export const onePage = (
  content: string | Buffer,
  { resources = '', more = {} }: { resources?: string; more?: Readonly<Record<number, string | Buffer>> } = {},
): Buffer =>
  writePdf({
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    3: `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>${resources}>>/Contents 4 0 R>>`,
    4: typeof content === 'string' ? pdfStream(Buffer.from(content)) : content,
    5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    ...more,
  });

/** Makes an instance hold this document instead of an image. PS3.3 A.45.1. */
export const encapsulating =
  (document: Uint8Array, sopClassUid = '1.2.840.10008.5.1.4.1.1.104.1') =>
  (dataSet: DataSet): void => {
    for (const keyword of ['Rows', 'Columns', 'BitsAllocated', 'BitsStored', 'HighBit', 'SamplesPerPixel'])
      dataSet.delete(keyword);
    dataSet.set('SOPClassUID', sopClassUid);
    dataSet.set('EncapsulatedDocument', Buffer.concat([document, Buffer.alloc(document.length % 2)]), 'OB');
    dataSet.set('EncapsulatedDocumentLength', document.length);
  };

/** One page with ten forms in each form, `depth` deep: its text is ten to the power of that. */
export const nestedPdf = (depth: number): Buffer => {
  const more: Record<number, Buffer> = {};
  for (let level = 0; level < depth; level += 1) {
    const next = `/Resources<</XObject<</X ${7 + level} 0 R>>/Font<</F 5 0 R>>>>`;
    const content = level === depth - 1 ? 'BT /F 12 Tf 10 10 Td (ha) Tj ET' : '/X Do '.repeat(10);
    more[6 + level] = pdfStream(Buffer.from(content), `/Type/XObject/Subtype/Form/BBox[0 0 1 1]${next}`);
  }
  return onePage('/X Do', { resources: '/XObject<</X 6 0 R>>', more });
};
