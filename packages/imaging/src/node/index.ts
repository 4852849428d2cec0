// The door for Node.js: worker threads, picture files, codecs from the installed packages.
export { codecFiles } from './codec-files.ts';
export {
  drawPicture,
  maximumSide,
  type PictureFormat,
  type PictureOptions,
  pictureFormats,
  type Viewport,
} from './picture.ts';
export {
  createImagingPool,
  type DecodeRequest,
  type ImagingPool,
  type PoolOptions,
  type RenderRequest,
  type TranscodeRequest,
} from './pool.ts';
export {
  type InstanceTranscoding,
  type TranscodedInstance,
  type TranscodeSource,
  transcodeInstance,
} from './transcode-instance.ts';
