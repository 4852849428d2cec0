// Graphic and text objects on their layers. PS3.3 C.10.5, C.10.7.
import type { DataSet } from '@concord/dicom';
import { type FrameIdentity, isFor } from './reference.ts';

/** Points count in image pixels from the corner of the first one, or as shares of the displayed area. */
export type Units = 'PIXEL' | 'DISPLAY';
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const graphicTypes = ['POINT', 'POLYLINE', 'INTERPOLATED', 'CIRCLE', 'ELLIPSE'] as const;

/** A line or shape. */
export interface GraphicObject {
  readonly kind: 'graphic';
  readonly type: (typeof graphicTypes)[number];
  readonly units: Units;
  readonly points: readonly Point[];
  readonly filled: boolean;
}

/** Text in a box, at an anchor point, or both: the anchor is then what the text is about. */
export interface TextObject {
  readonly kind: 'text';
  readonly text: string;
  readonly box?: {
    readonly units: Units;
    readonly from: Point;
    readonly to: Point;
    readonly justification: 'LEFT' | 'RIGHT' | 'CENTER';
  };
  readonly anchor?: { readonly units: Units; readonly point: Point; readonly visible: boolean };
}

/** What lies on one layer. */
export interface GraphicLayer {
  readonly name: string;
  /** Lower ones are drawn first. */
  readonly order: number;
  readonly description?: string;
  /** Grey level as a P-Value, 0..65535. */
  readonly gray?: number;
  /** As PS3.3 C.10.7.1.1 encodes it: L* and a*, b* in 16 bits each. */
  readonly cielab?: readonly [number, number, number];
  readonly objects: readonly (GraphicObject | TextObject)[];
}

/** Bounds for what a state may make a viewer draw. */
const maximumObjects = 20_000;
const maximumPoints = 100_000;

const unitsOf = (text: string | undefined): Units => (text === 'DISPLAY' ? 'DISPLAY' : 'PIXEL');

function pointsOf(values: readonly number[]): readonly Point[] {
  const points: Point[] = [];
  for (let at = 0; at + 1 < Math.min(values.length, maximumPoints * 2); at += 2) {
    points.push({ x: values[at] ?? 0, y: values[at + 1] ?? 0 });
  }
  return points;
}

/** Fewest points that make such an object. PS3.3 C.10.5.1.2. */
const fewest: Readonly<Record<GraphicObject['type'], number>> = {
  POINT: 1,
  POLYLINE: 2,
  INTERPOLATED: 2,
  CIRCLE: 2,
  ELLIPSE: 4,
};

function readGraphic(item: DataSet): GraphicObject | undefined {
  const said = item.string('GraphicType');
  const type = graphicTypes.find((known) => known === said);
  const points = pointsOf(item.numbers('GraphicData'));
  if (!type || points.length < fewest[type]) return undefined;
  const units = unitsOf(item.string('GraphicAnnotationUnits'));
  return { kind: 'graphic', type, units, points, filled: item.string('GraphicFilled') === 'Y' };
}

const justifications = ['LEFT', 'RIGHT', 'CENTER'] as const;

function readBox(item: DataSet): TextObject['box'] {
  const [from] = pointsOf(item.numbers('BoundingBoxTopLeftHandCorner'));
  const [to] = pointsOf(item.numbers('BoundingBoxBottomRightHandCorner'));
  if (!from || !to) return undefined;
  const said = item.string('BoundingBoxTextHorizontalJustification');
  const justification = justifications.find((known) => known === said) ?? 'LEFT';
  return { units: unitsOf(item.string('BoundingBoxAnnotationUnits')), from, to, justification };
}

function readText(item: DataSet): TextObject | undefined {
  const text = item.string('UnformattedTextValue');
  const box = readBox(item);
  const [point] = pointsOf(item.numbers('AnchorPoint'));
  if (!text || (!box && !point)) return undefined;
  const units = unitsOf(item.string('AnchorPointAnnotationUnits'));
  const visible = item.string('AnchorPointVisibility') === 'Y';
  return { kind: 'text', text, ...(box ? { box } : {}), ...(point ? { anchor: { units, point, visible } } : {}) };
}

function objectsOf(annotation: DataSet): readonly (GraphicObject | TextObject)[] {
  const graphics = annotation.items('GraphicObjectSequence').flatMap((item) => readGraphic(item) ?? []);
  const texts = annotation.items('TextObjectSequence').flatMap((item) => readText(item) ?? []);
  return [...graphics, ...texts].slice(0, maximumObjects);
}

function colourOf(layer: DataSet): Pick<GraphicLayer, 'gray' | 'cielab'> {
  const gray = layer.number('GraphicLayerRecommendedDisplayGrayscaleValue');
  const [l, a, b] = layer.numbers('GraphicLayerRecommendedDisplayCIELabValue');
  const cielab = l === undefined || a === undefined || b === undefined ? undefined : ([l, a, b] as const);
  return { ...(gray === undefined ? {} : { gray }), ...(cielab ? { cielab } : {}) };
}

/** The layers of a state with what they show on a frame, in the order they are drawn; empty ones included. */
export function readLayers(state: DataSet, frame: FrameIdentity): readonly GraphicLayer[] {
  const annotations = state.items('GraphicAnnotationSequence').filter((item) => isFor(item, frame));
  return state
    .items('GraphicLayerSequence')
    .map((layer): GraphicLayer => {
      const name = layer.string('GraphicLayer') ?? '';
      const description = layer.string('GraphicLayerDescription');
      return {
        name,
        order: layer.number('GraphicLayerOrder') ?? 0,
        ...(description === undefined ? {} : { description }),
        ...colourOf(layer),
        objects: annotations.filter((item) => item.string('GraphicLayer') === name).flatMap(objectsOf),
      };
    })
    .sort((a, b) => a.order - b.order);
}
