// How an image lies in its pane: size, place, turned, mirrored. All lengths are CSS pixels; y grows downwards.

export interface View {
  /** CSS pixels per image column; undefined: as large as fits. */
  readonly zoom: number | undefined;
  /** Of the image's middle, from the middle of the pane. */
  readonly panX: number;
  readonly panY: number;
  /** Quarter turns clockwise, after mirroring. */
  readonly turns: 0 | 1 | 2 | 3;
  /** Left and right are changed over, before turning. */
  readonly mirrored: boolean;
}

export const initialView: View = { zoom: undefined, panX: 0, panY: 0, turns: 0, mirrored: false };

export interface Size {
  readonly width: number;
  readonly height: number;
}

const smallestZoom = 0.02;
const largestZoom = 64;
const clampZoom = (zoom: number): number => Math.min(largestZoom, Math.max(smallestZoom, zoom));

/** The zoom at which the whole image is just seen. */
export const fittingZoom = (image: Size, pane: Size, turns: View['turns'] = 0): number => {
  const [width, height] = turns % 2 === 0 ? [image.width, image.height] : [image.height, image.width];
  if (width <= 0 || height <= 0 || pane.width <= 0 || pane.height <= 0) return 1;
  return Math.min(pane.width / width, pane.height / height);
};

/** The zoom that is in force. */
export const zoomOf = (view: View, image: Size, pane: Size): number =>
  view.zoom ?? fittingZoom(image, pane, view.turns);

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Zooms by a factor; what lies under `point` (from the middle of the pane) stays there. */
export const zoomedAt = (view: View, factor: number, point: Point, image: Size, pane: Size): View => {
  const before = zoomOf(view, image, pane);
  const zoom = clampZoom(before * factor);
  const ratio = zoom / before;
  return {
    ...view,
    zoom,
    panX: point.x - (point.x - view.panX) * ratio,
    panY: point.y - (point.y - view.panY) * ratio,
  };
};

export const panned = (view: View, x: number, y: number, image: Size, pane: Size): View => ({
  ...view,
  zoom: zoomOf(view, image, pane),
  panX: view.panX + x,
  panY: view.panY + y,
});

/** One image column on one pixel of the screen. */
export const oneToOne = (view: View, pixelRatio: number): View => ({ ...view, zoom: 1 / pixelRatio, panX: 0, panY: 0 });

export const fitted = (view: View): View => ({ ...view, zoom: undefined, panX: 0, panY: 0 });

const turnsAfter = (turns: number): View['turns'] => {
  const rest = ((turns % 4) + 4) % 4;
  return rest === 1 ? 1 : rest === 2 ? 2 : rest === 3 ? 3 : 0;
};

export const turned = (view: View): View => ({
  ...view,
  turns: turnsAfter(view.turns + 1),
  panX: -view.panY,
  panY: view.panX,
});

/** Mirrors what is seen; of a turned image that is another axis than the one it is stored by. */
export const mirrored = (view: View): View => ({
  ...view,
  mirrored: !view.mirrored,
  turns: turnsAfter(-view.turns),
  panX: -view.panX,
});

/** The six numbers of a canvas transformation: x' = a x + c y + e, y' = b x + d y + f. */
export interface Matrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

const cosines = [1, 0, -1, 0] as const;
const sines = [0, 1, 0, -1] as const;

/** From image (columns to the right, rows downwards, the corner at 0, 0) to the pane (its corner at 0, 0). */
export const matrixOf = (view: View, image: Size, pane: Size): Matrix => {
  const zoom = zoomOf(view, image, pane);
  const [cos, sin] = [cosines[view.turns], sines[view.turns]];
  const sign = view.mirrored ? -1 : 1;
  const [a, b, c, d] = [zoom * cos * sign, zoom * sin * sign, -zoom * sin, zoom * cos];
  const [middleX, middleY] = [image.width / 2, image.height / 2];
  return {
    ...{ a, b, c, d },
    e: pane.width / 2 + view.panX - a * middleX - c * middleY,
    f: pane.height / 2 + view.panY - b * middleX - d * middleY,
  };
};

/** Where in the pane a point of the image lies. */
export const panePoint = ({ a, b, c, d, e, f }: Matrix, { x, y }: Point): Point => ({
  x: a * x + c * y + e,
  y: b * x + d * y + f,
});

/** Where in the image a point of the pane lies. */
export const imagePoint = ({ a, b, c, d, e, f }: Matrix, { x, y }: Point): Point => {
  const determinant = a * d - b * c;
  const [dx, dy] = [x - e, y - f];
  return { x: (d * dx - c * dy) / determinant, y: (a * dy - b * dx) / determinant };
};
