// One frame as a picture file, by the imaging pool. PS3.18 8.3.5, 8.7.4.
import { type DataSet, transferSyntax } from '@concord/dicom';
import { codecOf, ImagingError } from '@concord/imaging';
import type { LentMemory, PictureFormat, RenderRequest } from '@concord/imaging/node';
import type { StoredInstance } from '../archive/archive.ts';
import { swappedVr } from '../archive/conversion.ts';
import type { Stack } from './blended.ts';
import { captionsOf } from './captions.ts';
import { noFrame, noPicture } from './imaging-problem.ts';
import { notAcceptable } from './media-types.ts';
import type { DicomwebParts } from './parts.ts';
import type { RenderedParameters, Viewport } from './rendered-parameters.ts';

export interface PictureRequest {
  readonly instance: StoredInstance;
  /** From 1; undefined: the one that stands for the instance. */
  readonly number: number | undefined;
  readonly options: RenderedParameters;
  /** A presentation state that is for the frame: shown as it says. */
  readonly state?: DataSet | undefined;
  /** What lies over the frame, where the state blends. */
  readonly over?: Stack | undefined;
  readonly contentType: PictureFormat;
}

/** @throws HttpProblem not-found (no such frame), not-acceptable (no picture can be made of it), overloaded */
export const renderPicture = async (picture: PictureRequest, parts: DicomwebParts): Promise<Uint8Array> =>
  (await draw(picture, parts, false)).bytes;

/** The same in memory that is used again when it is given back, after the picture has left. */
export const lendPicture = (picture: PictureRequest, parts: DicomwebParts): Promise<LentMemory> =>
  draw(picture, parts, true);

const draw = async (picture: PictureRequest, parts: DicomwebParts, isLent: boolean): Promise<LentMemory> => {
  const { instance, number, options, state, over, contentType } = picture;
  const { archive, imaging } = parts;
  const { transferSyntaxUid } = instance;
  checkDecodable(instance);
  if (state && over) return own(await blendPicture({ ...picture, state, over }, parts));
  const header = await archive.header(instance);
  const frameNumber = number ?? header.number('RepresentativeFrameNumber') ?? 1;
  const memory = await encodedFrame(instance, frameNumber, { archive, imaging });
  try {
    const request: RenderRequest = {
      header,
      transferSyntaxUid,
      encoded: memory.bytes,
      frameNumber,
      ...(await swappedVr(instance, archive)),
      format: contentType,
      ...shown(options, header, frameNumber),
      ...(state === undefined ? {} : { presentationState: state, frame: (other) => archive.frame(instance, other) }),
    };
    const isShared = isLent && memory.bytes.buffer instanceof SharedArrayBuffer;
    const drawn = isShared ? await imaging.lendPicture(request) : own(await imaging.render(request));
    memory.giveBack();
    return drawn;
  } catch (error) {
    return noPicture(error, { text: 'No picture can be made of it' }); // a thread may still be at the memory
  }
};

/** Memory that nobody waits for. */
const own = (bytes: Uint8Array): LentMemory => ({ bytes, giveBack: () => undefined });

/** A frame with the stack of a blending state over it. */
const blendPicture = async (
  {
    instance,
    number,
    options,
    state,
    over,
    contentType,
  }: PictureRequest & { readonly state: DataSet; readonly over: Stack },
  { archive, imaging }: DicomwebParts,
): Promise<Uint8Array> => {
  const header = await archive.header(instance);
  const frameNumber = number ?? header.number('RepresentativeFrameNumber') ?? 1;
  const encoded = () => archive.frame(instance, frameNumber).catch(noFrame);
  const { transferSyntaxUid } = instance;
  const { viewport, quality, captions } = shown(options, header, frameNumber);
  try {
    return await imaging.blend({
      presentationState: state,
      underlying: { header, transferSyntaxUid, frameNumber, encoded, ...(await swappedVr(instance, archive)) },
      superimposed: await over(),
      format: contentType,
      ...(viewport ? { viewport } : {}),
      ...(quality === undefined ? {} : { quality }),
      ...(captions ? { captions } : {}),
    });
  } catch (error) {
    const reason = error instanceof ImagingError && error.fault === 'bad-request' ? error.message : undefined;
    if (reason !== undefined) throw notAcceptable([], [], `The images cannot be blended: ${reason}`);
    return noPicture(error, { text: 'The images cannot be blended' });
  }
};

/** Native frames, which are the large ones, in memory that the threads see too. */
const encodedFrame = async (
  instance: StoredInstance,
  number: number,
  { archive, imaging }: Pick<DicomwebParts, 'archive' | 'imaging'>,
): Promise<LentMemory> => {
  const { encapsulated = true, deflated } = transferSyntax(instance.transferSyntaxUid) ?? {};
  if (encapsulated || deflated) {
    return own(await archive.frame(instance, number).catch(noFrame));
  }
  const frame = await archive.lendFrame(instance, number).catch(noFrame);
  const memory = imaging.lend(frame.length);
  try {
    await frame.readInto(memory.bytes);
    return memory;
  } catch (error) {
    memory.giveBack();
    return noFrame(error);
  }
};

/** Video is one stream, from which no frame can be taken here. @throws HttpProblem not-acceptable */
export const checkDecodable = ({ transferSyntaxUid }: StoredInstance): void => {
  if (codecOf(transferSyntaxUid) !== undefined) return;
  noPicture(new ImagingError('unsupported-syntax', transferSyntaxUid), { text: 'No picture can be made of it' });
};

/** The parameters as the pool takes them. */
export const shown = (
  { window, viewport, quality, profileUse, annotation }: RenderedParameters,
  header: DataSet,
  frame: number,
) => {
  const [rows, columns] = [header.number('Rows') ?? 1, header.number('Columns') ?? 1];
  const captions = annotation === undefined ? undefined : captionsOf(header, annotation, frame);
  return {
    ...(window === undefined ? {} : { window }),
    ...(viewport === undefined ? {} : { viewport: viewportOf(viewport, { rows, columns }) }),
    ...(quality === undefined ? {} : { quality }),
    ...(profileUse === undefined ? {} : { profileUse }),
    ...(captions === undefined ? {} : { captions }),
  };
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
