// A structured report as PDF. PS3.18 Table 8.7.4-1.
import { setImmediate } from 'node:timers/promises';
import type { ReportContent } from './report-content.ts';
import { lineText } from './report-text.ts';

/** Lines after which others get their turn. */
const lot = 100;
/** Deeper levels stand below each other: on a narrower line nothing could be read. */
const deepest = 16;

export const reportPdf = async ({ title, about, lines }: ReportContent): Promise<Uint8Array> => {
  const { openPdf } = await import('@concord/conformance');
  const page = await openPdf(title, [...about, ...lines.map(lineText)]);
  const bytes = page.bytes();
  page.paragraph(title, { font: 'bold', size: 16 });
  for (const line of about) page.paragraph(line);
  page.y += 12;
  for (const [index, line] of lines.entries()) {
    const indent = Math.min(line.depth, deepest) * 14;
    page.paragraph(lineText(line), { indent, ...(line.isHeading ? { font: 'bold' } : {}) });
    if (index % lot === lot - 1) await setImmediate();
  }
  page.pdf.end();
  return bytes;
};
