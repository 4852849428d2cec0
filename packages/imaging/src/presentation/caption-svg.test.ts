// Captions: lines from the corners, letters that grow with the picture, and text that never becomes markup.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captionSvg } from './caption-svg.ts';

const places = (svg: string): readonly number[] => [...svg.matchAll(/ y="([\d.]+)"/gu)].map(([, y]) => Number(y));

test('lines go down from the upper corner and end at the lower one', () => {
  const svg = captionSvg({ upper: ['A', 'B'], lower: ['C', 'D'] }, 512, 256);
  assert.match(svg, /width="512" height="256"/u);
  const [a = 0, b = 0, c = 0, d = 0] = places(svg);
  assert.ok(0 < a && a < b && b < 40, `${a} ${b}`);
  assert.ok(200 < c && c < d && d < 256, `${c} ${d}`);
});

test('letters grow with the picture, within bounds', () => {
  const height = (size: number) =>
    Number(/font-size="([\d.]+)"/u.exec(captionSvg({ upper: ['A'], lower: [] }, size, size))?.[1]);
  assert.deepEqual([height(32), height(560), height(8192)], [9, 20, 28]);
});

test('hostile text is text', () => {
  const svg = captionSvg({ upper: ['<image href="http://x"/>&\u0000\ud800'], lower: [] }, 100, 100);
  assert.match(svg, />&lt;image href=&quot;http:\/\/x&quot;\/&gt;&amp;</u);
});
