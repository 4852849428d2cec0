// Annotations as SVG over a drawn picture: for a browser to show, for a server to burn in. Text from data sets is escaped.
import { cielabToRgb } from '../cielab.ts';
import type { GraphicLayer, GraphicObject, Point, TextObject, Units } from './annotation.ts';
import { compose, mapped, type Placement } from './placement.ts';
import { escaped } from './svg-text.ts';

/** The picture that lies below: a placement, drawn in so many pixels. */
export interface Canvas {
  readonly placement: Placement;
  readonly columns: number;
  readonly rows: number;
}

/** Layers without a recommended colour are drawn in this one. */
const defaultColour = '#ffff00';
const pointSize = 4;
const lineHeight = 1.2;

const hex = (level: number): string =>
  Math.min(255, Math.max(0, Math.round(level)))
    .toString(16)
    .padStart(2, '0');

function colourOf({ cielab, gray }: GraphicLayer): string {
  if (cielab) return `#${cielabToRgb(cielab).map(hex).join('')}`;
  return gray === undefined ? defaultColour : `#${hex(gray / 257).repeat(3)}`;
}

/** Image points go through the placement; shares of the displayed area stay where they are when the image turns. */
function project({ placement, columns, rows }: Canvas, units: Units): (point: Point) => readonly [number, number] {
  if (units === 'DISPLAY') return ({ x, y }) => [x * columns, y * rows];
  const scale = [columns / placement.columns, 0, 0, rows / placement.rows, 0, 0] as const;
  const matrix = compose(placement.matrix, scale);
  return ({ x, y }) => mapped(matrix, x, y);
}

const number = (value: number): string => String(Math.round(value * 100) / 100);
const pair = ([x, y]: readonly [number, number]): string => `${number(x)},${number(y)}`;

/** A smooth line through all points: Catmull-Rom, as cubic curves. */
function smoothPath(points: readonly (readonly [number, number])[]): string {
  const at = (index: number): readonly [number, number] =>
    points[Math.min(points.length - 1, Math.max(0, index))] ?? [0, 0];
  let path = `M${pair(at(0))}`;
  for (let index = 0; index + 1 < points.length; index += 1) {
    const [p0, p1, p2, p3] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const first = [p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6] as const;
    const second = [p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6] as const;
    path += `C${pair(first)} ${pair(second)} ${pair(p2)}`;
  }
  return path;
}

/** Both radii of a curve are taken from drawn points, so that it follows pixels that are not square. */
function ellipse(points: readonly (readonly [number, number])[]): string {
  const [a = [0, 0], b = [0, 0], c = [0, 0], d = [0, 0]] = points;
  const [cx, cy] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const major = Math.hypot(b[0] - a[0], b[1] - a[1]) / 2;
  const minor = Math.hypot(d[0] - c[0], d[1] - c[1]) / 2;
  const angle = (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;
  const place = `transform="translate(${pair([cx, cy])}) rotate(${number(angle)})"`;
  return `<ellipse ${place} rx="${number(major)}" ry="${number(minor)}"/>`;
}

/** A circle is its middle and a point on it; drawn as an ellipse in case the pixels are not square. */
function circlePoints([middle, rim]: readonly Point[]): readonly Point[] {
  if (!middle || !rim) return [];
  const radius = Math.hypot(rim.x - middle.x, rim.y - middle.y);
  const { x, y } = middle;
  return [
    { x: x - radius, y },
    { x: x + radius, y },
    { x, y: y - radius },
    { x, y: y + radius },
  ];
}

function graphic({ type, units, points, filled }: GraphicObject, canvas: Canvas): string {
  const place = project(canvas, units);
  const fill = filled ? ' fill="currentColor" fill-opacity="0.5"' : '';
  switch (type) {
    case 'POINT': {
      const [x, y] = place(points[0] ?? { x: 0, y: 0 });
      const [left, right, up, down] = [x - pointSize, x + pointSize, y - pointSize, y + pointSize].map(number);
      return `<path d="M${left},${number(y)}H${right}M${number(x)},${up}V${down}"/>`;
    }
    case 'POLYLINE':
      return `<polyline points="${points.map((point) => pair(place(point))).join(' ')}"${fill}/>`;
    case 'INTERPOLATED':
      return `<path d="${smoothPath(points.map(place))}"${fill}/>`;
    case 'CIRCLE':
      return `<g${fill}>${ellipse(circlePoints(points).map(place))}</g>`;
    case 'ELLIPSE':
      return `<g${fill}>${ellipse(points.map(place))}</g>`;
  }
}

const anchors = { LEFT: 'start', CENTER: 'middle', RIGHT: 'end' } as const;

/** Where text begins, how it is justified and how high its letters are. */
function textPlace({ box, anchor }: TextObject, canvas: Canvas, lines: number) {
  const natural = Math.max(10, Math.min(canvas.columns, canvas.rows) / 32);
  if (!box) {
    const [x, y] = anchor ? project(canvas, anchor.units)(anchor.point) : [0, 0];
    return { x: x + pointSize, y, size: natural, align: 'start' };
  }
  const place = project(canvas, box.units);
  const [a, b] = [place(box.from), place(box.to)];
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  const size = Math.max(8, Math.min(natural, (bottom - top) / (lines * lineHeight)));
  const x = { LEFT: left, CENTER: (left + right) / 2, RIGHT: right }[box.justification];
  return { x, y: top + size, size, align: anchors[box.justification] };
}

function text(object: TextObject, canvas: Canvas): string {
  const lines = object.text.split(/\r\n|\r|\n/).slice(0, 100);
  const { x, y, size, align } = textPlace(object, canvas, lines.length);
  const spans = lines.map((line, index) => {
    const down = number(y + index * size * lineHeight);
    return `<tspan x="${number(x)}" y="${down}">${escaped(line)}</tspan>`;
  });
  const body = `<text font-size="${number(size)}" text-anchor="${align}" stroke="none" fill="currentColor">${spans.join('')}</text>`;
  const { anchor, box } = object;
  if (!anchor?.visible || !box) return body;
  // A line from the text to what it is about.
  const [ax, ay] = project(canvas, anchor.units)(anchor.point);
  return `<path d="M${pair([x, y])}L${pair([ax, ay])}"/>${body}`;
}

const layerSvg = (layer: GraphicLayer, canvas: Canvas): string => {
  const objects = layer.objects.map((object) =>
    object.kind === 'text' ? text(object, canvas) : graphic(object, canvas),
  );
  const colour = colourOf(layer);
  return `<g data-layer="${escaped(layer.name)}" color="${colour}" stroke="${colour}" fill="none">${objects.join('')}</g>`;
};

/** An SVG document of exactly the size of the canvas, one group for each layer that shows something. */
export function annotationSvg(layers: readonly GraphicLayer[], canvas: Canvas): string {
  const shown = layers.filter(({ objects }) => objects.length > 0);
  const { columns, rows } = canvas;
  const size = `width="${columns}" height="${rows}" viewBox="0 0 ${columns} ${rows}"`;
  const style = 'font-family="DejaVu Sans, sans-serif" stroke-width="1.5"';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}>${shown.map((layer) => layerSvg(layer, canvas)).join('')}</svg>`;
}
