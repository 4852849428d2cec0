// Frames laid on each other by a blending presentation state, as a picture file: what is asked for, and how a worker draws it. PS3.3 A.33.4.
import type { DataSet } from '@concord/dicom';
import type { DecodedFrame } from '../codecs/codec.ts';
import type { CodecModules } from '../codecs/modules.ts';
import { describeImage } from '../image-description.ts';
import { annotationSvg } from '../presentation/annotation-svg.ts';
import { blendSamples, partsAt, readBlending } from '../presentation/blending.ts';
import { type Captions, captionSvg } from '../presentation/caption-svg.ts';
import { readPlane } from '../presentation/plane.ts';
import { laidOut, readLayout } from '../presentation/present.ts';
import { type Rendering, renderingOf } from '../rendering.ts';
import { drawPicture, type PictureOptions } from './picture.ts';
import type { BlendedTask, BlendTask, FrameTask, TaskResult } from './tasks.ts';

/** A frame as it stands in its data set. */
export interface BlendFrame {
  /** The data set up to Pixel Data. */
  readonly header: DataSet;
  readonly transferSyntaxUid: string;
  /** Read only where the frame is needed. */
  encoded(): Promise<Uint8Array>;
  /** From 1. */
  readonly frameNumber: number;
  readonly pixelDataVr?: string;
}

export interface BlendRequest extends Pick<PictureOptions, 'format' | 'quality' | 'viewport'> {
  readonly presentationState: DataSet;
  readonly underlying: BlendFrame;
  /** One of the same size, or a stack, of which the slices at the place of the underlying one are used; may be none. */
  readonly superimposed: readonly BlendFrame[];
  /** Written over the picture. */
  readonly captions?: Captions;
  readonly signal?: AbortSignal;
}

const referenced = ({ header, frameNumber }: BlendFrame) => ({
  sopInstanceUid: header.string('SOPInstanceUID') ?? '',
  frameNumber,
  image: describeImage(header),
});

/** Where a frame lies, and how the state shows it. */
function placed(frame: BlendFrame, rendering: Rendering | undefined) {
  const plane = readPlane(frame.header, frame.frameNumber);
  const image = describeImage(frame.header);
  return { frame, image, rendering: rendering ?? renderingOf(frame.header, image), ...(plane ? { plane } : {}) };
}

async function taskOf({ frame, image, rendering, plane }: ReturnType<typeof placed>): Promise<BlendedTask> {
  const { transferSyntaxUid, frameNumber, pixelDataVr } = frame;
  return {
    image,
    transferSyntaxUid,
    encoded: await frame.encoded(),
    frameNumber,
    rendering,
    ...(plane ? { plane } : {}),
    ...(pixelDataVr === undefined ? {} : { pixelDataVr }),
  };
}

/** What a worker gets of a request. Throws ImagingError 'bad-request' where the state cannot blend such frames. */
export async function blendTask(request: BlendRequest): Promise<BlendTask> {
  const { presentationState, underlying, superimposed, format, quality, viewport, captions } = request;
  const below = referenced(underlying);
  const reading = readBlending(presentationState, below, superimposed.map(referenced));
  const { pixelAspectRatio } = renderingOf(underlying.header, below.image, below.frameNumber);
  const layout = readLayout(presentationState, below);
  const ownRatio = { pixelAspectRatio: layout.area?.pixelAspectRatio ?? pixelAspectRatio };
  const lower = placed(underlying, { ...reading.underlying, ...ownRatio });
  const stack = superimposed.map((frame, index) => placed(frame, reading.superimposed[index]));
  const parts = [];
  for (const { item, share } of partsAt(lower, stack)) parts.push({ item: await taskOf(item), share });
  return {
    kind: 'blend',
    underlying: await taskOf(lower),
    superimposed: parts,
    opacity: reading.opacity,
    layout,
    ...(captions ? { captions } : {}),
    picture: { format, ...(quality === undefined ? {} : { quality }), ...(viewport ? { viewport } : {}) },
  };
}

/** Decodes, blends and draws. */
export async function drawBlended(
  { underlying, superimposed, opacity, layout, captions, picture }: BlendTask,
  decoded: (task: FrameTask) => Promise<DecodedFrame>,
  modules: CodecModules,
): Promise<TaskResult> {
  const below = { ...underlying, frame: await decoded(underlying) };
  const parts = [];
  for (const { item, share } of superimposed) parts.push({ item: { ...item, frame: await decoded(item) }, share });
  const presented = laidOut(blendSamples(below, parts, opacity), layout);
  const { placement } = presented;
  const isAnnotated = layout.layers.some(({ objects }) => objects.length > 0);
  const overprint = (columns: number, rows: number): string =>
    annotationSvg(layout.layers, { placement, columns, rows });
  const trimmings = {
    overprint: isAnnotated ? overprint : undefined,
    captions: captions && ((columns: number, rows: number) => captionSvg(captions, columns, rows)),
  };
  const bytes = await drawPicture(presented, picture, trimmings, { modules });
  return { kind: 'done', bytes, photometricInterpretation: 'RGB', reversible: picture.format === 'image/png' };
}
