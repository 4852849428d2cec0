// The statement as one HTML file: printable, linked, without scripts. PS3.2 Annex A
import { escapeXml as literal } from '../diagram/svg.ts';
import { type Block, type Section, type StatementDocument, type Table, walk } from '../document/document.ts';

const style = `
:root { color-scheme: light; --line: #767676; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 0 auto; max-width: 72rem; padding: 1rem 2rem; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; break-after: avoid; }
h5, h6 { font-size: 1em; margin: 1.2rem 0 .4rem; }
.cover { min-height: 14rem; border-bottom: 2px solid; margin-bottom: 2rem; }
.cover h1 { font-size: 2.2rem; margin-bottom: 2rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; font-size: .9em; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; vertical-align: top; text-align: left; white-space: pre-line; overflow-wrap: anywhere; }
thead { display: table-header-group; }
thead th { background: #eee; }
tr { break-inside: avoid; }
tbody th { background: #f6f6f6; }
figure { margin: 1rem 0; overflow-x: auto; }
svg { max-width: 100%; height: auto; }
nav ol { list-style: none; padding-left: 1.2rem; }
a { color: #0b4f9e; }
.banner { color: #595959; font-size: .85em; }
.notes { font-size: .9em; }
@page { size: A4; margin: 18mm 14mm; @bottom-right { content: counter(page); } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .cover { break-after: page; } a { color: inherit; } }
`;

/** Long words such as UIDs may break on screen and paper, and still copy as one. */
const cell = (text: string): string => literal(text).replaceAll('.', '.<wbr>');

function tableHtml({ anchor, title, columns, rows, notes }: Table): string {
  const body = rows.map((row) =>
    'heading' in row
      ? `<tr><th scope="colgroup" colspan="${columns.length}">${literal(row.heading)}</th></tr>`
      : `<tr>${row.map((value) => `<td>${cell(value)}</td>`).join('')}</tr>`,
  );
  const noted = notes.map(
    ({ number, text }) => `<p class="notes" id="${anchor}-note-${number}">Note ${number}: ${literal(text)}</p>`,
  );
  return `<table id="${anchor}"><caption>${literal(title)}</caption><thead><tr>${columns.map((column) => `<th scope="col">${literal(column)}</th>`).join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table>${noted.join('')}`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.link === undefined
        ? `<p>${literal(block.text)}</p>`
        : `<p><a href="${literal(block.link)}">${literal(block.text)}</a></p>`;
    case 'list':
      return block.items.length === 0
        ? ''
        : `<ul>${block.items.map((item) => `<li>${literal(item)}</li>`).join('')}</ul>`;
    case 'table':
      return tableHtml(block);
    case 'diagram':
      return `<figure id="${block.anchor}">${block.svg}<figcaption>${literal(block.title)}</figcaption></figure>`;
  }
}

const headingOf = ({ number, title }: Section): string => [number, title].filter(Boolean).join(' ');

const contents = (sections: readonly Section[]): string =>
  `<ol>${sections.map((each) => `<li><a href="#${each.anchor}">${literal(headingOf(each))}</a>${each.sections.length > 0 ? contents(each.sections) : ''}</li>`).join('')}</ol>`;

/** The whole document. */
export function renderHtml(document: StatementDocument): string {
  const body: string[] = [];
  for (const { section, depth } of walk(document.sections)) {
    const level = Math.min(depth + 1, 6);
    body.push(`<h${level} id="${section.anchor}">${literal(headingOf(section))}</h${level}>`);
    if (section.number === '2') body.push(`<nav aria-label="Table of Contents">${contents(document.sections)}</nav>`);
    body.push(...section.blocks.map(blockHtml));
  }
  const [title = document.title, ...cover] = document.cover;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${literal(document.title)}</title><style>${style}</style></head>
<body><header class="cover"><h1>${literal(title)}</h1>${cover.map((text) => `<p>${literal(text)}</p>`).join('')}</header>
<p class="banner">${literal(document.banner)}</p>
<main>
${body.join('\n')}
</main></body></html>
`;
}
