// How the images of a series are being looked at: chosen by the reader, kept from image to image.
import type { GrayscaleChoice, GrayscalePipeline, Window } from '@concord/imaging';
import type { StateChoice } from '../study/presentation-states.ts';
import { initialView, type View } from './view.ts';

export const tools = ['window', 'pan', 'zoom', 'scroll', 'measure'] as const;
/** What dragging with the left button or one finger does. */
export type Tool = (typeof tools)[number];

export interface Display {
  readonly tool: Tool;
  readonly view: View;
  /** The reader's window; undefined: each image's own. */
  readonly window: Window | undefined;
  /** The VOI table that was chosen from those of the image, by its place. */
  readonly voiLut: number | undefined;
  readonly inverted: boolean;
  readonly showText: boolean;
  readonly showOverlays: boolean;
  /** Which presentation state the images are shown with. */
  readonly state: StateChoice;
  /** Images that are for processing are drawn all the same. */
  readonly showRaw: boolean;
}

export const initialDisplay: Display = {
  tool: 'window',
  view: initialView,
  window: undefined,
  voiLut: undefined,
  inverted: false,
  showText: true,
  showOverlays: true,
  state: 'newest',
  showRaw: false,
};

/** Everything as the images themselves say; what one works with stays in hand. */
export const resetDisplay = (display: Display): Display => ({
  ...initialDisplay,
  tool: display.tool,
  showText: display.showText,
  showOverlays: display.showOverlays,
  state: display.state,
  showRaw: display.showRaw,
});

/** What decides on the greys alone. */
type Grays = Pick<Display, 'window' | 'voiLut' | 'inverted'>;

/** What the pipeline is to draw. */
export const choiceOf = ({ window, voiLut, inverted }: Grays, pipeline: GrayscalePipeline): GrayscaleChoice => {
  const lut = voiLut === undefined ? undefined : pipeline.voiLuts[voiLut];
  if (window !== undefined) return { window, invert: inverted };
  return { ...(lut === undefined ? {} : { voiLut: lut }), invert: inverted };
};

/** The window in force; undefined where a VOI table is. */
export const windowInForce = (
  { window, voiLut }: Omit<Grays, 'inverted'>,
  pipeline: GrayscalePipeline,
): Window | undefined => {
  if (window !== undefined) return window;
  const usesLut = (voiLut !== undefined && pipeline.voiLuts[voiLut] !== undefined) || pipeline.windows.length === 0;
  return usesLut && pipeline.voiLuts.length > 0 ? undefined : pipeline.initialWindow;
};
