// Pieces of SVG: escaped text, boxes, ellipses, lines. Everything is drawn in user units of about one pixel.

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

/** A text broken into lines of about `width` characters. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** Lines of text around a centre. */
export function textAt(x: number, y: number, lines: readonly string[], anchor: 'middle' | 'start' = 'middle'): string {
  const top = y - ((lines.length - 1) * 15) / 2;
  const spans = lines
    .map((line, index) => `<tspan x="${x}" y="${top + index * 15}">${escapeXml(line)}</tspan>`)
    .join('');
  return `<text text-anchor="${anchor}" dominant-baseline="central" font-size="12" font-family="sans-serif" fill="currentColor">${spans}</text>`;
}

export const box = (x: number, y: number, width: number, height: number): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="currentColor"/>`;

export const ellipse = (x: number, y: number, rx: number, ry: number): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="none" stroke="currentColor"/>`;

export const line = (
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  options: { dashed?: boolean; arrow?: boolean } = {},
): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="currentColor"${options.dashed ? ' stroke-dasharray="6 4"' : ''}${options.arrow ? ' marker-end="url(#arrow)"' : ''}/>`;

/** A whole drawing with its words for who cannot see it. */
export function drawing(
  width: number,
  height: number,
  title: string,
  description: string,
  parts: readonly string[],
): string {
  const arrow =
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 10 5 0 10z" fill="currentColor"/></marker></defs>';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img"><title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>${arrow}${parts.join('')}</svg>`;
}
