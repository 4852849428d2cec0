// What a drag changes, tool by tool, counted from where it began.
import type { Window } from '@concord/imaging';
import { type Display, type Tool, windowInForce } from './display.ts';
import { shownSize } from './painter.ts';
import type { ColourPicture, GrayPicture } from './picture.ts';
import { type Point, panned, type Size, zoomedAt } from './view.ts';
import { draggedWindow } from './windowing.ts';

type Drawn = GrayPicture | ColourPicture;

/** Colours are shown as they are: there is no window to drag. */
export const hasWindow = (picture: Drawn): picture is GrayPicture => picture.kind === 'gray';

/** The window to begin with: the one in force, or the one made from the data where a table is. */
const beginning = (display: Display, picture: GrayPicture): Window =>
  windowInForce(display, picture.pipeline) ?? picture.pipeline.initialWindow;

export interface Drag {
  readonly now: Display;
  /** As it was when the drag began. */
  readonly started: Display;
  readonly tool: Tool;
  readonly x: number;
  readonly y: number;
  readonly picture: Drawn;
  readonly pane: Size;
}

export const draggedDisplay = ({ now, started, tool, x, y, picture, pane }: Drag): Display => {
  const image = shownSize(picture);
  if (tool === 'window' && hasWindow(picture)) {
    return { ...now, window: draggedWindow(beginning(started, picture), x, y), voiLut: undefined };
  }
  if (tool === 'zoom') {
    return { ...now, view: zoomedAt(started.view, Math.exp(-y / 150), { x: 0, y: 0 }, image, pane) };
  }
  return { ...now, view: panned(started.view, x, y, image, pane) };
};

export const zoomBy = (display: Display, factor: number, at: Point, image: Size, pane: Size): Display => ({
  ...display,
  view: zoomedAt(display.view, factor, at, image, pane),
});

export const panBy = (display: Display, x: number, y: number, image: Size, pane: Size): Display => ({
  ...display,
  view: panned(display.view, x, y, image, pane),
});

/** The window changed by one step of the keyboard: a twentieth of its width. */
export const nudgedWindow = (display: Display, picture: GrayPicture, x: -1 | 0 | 1, y: -1 | 0 | 1): Display => {
  const window = beginning(display, picture);
  const step = window.width / 20;
  return { ...display, window: draggedWindow(window, x, y, Math.max(step, 1e-6)), voiLut: undefined };
};
