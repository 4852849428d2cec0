// What an action of the viewer changes in how images are looked at. One place for the toolbar, the keyboard and menus.
import { type Display, resetDisplay } from './display.ts';
import { hasWindow, nudgedWindow, zoomBy } from './dragging.ts';
import { shownSize } from './painter.ts';
import type { ColourPicture, GrayPicture } from './picture.ts';
import type { Action } from './shortcuts.ts';
import { fitted, mirrored, oneToOne, turned } from './view.ts';

type Drawn = GrayPicture | ColourPicture;

const zoomStep = 1.25;
const middle = { x: 0, y: 0 };

const nudges: Readonly<Partial<Record<Action, readonly [-1 | 0 | 1, -1 | 0 | 1]>>> = {
  wider: [1, 0],
  narrower: [-1, 0],
  brighter: [0, -1],
  darker: [0, 1],
};

/** Actions that need no picture. */
const plain: Readonly<Partial<Record<Action, (display: Display) => Display>>> = {
  window: (display) => ({ ...display, tool: 'window' }),
  pan: (display) => ({ ...display, tool: 'pan' }),
  zoom: (display) => ({ ...display, tool: 'zoom' }),
  scroll: (display) => ({ ...display, tool: 'scroll' }),
  measure: (display) => ({ ...display, tool: 'measure' }),
  invert: (display) => ({ ...display, inverted: !display.inverted }),
  fit: (display) => ({ ...display, view: fitted(display.view) }),
  oneToOne: (display) => ({ ...display, view: oneToOne(display.view, window.devicePixelRatio) }),
  turn: (display) => ({ ...display, view: turned(display.view) }),
  mirror: (display) => ({ ...display, view: mirrored(display.view) }),
  reset: resetDisplay,
  text: (display) => ({ ...display, showText: !display.showText }),
  overlays: (display) => ({ ...display, showOverlays: !display.showOverlays }),
};

/** The display after an action; undefined where the action is about something else. */
export const performed = (
  action: Action,
  display: Display,
  picture: Drawn | undefined,
  pane: { readonly width: number; readonly height: number },
): Display | undefined => {
  const change = plain[action];
  if (change) return change(display);
  if (picture === undefined) return undefined;
  const nudge = nudges[action];
  if (nudge) return hasWindow(picture) ? nudgedWindow(display, picture, ...nudge) : undefined;
  if (action === 'zoomIn') return zoomBy(display, zoomStep, middle, shownSize(picture), pane);
  if (action === 'zoomOut') return zoomBy(display, 1 / zoomStep, middle, shownSize(picture), pane);
  return undefined;
};
