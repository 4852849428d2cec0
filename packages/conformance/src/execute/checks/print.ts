// Checks of Print Management: the printer's state, and a film that is laid out and taken away without being printed. PS3.4 Annex H
import { DataSet } from '@concord/dicom';
import {
  type Association,
  bind,
  createFilmBox,
  createFilmSession,
  deleteFilmSession,
  getPrinter,
  type NormalizedResponse,
  type PrintMode,
  printEvents,
  printSopClasses,
  setImageBox,
  statusClass,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { byDifferences, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { queryContext } from './query.ts';

const side = 64;

function image(mode: PrintMode): DataSet {
  const colours = mode === 'color' ? 3 : 1;
  const inner = new DataSet();
  const values: Readonly<Record<string, string | number>> = {
    SamplesPerPixel: colours,
    PhotometricInterpretation: mode === 'color' ? 'RGB' : 'MONOCHROME2',
    Rows: side,
    Columns: side,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    ...(mode === 'color' && { PlanarConfiguration: 1 }),
  };
  for (const [keyword, value] of Object.entries(values)) inner.set(keyword, value);
  inner.set(
    'PixelData',
    Uint8Array.from({ length: side * side * colours }, (_, at) => (at % side) * 4),
    'OW',
  );
  const box = new DataSet();
  box.set('ImageBoxPosition', 1);
  box.set(mode === 'color' ? 'BasicColorImageSequence' : 'BasicGrayscaleImageSequence', [inner]);
  return box;
}

function filmBox(sessionUid: string): DataSet {
  const session = new DataSet();
  session.set('ReferencedSOPClassUID', printSopClasses.filmSession);
  session.set('ReferencedSOPInstanceUID', sessionUid);
  const box = new DataSet();
  box.set('ImageDisplayFormat', 'STANDARD\\1,1');
  box.set('ReferencedFilmSessionSequence', [session]);
  return box;
}

const works = ({ code }: NormalizedResponse): boolean => ['success', 'warning'].includes(statusClass(code));

/** Session, box, image; each step that does not work is a difference. The session takes everything with it. */
async function layOut(association: Association, mode: PrintMode): Promise<readonly string[]> {
  const session = await createFilmSession({ association, mode, dataSet: new DataSet() });
  const sessionUid = session.sopInstanceUid;
  if (!works(session) || sessionUid === undefined) return [`film session: ${statusWords(session)}`];
  try {
    const box = await createFilmBox({ association, mode, dataSet: filmBox(sessionUid) });
    if (!works(box)) return [`film box: ${statusWords(box)}`];
    const [reference] = box.dataSet?.items('ReferencedImageBoxSequence') ?? [];
    const imageBox = reference?.string('ReferencedSOPInstanceUID');
    if (imageBox === undefined) return ['film box: the answer names no image box'];
    const set = await setImageBox({ association, mode, sopInstanceUid: imageBox, dataSet: image(mode) });
    return works(set) ? [] : [`image box: ${statusWords(set)}`];
  } finally {
    if (!association.exchange.failure) await deleteFilmSession({ association, mode, sopInstanceUid: sessionUid });
  }
}

export async function print(run: RunContext, { variant, mode }: Extract<Check, { kind: 'print' }>): Promise<Outcome> {
  const expected = variant === 'printer' ? 'status 0000 with Printer Status' : 'success or a warning at each step';
  const meta = mode === 'color' ? printSopClasses.colorMeta : printSopClasses.grayscaleMeta;
  const events = bind(printEvents, { 'N-EVENT-REPORT': async () => ({ code: 0x0000 }) });
  try {
    await using association = await run.associate([queryContext(meta)], { services: [events] });
    if (variant === 'film') return byDifferences(expected, 'laid out and taken away', await layOut(association, mode));
    const answer = await getPrinter({ association, mode });
    const status = answer.dataSet?.string('PrinterStatus');
    return verdict(
      works(answer) && status !== undefined,
      expected,
      `${statusWords(answer)}, printer ${status ?? 'says nothing'}`,
    );
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
