// The door for Node.js: worker threads, picture files, codecs from the installed packages.

export { type AnimationFormat, animationFormats, videoFormat } from './animation.ts';
export type { BlendFrame, BlendRequest } from './blend.ts';
export { codecFiles } from './codec-files.ts';
export {
  drawPicture,
  maximumSide,
  type PictureFormat,
  type PictureOptions,
  type ProfileUse,
  pictureFormats,
  type Viewport,
} from './picture.ts';
export { createImagingPool, type ImagingPool, type PoolOptions } from './pool.ts';
export { type ReadPicture, readPicture } from './read-picture.ts';
export type {
  AnimateRequest,
  DecodeRequest,
  MovingRequest,
  RecolourRequest,
  RenderRequest,
  TranscodeRequest,
  VideoRequest,
} from './requests.ts';
export type { LentMemory } from './shared-memory.ts';
export {
  type InstanceTranscoding,
  type TranscodedInstance,
  type TranscodeSource,
  transcodeInstance,
} from './transcode-instance.ts';
export { createTurnstile, type Turnstile, type TurnstileLimits } from './turnstile.ts';
export type { Video } from './video.ts';
