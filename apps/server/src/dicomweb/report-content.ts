// A structured report as lines: its content tree with names, values and units, in order. PS3.3 C.17.3.
import type { DataSet } from '@concord/dicom';

/** Deeper than any template goes; what lies below is not shown. */
const maximumDepth = 32;
const maximumItems = 20_000;

export interface ReportLine {
  readonly depth: number;
  readonly isHeading: boolean;
  readonly name: string;
  readonly value: string;
}

export interface ReportContent {
  readonly title: string;
  /** Whose it is, of when, and whether somebody stands by it. */
  readonly about: readonly string[];
  readonly lines: readonly ReportLine[];
}

export const reportContent = (report: DataSet): ReportContent => ({
  title: meaning(report, 'ConceptNameCodeSequence') || 'Report',
  about: aboutOf(report),
  lines: linesOf(report),
});

const meaning = (item: DataSet, sequence: string): string => item.items(sequence)[0]?.string('CodeMeaning') ?? '';

const aboutOf = (report: DataSet): readonly string[] =>
  [
    [report.string('PatientName'), report.string('PatientID')],
    [report.string('ContentDate'), report.string('ContentTime')],
    [report.string('CompletionFlag'), report.string('VerificationFlag')],
  ].flatMap((values) => values.filter((value) => value !== undefined).join('  ') || []);

const linesOf = (report: DataSet): readonly ReportLine[] => {
  const lines: ReportLine[] = [];
  const walk = (parent: DataSet, depth: number): void => {
    for (const item of parent.items('ContentSequence')) {
      if (lines.length >= maximumItems) return;
      const type = item.string('ValueType') ?? '';
      const name = meaning(item, 'ConceptNameCodeSequence') || type;
      lines.push({ depth, isHeading: type === 'CONTAINER', name, value: contentValue(item, type) });
      if (depth < maximumDepth) walk(item, depth + 1);
    }
  };
  walk(report, 0);
  return lines;
};

/** The value by the type of the content item. PS3.3 Table C.17.3-7. */
const contentValue = (item: DataSet, type: string): string => {
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
