// Mouse, pen, fingers and wheel over the pane, as what they mean.
import { type PointerEvent as ReactPointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { Tool } from './display.ts';
import type { Point } from './view.ts';

export interface Gestures {
  /** A drag with `tool` begins at a point of the pane; what it changes is counted from here. */
  begin(tool: Tool, at: Point): void;
  /** How far from the beginning, in CSS pixels. */
  drag(tool: Tool, x: number, y: number): void;
  end(): void;
  /** By a factor, around a point from the middle of the pane. */
  zoom(factor: number, at: Point): void;
  /** Two fingers moved by so much. */
  move(x: number, y: number): void;
  /** Images on (positive) or back. */
  step(images: number): void;
  /** The pointer is over a point of the pane, or over none. */
  hover(at: Point | undefined): void;
}

/** A notch of a mouse wheel is 100 or so; touchpads send many small ones. */
const wheelPerImage = 60;

const buttonTools: Readonly<Record<number, Tool>> = { 1: 'pan', 2: 'zoom' };

const pointIn = (element: Element, { clientX, clientY }: { clientX: number; clientY: number }): Point => {
  const { left, top } = element.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
};

const fromMiddle = (element: Element, { x, y }: Point): Point => ({
  x: x - element.clientWidth / 2,
  y: y - element.clientHeight / 2,
});

const middleOf = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);

/** The page must not scroll or zoom with the wheel, which only a listener that is not passive can prevent. */
const useWheel = (pane: RefObject<HTMLElement | null>, gestures: RefObject<Gestures>) => {
  useEffect(() => {
    const element = pane.current;
    if (element === null) return;
    let rest = 0;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const amount = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 33;
      if (event.ctrlKey || event.metaKey) {
        gestures.current.zoom(Math.exp(-amount / 300), fromMiddle(element, pointIn(element, event)));
        return;
      }
      rest += amount;
      const images = Math.trunc(rest / wheelPerImage);
      rest -= images * wheelPerImage;
      if (images !== 0) gestures.current.step(images);
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [pane, gestures]);
};

/** The pointers that are down, and what the first of them does. */
class Pointers {
  readonly #down = new Map<number, Point>();
  #drag: { readonly tool: Tool; readonly from: Point } | undefined;

  press(id: number, at: Point, tool: Tool, gestures: Gestures): void {
    this.#down.set(id, at);
    // A second finger means neither what the first one did.
    this.#drag = this.#down.size > 1 ? undefined : { tool, from: at };
    if (this.#drag) gestures.begin(tool, at);
  }

  move(id: number, at: Point, element: Element, gestures: Gestures): void {
    if (!this.#down.has(id)) return;
    const before = [...this.#down.values()];
    this.#down.set(id, at);
    if (this.#drag) gestures.drag(this.#drag.tool, at.x - this.#drag.from.x, at.y - this.#drag.from.y);
    else this.#pinch(before, element, gestures);
  }

  release(id: number, gestures: Gestures): void {
    this.#down.delete(id);
    if (this.#down.size > 0) return;
    this.#drag = undefined;
    gestures.end();
  }

  #pinch([one, other]: readonly Point[], element: Element, gestures: Gestures): void {
    const [oneNow, otherNow] = [...this.#down.values()];
    if (!one || !other || !oneNow || !otherNow) return;
    const [from, to] = [middleOf(one, other), middleOf(oneNow, otherNow)];
    gestures.move(to.x - from.x, to.y - from.y);
    const factor = distance(oneNow, otherNow) / Math.max(1, distance(one, other));
    gestures.zoom(factor, fromMiddle(element, to));
  }
}

/** Handlers for the pane. */
export const useGestures = (pane: RefObject<HTMLElement | null>, tool: Tool, handlers: Gestures) => {
  const gestures = useRef(handlers);
  gestures.current = handlers;
  const [pointers] = useState(() => new Pointers());
  useWheel(pane, gestures);
  const release = ({ pointerId }: ReactPointerEvent<HTMLElement>) => pointers.release(pointerId, gestures.current);
  return {
    onPointerDown: (event: ReactPointerEvent<HTMLElement>) => {
      const { currentTarget, pointerId, button } = event;
      currentTarget.setPointerCapture(pointerId);
      pointers.press(pointerId, pointIn(currentTarget, event), buttonTools[button] ?? tool, gestures.current);
    },
    onPointerMove: (event: ReactPointerEvent<HTMLElement>) => {
      const at = pointIn(event.currentTarget, event);
      gestures.current.hover(event.pointerType === 'touch' ? undefined : at);
      pointers.move(event.pointerId, at, event.currentTarget, gestures.current);
    },
    onPointerUp: release,
    onPointerCancel: release,
    onPointerLeave: () => gestures.current.hover(undefined),
    onContextMenu: (event: { preventDefault(): void }) => event.preventDefault(),
  };
};
