// One thread of the pool: decodes, renders and transcodes single frames with codecs of its own.
import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { DecodedFrame } from '../codecs/codec.ts';
import { createCodecModules } from '../codecs/modules.ts';
import { cellsAsDescribed } from '../codecs/native.ts';
import { codecOf } from '../codecs/table.ts';
import { dataWindow } from '../data-window.ts';
import { decodeFrame, frameBytes } from '../frames.ts';
import { ImagingError } from '../imaging-error.ts';
import { createCellTables, plainGray } from '../plain-gray.ts';
import { annotationSvg } from '../presentation/annotation-svg.ts';
import { captionSvg } from '../presentation/caption-svg.ts';
import { subtracted } from '../presentation/mask.ts';
import { presentSamples } from '../presentation/present.ts';
import { recolouredFrame } from '../recolour-frame.ts';
import { type RenderedFrame, renderSamples, withPlanes } from '../render.ts';
import type { Rendering } from '../rendering.ts';
import { drawAnimation } from './animation.ts';
import { drawBlended } from './blend.ts';
import { codecFiles } from './codec-files.ts';
import { drawPicture, drawPixels } from './picture.ts';
import { createPixelMemory } from './pixel-memory.ts';
import type {
  AnimateTask,
  DecodeTask,
  FrameTask,
  PixelsTask,
  RecolourTask,
  RenderTask,
  Task,
  TaskResult,
  TranscodeTask,
  VideoTask,
} from './tasks.ts';

const modules = createCodecModules(codecFiles);
/** A codec that one large frame has blown up is not kept: bytes of its memory. */
const keptMemory = 256 << 20;

const decoded = ({ image, transferSyntaxUid, encoded, frameNumber, pixelDataVr }: FrameTask, reduce = 0) =>
  decodeFrame(image, transferSyntaxUid, encoded, {
    modules,
    reduce,
    ...(frameNumber === undefined ? {} : { frameNumber }),
    ...(pixelDataVr === undefined ? {} : { pixelDataVr }),
  });

async function decode(task: DecodeTask | TranscodeTask): Promise<TaskResult> {
  const frame = await decoded(task);
  const { photometricInterpretation } = frame;
  const whole = frameBytes(frame);
  const asDescribed = task.kind === 'decode' && task.asDescribed;
  const length = codecOf(task.transferSyntaxUid)?.encapsulated ? undefined : task.encoded.length;
  const bytes = asDescribed ? cellsAsDescribed(whole, task.image, frame, length) : whole;
  return { kind: 'done', bytes, photometricInterpretation, reversible: true };
}

/** How often the frame may be halved and still fill the viewport; not where other planes have to fit on it. */
function reductionFor({ image, rendering, picture, state }: RenderTask | PixelsTask): number {
  const { viewport } = picture;
  const { overlays, padding, palette, shutter, voiLuts, windows } = rendering;
  if (!viewport || viewport.source || state || overlays.length > 0 || shutter) return 0;
  // The middle of two indexes is a third colour; that of a value and of padding would count where the window is made from the data.
  if (palette || (padding && windows.length === 0 && voiLuts.length === 0)) return 0;
  const spare = Math.min(image.columns / viewport.columns, image.rows / viewport.rows);
  return spare < 2 ? 0 : Math.floor(Math.log2(spare));
}

/** The difference of contrast and mask where the state asks for one; else the frame as it is. */
async function withoutMask(task: RenderTask | PixelsTask) {
  const { mask, rendering } = task;
  if (!mask) return { frame: await decoded(task, reductionFor(task)), rendering };
  const frames = async (numbers: readonly number[]): Promise<DecodedFrame[]> => {
    const found = [];
    for (const frameNumber of numbers) {
      const encoded = mask.encoded.get(frameNumber);
      if (!encoded) throw new ImagingError('no-such-frame', `${frameNumber}`);
      found.push(await decoded({ ...task, encoded, frameNumber }));
    }
    return found;
  };
  const frame = subtracted(await frames(mask.contrastFrames), await frames(mask.maskFrames), mask, rendering.modality);
  const identity: Rendering['modality'] = { kind: 'identity' };
  return { frame, rendering: { ...rendering, modality: identity } };
}

/** A frame rendered, with what goes with it when it is drawn. */
async function rendered(task: RenderTask | PixelsTask) {
  const { frame, rendering } = await withoutMask(task);
  const { choice, state, captions } = task;
  const presented = state ? presentSamples(frame, rendering, state, choice) : undefined;
  const isAnnotated = state?.layers.some(({ objects }) => objects.length > 0) ?? false;
  const overprint = (columns: number, rows: number): string =>
    presented && state ? annotationSvg(state.layers, { placement: presented.placement, columns, rows }) : '';
  return {
    frame,
    picture: presented ?? renderSamples(frame, rendering, choice),
    trimmings: {
      overprint: isAnnotated ? overprint : undefined,
      captions: captions && ((columns: number, rows: number) => captionSvg(captions, columns, rows)),
      iccProfile: rendering.iccProfile,
    },
  };
}

const tables = createCellTables();
const memory = createPixelMemory();

