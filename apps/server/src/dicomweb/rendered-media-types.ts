// What frames are rendered as: one list for what is made, for capabilities and for the statement. PS3.18 Table 8.7.4-1.
import { animationFormats, pictureFormats, videoFormat } from '@concord/imaging/node';

/** The Single Frame Image category, of which a study or a series may have several in an answer. */
export const stillMediaTypes = pictureFormats;

/** What shows several frames of one instance one after the other. */
export const movingMediaTypes = [...animationFormats, videoFormat] as const;
export type MovingMediaType = (typeof movingMediaTypes)[number];

export const renderedMediaTypes = [...stillMediaTypes, videoFormat] as const;
export type RenderedMediaType = (typeof renderedMediaTypes)[number];

export const isMoving = (mediaType: RenderedMediaType): mediaType is MovingMediaType =>
  movingMediaTypes.some((one) => one === mediaType);
export const isStill = (mediaType: RenderedMediaType): mediaType is (typeof stillMediaTypes)[number] =>
  stillMediaTypes.some((one) => one === mediaType);
