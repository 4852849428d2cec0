// Drawings as SVG.
import { type Drawing, lineHeight, type Shape } from './shapes.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML and HTML; characters that XML does not allow are replaced. */
export const escapeXml = (text: string): string =>
  text
    .replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

const textSvg = ({ x, y, lines }: Extract<Shape, { kind: 'text' }>): string => {
  const top = y - ((lines.length - 1) * lineHeight) / 2;
  const spans = lines
    .map((line, index) => `<tspan x="${x}" y="${top + index * lineHeight}">${escapeXml(line)}</tspan>`)
    .join('');
  return `<text text-anchor="middle" dominant-baseline="central" font-size="12" font-family="sans-serif" fill="currentColor">${spans}</text>`;
};

function shapeSvg(shape: Shape, arrow: string): string {
  switch (shape.kind) {
    case 'box':
      return `<rect x="${shape.x}" y="${shape.y}" width="${shape.width}" height="${shape.height}" fill="none" stroke="currentColor"/>`;
    case 'ellipse':
      return `<ellipse cx="${shape.x}" cy="${shape.y}" rx="${shape.rx}" ry="${shape.ry}" fill="none" stroke="currentColor"/>`;
    case 'text':
      return textSvg(shape);
    case 'line': {
      const dashes = shape.dashed ? ' stroke-dasharray="6 4"' : shape.dotted ? ' stroke-dasharray="1 4"' : '';
      const start = shape.bothEnds ? ` marker-start="url(#${arrow})"` : '';
      const end = shape.arrow || shape.bothEnds ? ` marker-end="url(#${arrow})"` : '';
      return `<line x1="${shape.x1}" y1="${shape.y1}" x2="${shape.x2}" y2="${shape.y2}" stroke="currentColor"${dashes}${start}${end}/>`;
    }
  }
}

/** What a drawing is called, and the same in words. */
export interface DrawingText {
  /** Of the diagram: names inside it are its own, whatever else stands on the page. */
  readonly anchor: string;
  readonly title: string;
  readonly description: string;
}

/** A whole drawing with its words for who cannot see it. */
export function svgOf({ width, height, shapes }: Drawing, { anchor, title, description }: DrawingText): string {
  const id = `arrow-${anchor}`;
  const arrow = `<defs><marker id="${id}" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="currentColor"/></marker></defs>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img"><title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>${arrow}${shapes.map((shape) => shapeSvg(shape, id)).join('')}</svg>`;
}
