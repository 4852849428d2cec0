import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerOf, lutItem, withElements } from '../testing/headers.ts';
import { largestDifference, type SyntheticImage, syntheticFrame, syntheticImage } from '../testing/synthetic.ts';
import { grayscalePipeline } from './grayscale-pipeline.ts';
import { renderFrame } from './render.ts';

/** The red channel of what is drawn; checks that it is grey and opaque. */
function grayOf(rgba: Uint8ClampedArray): Uint8Array {
  const gray = new Uint8Array(rgba.length / 4);
  for (let at = 0; at < gray.length; at += 1) {
    const [r, g, b, a] = rgba.subarray(at * 4, at * 4 + 4);
    assert(r === g && g === b && a === 255);
    gray[at] = r ?? 0;
  }
  return gray;
}

const images: readonly SyntheticImage[] = [
  { bitsStored: 8 },
  { bitsStored: 12, signed: true },
  { bitsStored: 16 },
  { bitsStored: 10, photometricInterpretation: 'MONOCHROME1' },
  { bitsStored: 32, bitsAllocated: 32 },
];

test('the pipeline draws what the renderer draws', () => {
  for (const how of images) {
    const frame = syntheticFrame(how);
    const header = headerOf(syntheticImage(how));
    const pipeline = grayscalePipeline(frame, header);
    const rgba = new Uint8ClampedArray(frame.samples.length * 4);
    for (const choice of [
      {},
      { window: { center: 300, width: 500 } },
      { window: { center: 0, width: 90 }, invert: true },
    ]) {
      pipeline.draw(rgba, choice);
      const { pixels } = renderFrame(frame, header, choice);
      assert.equal(largestDifference(grayOf(rgba), pixels), 0, JSON.stringify([how, choice]));
    }
  }
});

test('it begins with the first window, else the first table, else one made from the data', () => {
  const how = { bitsStored: 12 };
  const frame = syntheticFrame(how);
  const plain = headerOf(syntheticImage(how));
  const drawn = (header: typeof plain) => {
    const rgba = new Uint8ClampedArray(frame.samples.length * 4);
    grayscalePipeline(frame, header).draw(rgba);
    return grayOf(rgba);
  };
  const windowed = withElements(plain, { WindowCenter: ['100', '7'], WindowWidth: ['300', '8'] });
  assert.deepEqual(
    grayscalePipeline(frame, windowed).windows.map(({ center }) => center),
    [100, 7],
  );
  assert.equal(largestDifference(drawn(windowed), renderFrame(frame, windowed).pixels), 0);
  const table = withElements(plain, { VOILUTSequence: [lutItem(0, 8, [0, 255, 0, 9])] });
  assert.equal(largestDifference(drawn(table), renderFrame(frame, table).pixels), 0);
  const [low, high] = [Math.min(...drawn(plain)), Math.max(...drawn(plain))];
  assert.deepEqual([low, high], [0, 255]);
});

test('pixel padding does not count for a window made from the data', () => {
  const how = { bitsStored: 12, signed: true };
  const frame = syntheticFrame(how);
  frame.samples.fill(-2000, 0, 100);
  for (let at = 100; at < frame.samples.length; at += 1) frame.samples[at] = (at % 50) + 10;
  const header = withElements(headerOf(syntheticImage(how)), { PixelPaddingValue: { value: -2000, vr: 'SS' } });
  const { initialWindow } = grayscalePipeline(frame, header);
  assert.deepEqual([initialWindow.center, initialWindow.width], [34.5, 49]);
  const range = withElements(header, { PixelPaddingRangeLimit: { value: 20, vr: 'SS' } });
  assert.deepEqual(grayscalePipeline(frame, range).initialWindow.width, 38);
});

test('the value of a pixel is that of the modality', () => {
  const how = { bitsStored: 12 };
  const frame = syntheticFrame(how);
  const header = withElements(headerOf(syntheticImage(how)), { RescaleSlope: '2', RescaleIntercept: '-1024' });
  const { valueAt } = grayscalePipeline(frame, header);
  assert.equal(valueAt(3, 5), (frame.samples[3 * 64 + 5] ?? 0) * 2 - 1024);
});

test('512 x 512 pixels of 16 bits are drawn well within a sixtieth of a second', () => {
  const how = { bitsStored: 16, signed: true, rows: 512, columns: 512 };
  const frame = syntheticFrame(how);
  const pipeline = grayscalePipeline(frame, headerOf(syntheticImage(how)));
  const rgba = new Uint8ClampedArray(512 * 512 * 4);
  const draw = (step: number) => pipeline.draw(rgba, { window: { center: step * 100, width: 2000 } });
  for (let step = 0; step < 20; step += 1) draw(step);
  // Processor time: others use the machine as well.
  const before = process.cpuUsage();
  for (let step = 20; step < 40; step += 1) draw(step);
  const { user, system } = process.cpuUsage(before);
  const milliseconds = (user + system) / 1000 / 20;
  assert(milliseconds < 16, `${milliseconds} ms`);
});

test('a table that is incomplete is refused when the frame is prepared', () => {
  const how = { bitsStored: 8 };
  const short = lutItem(0, 8, [1, 2]);
  short.set('LUTDescriptor', [256, 0, 8]);
  const header = withElements(headerOf(syntheticImage(how)), { VOILUTSequence: [short] });
  assert.throws(() => grayscalePipeline(syntheticFrame(how), header), /lookup table/);
});
