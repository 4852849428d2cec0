// Drawings in PDF, as vectors; one that is higher than a page is made smaller.
import type { Drawing, Shape } from '../diagram/shapes.ts';
import { lineHeight } from '../diagram/shapes.ts';
import { margin, type PdfPage } from './pdf-page.ts';

const ink = '#1a1a1a';

function arrowHead(pdf: PDFKit.PDFDocument, from: readonly [number, number], to: readonly [number, number]): void {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const corner = (turn: number): [number, number] => [
    to[0] - 8 * Math.cos(angle + turn),
    to[1] - 8 * Math.sin(angle + turn),
  ];
  pdf.polygon([to[0], to[1]], corner(0.45), corner(-0.45)).fill(ink);
}

function draw(page: PdfPage, shape: Shape): void {
  const { pdf } = page;
  switch (shape.kind) {
    case 'box':
      pdf.rect(shape.x, shape.y, shape.width, shape.height).stroke(ink);
      break;
    case 'ellipse':
      pdf.ellipse(shape.x, shape.y, shape.rx, shape.ry).stroke(ink);
      break;
    case 'text': {
      const top = shape.y - (shape.lines.length * lineHeight) / 2;
      for (const [index, text] of shape.lines.entries())
        page.put(text, shape.x - page.widthOf(text, 'regular', 11) / 2, top + index * lineHeight, 'regular', 11);
      break;
    }
    case 'line': {
      if (shape.dashed) pdf.dash(6, { space: 4 });
      if (shape.dotted) pdf.dash(1, { space: 4 });
      pdf.moveTo(shape.x1, shape.y1).lineTo(shape.x2, shape.y2).stroke(ink).undash();
      if (shape.arrow || shape.bothEnds) arrowHead(pdf, [shape.x1, shape.y1], [shape.x2, shape.y2]);
      if (shape.bothEnds) arrowHead(pdf, [shape.x2, shape.y2], [shape.x1, shape.y1]);
      break;
    }
  }
}

/** The drawing at the next place that is high enough, or on a page of its own. */
export function writeDrawing(page: PdfPage, { width, height, shapes }: Drawing): void {
  const highest = page.bottom - margin.top;
  const scale = Math.min(page.width / width, highest / height, 1);
  page.need(height * scale);
  page.pdf.save().translate(margin.left, page.y).scale(scale).lineWidth(1);
  for (const shape of shapes) draw(page, shape);
  page.pdf.restore();
  page.y += height * scale + 10;
}
