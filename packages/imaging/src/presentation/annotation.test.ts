import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet, type Value, type Vr } from '@concord/dicom';
import { withElements } from '../../testing/headers.ts';
import { readLayers } from './annotation.ts';
import { annotationSvg } from './annotation-svg.ts';
import { placementOf } from './placement.ts';

const frame = { sopInstanceUid: '1.2.3', frameNumber: 1 };
type Elements = Readonly<Record<string, Value | { value: Value; vr: Vr }>>;

/** A state with one layer and what is on it. */
const stateWith = (elements: Elements, layer: Elements = {}): DataSet =>
  withElements(new DataSet(), {
    'GraphicLayerSequence[0].GraphicLayer': 'ONE',
    'GraphicLayerSequence[0].GraphicLayerOrder': '1',
    ...layer,
    'GraphicAnnotationSequence[0].GraphicLayer': 'ONE',
    ...elements,
  });
const graphic = (type: string, data: readonly number[], more: Elements = {}): Elements => {
  const path = 'GraphicAnnotationSequence[0].GraphicObjectSequence[0]';
  return {
    [`${path}.GraphicAnnotationUnits`]: 'PIXEL',
    [`${path}.GraphicDimensions`]: 2,
    [`${path}.NumberOfGraphicPoints`]: data.length / 2,
    [`${path}.GraphicData`]: data,
    [`${path}.GraphicType`]: type,
    ...Object.fromEntries(Object.entries(more).map(([keyword, value]) => [`${path}.${keyword}`, value])),
  };
};
const text = (elements: Elements): Elements =>
  Object.fromEntries(
    Object.entries(elements).map(([keyword, value]) => [
      `GraphicAnnotationSequence[0].TextObjectSequence[0].${keyword}`,
      value,
    ]),
  );

const upright = placementOf({ left: 1, top: 1, right: 100, bottom: 50 }, { rotation: 0, flip: false });
const turned = placementOf({ left: 1, top: 1, right: 100, bottom: 50 }, { rotation: 90, flip: false });
const svgOf = (state: DataSet, placement = upright, scale = 2): string =>
  annotationSvg(readLayers(state, frame), {
    placement,
    columns: placement.columns * scale,
    rows: placement.rows * scale,
  });

test('[VW-GSPS-12] points in pixels go with the image, shares of the display do not', () => {
  const line = graphic('POLYLINE', [0, 0, 10, 20]);
  assert.match(svgOf(stateWith(line)), /<polyline points="0,0 20,40"\/>/);
  assert.match(svgOf(stateWith(line), turned), /<polyline points="100,0 60,20"\/>/);
  const shares = graphic('POLYLINE', [0, 0, 0.5, 0.5], { GraphicAnnotationUnits: 'DISPLAY' });
  assert.match(svgOf(stateWith(shares)), /<polyline points="0,0 100,50"\/>/);
  assert.match(svgOf(stateWith(shares), turned), /<polyline points="0,0 50,100"\/>/);
});

test('[VW-GSPS-12] every kind of object', () => {
  assert.match(svgOf(stateWith(graphic('POINT', [10, 10]))), /<path d="M16,20H24M20,16V24"\/>/);
  assert.match(
    svgOf(stateWith(graphic('CIRCLE', [10, 10, 15, 10]))),
    /<ellipse transform="translate\(20,20\) rotate\(0\)" rx="10" ry="10"\/>/,
  );
  assert.match(
    svgOf(stateWith(graphic('ELLIPSE', [0, 10, 20, 10, 10, 5, 10, 15]))),
    /translate\(20,20\) rotate\(0\)" rx="20" ry="10"/,
  );
  assert.match(
    svgOf(stateWith(graphic('INTERPOLATED', [0, 0, 10, 10, 20, 0]))),
    /<path d="M0,0C[\d., -]+ 20,20C[\d., -]+ 40,0"\/>/,
  );
  const filled = graphic('POLYLINE', [0, 0, 9, 9, 0, 0], { GraphicFilled: 'Y' });
  assert.match(svgOf(stateWith(filled)), /fill="currentColor"/);
});

test('[VW-GSPS-12] layers are drawn by their order, in their recommended colour', () => {
  const two = withElements(stateWith(graphic('POINT', [1, 1])), {
    'GraphicLayerSequence[0].GraphicLayerOrder': '7',
    'GraphicLayerSequence[0].GraphicLayerRecommendedDisplayGrayscaleValue': { value: 0xffff, vr: 'US' },
    'GraphicLayerSequence[1].GraphicLayer': 'TWO',
    'GraphicLayerSequence[1].GraphicLayerOrder': '2',
    'GraphicLayerSequence[1].GraphicLayerRecommendedDisplayCIELabValue': { value: [35000, 52000, 50000], vr: 'US' },
    'GraphicAnnotationSequence[1].GraphicLayer': 'TWO',
    'GraphicAnnotationSequence[1].TextObjectSequence[0].UnformattedTextValue': 'below',
    'GraphicAnnotationSequence[1].TextObjectSequence[0].AnchorPoint': [0.5, 0.5],
    'GraphicAnnotationSequence[1].TextObjectSequence[0].AnchorPointAnnotationUnits': 'DISPLAY',
  });
  const svg = svgOf(two);
  assert(svg.indexOf('data-layer="TWO"') < svg.indexOf('data-layer="ONE"'));
  assert.match(svg, /data-layer="ONE" color="#ffffff"/);
  const [, colour = ''] = /data-layer="TWO" color="#([0-9a-f]{6})"/.exec(svg) ?? [];
  const [red = 0, green = 0, blue = 0] = colour.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  assert(red > 180 && green < 60 && blue < 60, `#${colour} is red`);
});

test('text keeps its lines and its justification', () => {
  const svg = svgOf(
    stateWith(
      text({
        UnformattedTextValue: 'first\r\nsecond',
        BoundingBoxAnnotationUnits: 'PIXEL',
        BoundingBoxTopLeftHandCorner: [10, 10],
        BoundingBoxBottomRightHandCorner: [60, 40],
        BoundingBoxTextHorizontalJustification: 'CENTER',
      }),
    ),
  );
  assert.match(svg, /text-anchor="middle"/);
  assert.match(svg, /<tspan x="70" y="[\d.]+">first<\/tspan><tspan x="70" y="[\d.]+">second<\/tspan>/);
});

test('text from the wire never becomes markup', () => {
  const svg = svgOf(
    stateWith(
      text({
        UnformattedTextValue: '<script>"&\u0001</script>',
        AnchorPoint: [1, 1],
        AnchorPointAnnotationUnits: 'PIXEL',
      }),
      {
        'GraphicLayerSequence[0].GraphicLayer': 'A"><x',
        'GraphicAnnotationSequence[0].GraphicLayer': 'A"><x',
      },
    ),
  );
  assert(!svg.includes('<script') && !svg.includes('<x') && !svg.includes('\u0001'));
});

test('objects with too few points, of no known kind, or without text are left out', () => {
  for (const bad of [
    graphic('CIRCLE', [1, 1]),
    graphic('SPIRAL', [1, 1, 2, 2]),
    graphic('ELLIPSE', [1, 1, 2, 2]),
    text({ UnformattedTextValue: 'nowhere' }),
  ]) {
    assert.deepEqual(readLayers(stateWith(bad), frame)[0]?.objects, []);
  }
});

test('what is meant for another frame is not shown', () => {
  const other = stateWith({
    ...graphic('POINT', [1, 1]),
    'GraphicAnnotationSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID': '9.9',
  });
  assert.deepEqual(readLayers(other, frame)[0]?.objects, []);
});
