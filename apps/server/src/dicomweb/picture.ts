// One frame as a picture file, by the imaging pool. PS3.18 8.3.5, 8.7.4.
import { ImagingError } from '@concord/imaging';
import { ArchiveError, type StoredInstance } from '../archive/archive.ts';
import { HttpProblem } from '../web/problem.ts';
import type { DicomwebParts } from './parts.ts';
import type { RenderedParameters, Viewport } from './rendered-parameters.ts';

export interface PictureRequest {
  readonly instance: StoredInstance;
  /** From 1; undefined: the one that stands for the instance. */
  readonly number: number | undefined;
  readonly options: RenderedParameters;
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/gif';
}

/** @throws HttpProblem not-found (no such frame), not-acceptable (no picture can be made of it), overloaded */
export const renderPicture = async (
  { instance, number, options, contentType }: PictureRequest,
  { archive, imaging }: DicomwebParts,
): Promise<Uint8Array> => {
  const { transferSyntaxUid } = instance;
  const header = await archive.header(instance);
  const frameNumber = number ?? header.number('RepresentativeFrameNumber') ?? 1;
  const encoded = await archive.frame(instance, frameNumber).catch(noFrame);
  const { window, viewport, quality } = options;
  const [rows, columns] = [header.number('Rows') ?? 1, header.number('Columns') ?? 1];
  return imaging
    .render({
      header,
      transferSyntaxUid,
      encoded,
      frameNumber,
      format: contentType,
      ...(window === undefined ? {} : { window }),
      ...(viewport === undefined ? {} : { viewport: viewportOf(viewport, { rows, columns }) }),
      ...(quality === undefined ? {} : { quality }),
    })
    .catch(noPicture);
};

/** Sizes that were left out reach the far edge of the image. */
const viewportOf = ({ columns, rows, region }: Viewport, image: { rows: number; columns: number }) => {
  if (region === undefined) return { columns, rows };
  const width = region.width ?? image.columns - region.left;
  const height = region.height ?? image.rows - region.top;
  return {
    columns,
    rows,
    source: {
      column: region.left,
      row: region.top,
      columns: region.flipHorizontally ? -width : width,
      rows: region.flipVertically ? -height : height,
    },
  };
};

const noFrame = (error: unknown): never => {
  if (!(error instanceof ArchiveError) || error.fault !== 'no-such-frame') throw error;
  throw new HttpProblem('not-found', error.message, { cause: error });
};

const noPicture = (error: unknown): never => {
  if (!(error instanceof ImagingError)) throw error;
  if (error.fault === 'bad-request') throw new HttpProblem('invalid-parameter', error.message, { cause: error });
  if (error.fault === 'queue-full' || error.fault === 'timeout') {
    throw new HttpProblem('overloaded', error.message, { headers: { 'retry-after': '1' }, cause: error });
  }
  if (error.fault === 'internal' || error.fault === 'closed') throw error;
  throw new HttpProblem('not-acceptable', `No picture can be made of it: ${error.message}`, { cause: error });
};
