// A PDF that is encrypted, for tests of what reads PDFs. ISO 32000-1 7.6.
import PDFDocument from 'pdfkit';

/** One page with this text; without a user password anybody may read it. */
export const encryptedPdf = async (
  text: string,
  passwords: { readonly userPassword?: string; readonly ownerPassword: string },
): Promise<Uint8Array> => {
  const pdf = new PDFDocument({ ...passwords, pdfVersion: '1.7' });
  const chunks: Buffer[] = [];
  const ended = new Promise((resolve) => pdf.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', resolve));
  pdf.text(text);
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
};
