// A structured report as a page or as plain text: its content tree with names, values and units, in order. PS3.3 C.17.3.
import type { DataSet } from '@concord/dicom';

/** Deeper than any template goes; what lies below is not shown. */
const maximumDepth = 32;
const maximumItems = 20_000;

interface Line {
  readonly depth: number;
  readonly isHeading: boolean;
  readonly name: string;
  readonly value: string;
}

/** HTML 5 with nothing but headings, lists and text. */
export const reportPage = (report: DataSet): string => {
  const title = escaped(titleOf(report));
  const items = linesOf(report).map(({ depth, isHeading, name, value }) => {
    const text = isHeading ? `<strong>${escaped(name)}</strong>` : `${escaped(name)}: ${escaped(value)}`;
    return `<p style="margin-left:${depth * 1.5}em">${text}</p>`;
  });
  const about = aboutOf(report).map((line) => `<p>${escaped(line)}</p>`);
  return `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${about.join('')}<hr>${items.join('')}</body></html>`;
};

export const reportText = (report: DataSet): string => {
  const items = linesOf(report).map(
    ({ depth, isHeading, name, value }) => `${'  '.repeat(depth)}${isHeading ? name : `${name}: ${value}`}`,
  );
  return `${[titleOf(report), ...aboutOf(report), '', ...items].join('\n')}\n`;
};

const meaning = (item: DataSet, sequence: string): string => item.items(sequence)[0]?.string('CodeMeaning') ?? '';

const titleOf = (report: DataSet): string => meaning(report, 'ConceptNameCodeSequence') || 'Report';

/** Whose it is, of when, and whether somebody stands by it. */
const aboutOf = (report: DataSet): readonly string[] =>
  [
    [report.string('PatientName'), report.string('PatientID')],
    [report.string('ContentDate'), report.string('ContentTime')],
    [report.string('CompletionFlag'), report.string('VerificationFlag')],
  ].flatMap((values) => values.filter((value) => value !== undefined).join('  ') || []);

const linesOf = (report: DataSet): readonly Line[] => {
  const lines: Line[] = [];
  const walk = (parent: DataSet, depth: number): void => {
    for (const item of parent.items('ContentSequence')) {
      if (lines.length >= maximumItems) return;
      const type = item.string('ValueType') ?? '';
      const name = meaning(item, 'ConceptNameCodeSequence') || type;
      lines.push({ depth, isHeading: type === 'CONTAINER', name, value: contentOf(item, type) });
      if (depth < maximumDepth) walk(item, depth + 1);
    }
  };
  walk(report, 0);
  return lines;
};

/** The value by the type of the content item. PS3.3 Table C.17.3-7. */
const contentOf = (item: DataSet, type: string): string => {
  switch (type) {
    case 'TEXT':
      return item.string('TextValue') ?? '';
    case 'CODE':
      return meaning(item, 'ConceptCodeSequence');
    case 'NUM':
      return measured(item.items('MeasuredValueSequence')[0]);
    case 'DATE':
      return item.string('Date') ?? '';
    case 'TIME':
      return item.string('Time') ?? '';
    case 'DATETIME':
      return item.string('DateTime') ?? '';
    case 'PNAME':
      return item.string('PersonName') ?? '';
    case 'UIDREF':
      return item.string('UID') ?? '';
    case 'IMAGE':
    case 'COMPOSITE':
    case 'WAVEFORM':
      return item.items('ReferencedSOPSequence')[0]?.string('ReferencedSOPInstanceUID') ?? '';
    case 'SCOORD':
    case 'SCOORD3D':
      return `${item.string('GraphicType') ?? ''} ${item.numbers('GraphicData').join(' ')}`;
    default:
      return '';
  }
};

const measured = (value: DataSet | undefined): string =>
  value === undefined
    ? ''
    : `${value.string('NumericValue') ?? ''} ${value.items('MeasurementUnitsCodeSequence')[0]?.string('CodeValue') ?? ''}`.trim();

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
