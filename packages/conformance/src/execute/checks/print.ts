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
  printFilmBox,
  printFilmSession,
  printSopClasses,
  setImageBox,
  statusClass,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { byDifferences, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { queryContext } from './query.ts';

const side = 64;

type Print = Extract<Check, { kind: 'print' }>;

function image(mode: PrintMode, position: number): DataSet {
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
  box.set('ImageBoxPosition', position);
  box.set(mode === 'color' ? 'BasicColorImageSequence' : 'BasicGrayscaleImageSequence', [inner]);
  return box;
}

/** A film box of the session, with what a check adds. */
function filmBox(
  sessionUid: string,
  format: string,
  more: Readonly<Record<string, string | readonly DataSet[]>> = {},
): DataSet {
  const session = new DataSet();
  session.set('ReferencedSOPClassUID', printSopClasses.filmSession);
  session.set('ReferencedSOPInstanceUID', sessionUid);
  const box = new DataSet();
  box.set('ImageDisplayFormat', format);
  box.set('ReferencedFilmSessionSequence', [session]);
  for (const [keyword, value] of Object.entries(more)) box.set(keyword, value);
  return box;
}

const works = ({ code }: NormalizedResponse): boolean => ['success', 'warning'].includes(statusClass(code));

/** Ends a check with what did not work. */
class Step extends Error {
  constructor(what: string, answer?: NormalizedResponse) {
    super(answer ? `${what}: ${statusWords(answer)}` : what);
  }
}

interface Film {
  readonly association: Association;
  readonly mode: PrintMode;
  readonly sessionUid: string;
}

const needed = (what: string, answer: NormalizedResponse): NormalizedResponse => {
  if (!works(answer)) throw new Step(what, answer);
  return answer;
};

/** Image boxes that a format has: columns by rows, or the sum of its parts. PS3.3 C.13.3 */
function boxesOf(format: string): number | undefined {
  const [kind, text = ''] = format.split('\\');
  const numbers = text.split(',').map(Number);
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return undefined;
  if (kind === 'STANDARD') return numbers.reduce((product, each) => product * each, 1);
  return kind === 'ROW' || kind === 'COL' ? numbers.reduce((sum, each) => sum + each, 0) : undefined;
}

async function layOut(
  { association, mode, sessionUid }: Film,
  format: string,
  more?: Parameters<typeof filmBox>[2],
): Promise<NormalizedResponse> {
  const box = needed(
    'film box',
    await createFilmBox({ association, mode, dataSet: filmBox(sessionUid, format, more) }),
  );
  const references = box.dataSet?.items('ReferencedImageBoxSequence') ?? [];
  if (references.length === 0) throw new Step('film box: the answer names no image box');
  const wanted = boxesOf(format);
  if (wanted !== undefined && references.length !== wanted)
    throw new Step(`film box: ${references.length} image boxes, ${format} has ${wanted}`);
  for (const [index, reference] of references.entries()) {
    const sopInstanceUid = reference.string('ReferencedSOPInstanceUID');
    if (sopInstanceUid === undefined) throw new Step('film box: an image box without its UID');
    needed('image box', await setImageBox({ association, mode, sopInstanceUid, dataSet: image(mode, index + 1) }));
  }
  return box;
}

/** With a shape the printer needs no table. PS3.3 C.11.4 */
async function presentationLut(film: Film): Promise<void> {
  const { association } = film;
  const shape = new DataSet();
  shape.set('PresentationLUTShape', 'IDENTITY');
  const sopClassUid = printSopClasses.presentationLut;
  const made = needed('Presentation LUT', await association.nCreate({ sopClassUid, dataSet: shape }));
  const uid = made.sopInstanceUid;
  if (uid === undefined) throw new Step('Presentation LUT: the answer names none');
  const reference = new DataSet();
  reference.set('ReferencedSOPClassUID', sopClassUid);
  reference.set('ReferencedSOPInstanceUID', uid);
  await layOut(film, single, { ReferencedPresentationLUTSequence: [reference] });
  await association.nDelete({ sopClassUid, sopInstanceUid: uid });
}

async function annotation(film: Film): Promise<void> {
  const box = await layOut(film, single, { AnnotationDisplayFormatID: 'LABEL' });
  const [reference] = box.dataSet?.items('ReferencedBasicAnnotationBoxSequence') ?? [];
  const sopInstanceUid = reference?.string('ReferencedSOPInstanceUID');
  if (sopInstanceUid === undefined) throw new Step('film box: the answer names no annotation box');
  const text = new DataSet();
  text.set('AnnotationPosition', 1);
  text.set('TextString', 'ZZTEST');
  const sopClassUid = printSopClasses.annotationBox;
  needed('annotation box', await film.association.nSet({ sopClassUid, sopInstanceUid, dataSet: text }));
}

/** Prints, and asks for the job that the answer names. PS3.4 H.4.5 */
async function onPaper(film: Film, what: 'film' | 'session'): Promise<void> {
  const { association, mode, sessionUid } = film;
  const box = await layOut(film, single);
  const answer = needed(
    `${what} printed`,
    what === 'session'
      ? await printFilmSession({ association, mode, sopInstanceUid: sessionUid })
      : await printFilmBox({
          association,
          mode,
          ...(box.sopInstanceUid !== undefined && { sopInstanceUid: box.sopInstanceUid }),
        }),
  );
  const [job] = answer.dataSet?.items('(2100,0500)') ?? [];
  const uid = job?.string('ReferencedSOPInstanceUID');
  if (
    uid !== undefined &&
    association.accepted.some(({ abstractSyntax }) => abstractSyntax === printSopClasses.printJob)
  )
    needed('print job', await association.nGet({ sopClassUid: printSopClasses.printJob, sopInstanceUid: uid }));
}

async function unknownFormat({ association, mode, sessionUid }: Film): Promise<void> {
  const box = await createFilmBox({ association, mode, dataSet: filmBox(sessionUid, 'NOSUCHFORMAT\\9') });
  if (statusClass(box.code) !== 'failure') throw new Step('a format that does not exist', box);
}

const single = 'STANDARD\\1,1';

async function carryOut(film: Film, { variant, format = single }: Print): Promise<void> {
  if (variant === 'presentation LUT') return presentationLut(film);
  if (variant === 'annotation') return annotation(film);
  if (variant === 'print film') return onPaper(film, 'film');
  if (variant === 'print session') return onPaper(film, 'session');
  if (variant === 'unknown format') return unknownFormat(film);
  await layOut(film, format);
}

const events = bind(printEvents, { 'N-EVENT-REPORT': async () => ({ code: 0x0000 }) });

/** What a check needs beside the Meta SOP Class; a printer that lacks it refuses that context alone. */
const beside: Readonly<Partial<Record<Print['variant'], string>>> = {
  'presentation LUT': printSopClasses.presentationLut,
  annotation: printSopClasses.annotationBox,
  'print film': printSopClasses.printJob,
  'print session': printSopClasses.printJob,
};

function connected(run: RunContext, { mode, variant }: Print): Promise<Association> {
  const meta = mode === 'color' ? printSopClasses.colorMeta : printSopClasses.grayscaleMeta;
  const other = beside[variant];
  return run.associate([meta, ...(other === undefined ? [] : [other])].map(queryContext), { services: [events] });
}

async function session(association: Association, mode: PrintMode): Promise<Film> {
  const made = needed('film session', await createFilmSession({ association, mode, dataSet: new DataSet() }));
  if (made.sopInstanceUid === undefined) throw new Step('film session: the answer names none');
  return { association, mode, sessionUid: made.sopInstanceUid };
}

/** A session belongs to its association. PS3.4 H.3.3 */
async function lost(run: RunContext, check: Print): Promise<void> {
  const { mode } = check;
  const first = await connected(run, check);
  const film = await session(first, mode);
  first.abort();
  await using second = await connected(run, check);
  const box = await createFilmBox({ association: second, mode, dataSet: filmBox(film.sessionUid, single) });
  if (works(box)) throw new Step('the session of the lost association still takes a film box', box);
  const again = await session(second, mode);
  await deleteFilmSession({ association: second, mode, sopInstanceUid: again.sessionUid });
}

async function printer(run: RunContext, check: Print): Promise<Outcome> {
  const { mode } = check;
  await using association = await connected(run, check);
  const answer = await getPrinter({ association, mode });
  const status = answer.dataSet?.string('PrinterStatus');
  const observed = `${statusWords(answer)}, printer ${status ?? 'says nothing'}`;
  return verdict(works(answer) && status !== undefined, 'status 0000 with Printer Status', observed);
}

async function onFilm(run: RunContext, check: Print): Promise<void> {
  const { mode } = check;
  await using association = await connected(run, check);
  const film = await session(association, mode);
  try {
    await carryOut(film, check);
  } finally {
    // The session takes everything with it.
    if (!association.exchange.failure) await deleteFilmSession({ association, mode, sopInstanceUid: film.sessionUid });
  }
}

export async function print(run: RunContext, check: Print): Promise<Outcome> {
  const { variant } = check;
  const expected = variant === 'unknown format' ? 'a failure' : 'success or a warning at each step';
  try {
    if (variant === 'printer') return await printer(run, check);
    await (variant === 'lost' ? lost(run, check) : onFilm(run, check));
    return verdict(true, expected, 'done, and taken away');
  } catch (error) {
    return error instanceof Step ? byDifferences(expected, '', [error.message]) : outcomeOfError(error, expected);
  }
}
