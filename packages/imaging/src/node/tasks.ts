// What is posted to a worker and what comes back: plain data only.
import type { EncodeOptions } from '../codecs/codec.ts';
import type { GrayscaleChoice } from '../grayscale.ts';
import type { ImageDescription, PhotometricInterpretation } from '../image-description.ts';
import type { ImagingFault } from '../imaging-error.ts';
import type { Captions } from '../presentation/caption-svg.ts';
import type { MaskSubtraction } from '../presentation/mask.ts';
import type { Between, Plane } from '../presentation/plane.ts';
import type { StateLayout } from '../presentation/present.ts';
import type { PresentationState } from '../presentation/presentation-state.ts';
import type { RecolourStep } from '../recolour-frame.ts';
import type { RenderedFrame } from '../render.ts';
import type { Rendering } from '../rendering.ts';
import type { EncodedFrames } from '../video/encoded-frames.ts';
import type { Window } from '../window.ts';
import type { Animation } from './animation.ts';
import type { PictureOptions } from './picture.ts';

/** A frame as it stands in a data set. */
export interface FrameTask {
  readonly image: ImageDescription;
  readonly transferSyntaxUid: string;
  readonly encoded: Uint8Array;
  readonly frameNumber?: number;
  readonly pixelDataVr?: string;
}

/** To plain bytes. */
export interface DecodeTask extends FrameTask {
  readonly kind: 'decode';
  /** In pairs that share their colour and in planes, where the image is described so. Default: all samples of each pixel side by side. */
  readonly asDescribed?: true;
}

/** To a picture file. */
export interface RenderTask extends FrameTask {
  readonly kind: 'render';
  readonly rendering: Rendering;
  readonly choice: GrayscaleChoice & { readonly overlays?: boolean; readonly shutter?: boolean };
  readonly picture: PictureOptions;
  /** True where the picture may be put into the memory of `encoded`, which is shared. */
  readonly inPlace?: true;
  readonly captions?: Captions;
  /** A presentation state; `rendering` is then what it made of the image's own. */
  readonly state?: PresentationState;
  /** Frames to average and subtract, by number; the frame itself is among them. */
  readonly mask?: MaskSubtraction & { readonly encoded: ReadonlyMap<number, Uint8Array> };
}

/** To pixels of a size, for an animation. */
export interface PixelsTask extends Omit<RenderTask, 'kind' | 'picture' | 'inPlace'> {
  readonly kind: 'pixels';
  readonly picture: Omit<PictureOptions, 'format'>;
}

/** Many frames to one moving picture. */
export interface AnimateTask {
  readonly kind: 'animate';
  readonly animation: Animation;
}

/** Some frames of a video, of which each can be shown by itself. */
export interface VideoTask {
  readonly kind: 'video';
  readonly frames: readonly PixelsTask[];
  /** 1 to 100. */
  readonly quality: number;
}

/** To another transfer syntax; for a native one, to plain little endian bytes. */
export interface TranscodeTask extends FrameTask {
  readonly kind: 'transcode';
  readonly target: string;
  readonly options: EncodeOptions;
}

/** To plain bytes in another photometric interpretation. */
export interface RecolourTask extends FrameTask {
  readonly kind: 'recolour';
  readonly step: RecolourStep;
}

/** Frames on each other to a picture file. */
export interface BlendTask {
  readonly kind: 'blend';
  readonly underlying: BlendedTask;
  /** What lies at the place of the underlying frame, and how much of each. */
  readonly superimposed: readonly Between<BlendedTask>[];
  /** Of what lies above, 0..1. */
  readonly opacity: number;
  readonly layout: StateLayout;
  readonly captions?: Captions;
  readonly picture: PictureOptions;
}

/** A frame of a blending, how it is shown, and where it lies. */
export interface BlendedTask extends FrameTask {
  readonly rendering: Rendering;
  readonly plane?: Plane;
}

export type Task =
  | BlendTask
  | DecodeTask
  | RenderTask
  | PixelsTask
  | AnimateTask
  | VideoTask
  | RecolourTask
  | TranscodeTask;

/** What a worker answers. Errors are values: a class would lose itself on the way between threads. */
export type TaskResult =
  | {
      readonly kind: 'done';
      readonly bytes: Uint8Array;
      readonly photometricInterpretation: PhotometricInterpretation;
      readonly reversible: boolean;
      /** Of pixels: what they are. */
      readonly size?: Pick<RenderedFrame, 'rows' | 'columns' | 'channels'>;
      /** Of pixels: the window they were drawn with, where it was made from the data. */
      readonly madeWindow?: Window;
      /** Of a video: what `bytes` hold. */
      readonly video?: Omit<EncodedFrames, 'bytes'>;
    }
  /** So many bytes of what was asked for are in the memory that the task came with. */
  | { readonly kind: 'placed'; readonly length: number }
  | { readonly kind: 'failed'; readonly fault: ImagingFault; readonly detail: string };
