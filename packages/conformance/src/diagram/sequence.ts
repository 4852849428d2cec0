// Sequence diagrams: vertical bars for who takes part, arrows in the order of time. PS3.2 A.4.1.3
import type { Diagram } from '../document/document.ts';
import { box, line, textAt, wrapped } from './shapes.ts';
import { svgOf } from './svg.ts';

interface Sequence {
  readonly title: string;
  readonly lifelines: readonly string[];
  readonly messages: readonly { readonly from: string; readonly to: string; readonly text: string }[];
}

const step = 44;
const distance = 200;

/** Throws TypeError for a message between others than the lifelines. */
export function sequenceDiagram(anchor: string, { title, lifelines, messages }: Sequence): Diagram {
  const x = (name: string): number => {
    const index = lifelines.indexOf(name);
    if (index < 0) throw new TypeError(`${name} is no lifeline of ${title}`);
    return 100 + index * distance;
  };
  const bottom = 70 + messages.length * step + 20;
  const bars = lifelines.flatMap((name) => [
    box(x(name) - 80, 10, 160, 40),
    textAt(x(name), 30, wrapped(name, 22)),
    line(x(name), 50, x(name), bottom, { dashed: true }),
  ]);
  const arrows = messages.flatMap(({ from, to, text }, index) => {
    const y = 80 + index * step;
    const middle = (x(from) + x(to)) / 2;
    return [line(x(from), y, x(to), y, { arrow: true }), textAt(middle, y - 10, [text])];
  });
  const relations = messages.map(({ from, to, text }, index) => `${index + 1}. ${from} to ${to}: ${text}.`);
  const width = 200 + (lifelines.length - 1) * distance;
  const drawing = { width, height: bottom + 10, shapes: [...bars, ...arrows] };
  const svg = svgOf(drawing, { anchor, title, description: relations.join(' ') });
  return { kind: 'diagram', anchor, title, drawing, svg, relations };
}