/** Most pictures: a grey frame as it lies in the file, by one look-up for each pixel. */
function plain(task: RenderTask) {
  const { image, rendering, choice, captions, state, mask } = task;
  const pixels = state || mask ? undefined : plainGray(task, { rendering, choice, tables }, memory);
  if (!pixels) return undefined;
  const picture: RenderedFrame = withPlanes({ pixels, channels: 1 }, image, rendering, choice);
  const drawn = captions && ((columns: number, rows: number) => captionSvg(captions, columns, rows));
  return { picture, trimmings: { captions: drawn } };
}

async function render(task: RenderTask): Promise<TaskResult> {
  const { picture, trimmings } = plain(task) ?? (await rendered(task));
  const { encoded, inPlace } = task;
  const place = (length: number) =>
    inPlace && length <= encoded.length ? encoded.subarray(0, length) : new Uint8Array(length);
  const bytes = await drawPicture(picture, task.picture, trimmings, { modules, place });
  if (inPlace && bytes.buffer === encoded.buffer) return { kind: 'placed', length: bytes.length };
  const photometricInterpretation = picture.channels === 1 ? 'MONOCHROME2' : 'RGB';
  return { kind: 'done', bytes, photometricInterpretation, reversible: task.picture.format === 'image/png' };
}

async function drawForAnimation(task: PixelsTask): Promise<TaskResult> {
  const { frame, picture, trimmings } = await rendered(task);
  const { pixels, ...size } = await drawPixels(picture, task.picture, trimmings);
  const { windows, voiLuts } = task.rendering;
  const isMade = !task.choice.window && !task.choice.voiLut && windows.length === 0 && voiLuts.length === 0;
  const madeWindow = isMade && frame.samplesPerPixel === 1 ? { madeWindow: dataWindow(frame, task.rendering) } : {};
  const photometricInterpretation = picture.channels === 1 ? 'MONOCHROME2' : 'RGB';
  return { kind: 'done', bytes: pixels, photometricInterpretation, reversible: true, size, ...madeWindow };
}

async function animate({ animation }: AnimateTask): Promise<TaskResult> {
  const bytes = await drawAnimation(animation);
  return { kind: 'done', bytes, photometricInterpretation: 'RGB', reversible: false };
}

async function video({ frames, quality }: VideoTask): Promise<TaskResult> {
  const { encodeFrames } = await import('./video-frames.ts');
  const { bytes, ...video } = await encodeFrames(frames, quality, async (task) => {
    const { picture, trimmings } = await rendered(task);
    return drawPixels(picture, task.picture, trimmings);
  });
  return { kind: 'done', bytes, photometricInterpretation: 'YBR_PARTIAL_420', reversible: false, video };
}

async function transcode(task: TranscodeTask): Promise<TaskResult> {
  const entry = codecOf(task.target);
  if (entry && !entry.encapsulated) return decode(task);
  if (!entry?.encodes || !entry.codec.encode) throw new ImagingError('unsupported-syntax', `to ${task.target}`);
  const encoded = await entry.codec.encode(await decoded(task), task.target, task.options, modules);
  return { kind: 'done', ...encoded };
}

async function recolour(task: RecolourTask): Promise<TaskResult> {
  const bytes = recolouredFrame(await decoded(task), task.step);
  const photometricInterpretation = task.step.kind === 'RGB' || task.step.kind === 'thrice' ? 'RGB' : 'MONOCHROME2';
  return { kind: 'done', bytes, photometricInterpretation, reversible: true };
}

async function run(task: Task): Promise<TaskResult> {
  try {
    switch (task.kind) {
      case 'decode':
        return await decode(task);
      case 'render':
        return await render(task);
      case 'pixels':
        return await drawForAnimation(task);
      case 'blend':
        return await drawBlended(task, decoded, modules);
      case 'animate':
        return await animate(task);
      case 'video':
        return await video(task);
      case 'recolour':
        return await recolour(task);
      case 'transcode':
        return await transcode(task);
    }
  } catch (error) {
    if (error instanceof ImagingError) return { kind: 'failed', fault: error.fault, detail: error.detail };
    return { kind: 'failed', fault: 'internal', detail: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * True where bytes may be handed over without a copy: the whole of an ArrayBuffer made here. Buffers of Node.js and of
 * sharp belong to a pool or to native code and cannot leave the thread.
 */
const isOwned = (bytes: Uint8Array, task: Task): boolean =>
  !(bytes instanceof Buffer) &&
  bytes.byteLength === bytes.buffer.byteLength &&
  bytes.buffer instanceof ArrayBuffer &&
  !('encoded' in task && bytes.buffer === task.encoded.buffer);

/** Hands the bytes over, without a copy where that can be. */
export default async function work(task: Task): Promise<unknown> {
  const result = await run(task);
  await modules.trim(keptMemory);
  if (result.kind !== 'done') return result;
  const { bytes } = result;
  const owned = isOwned(bytes, task) ? bytes : new Uint8Array(bytes);
  return move({ [transferableSymbol]: [owned.buffer], [valueSymbol]: { ...result, bytes: owned } });
}
