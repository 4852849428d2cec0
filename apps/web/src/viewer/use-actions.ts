// Keys to actions, for as long as the viewer is open.
import { useEffect, useRef } from 'react';
import { type Action, actionOf } from './shortcuts.ts';

/** Fields and sliders keep their own keys; dialogues and menus keep all of them. */
const isBusy = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input:not([type="range"]), textarea, select, [contenteditable], [role="dialog"], [role="menu"]') !==
    null;

const arrows = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown']);

/** A focused button takes Space and Enter, a slider the arrows: they do there what they do everywhere. */
const belongsTo = (target: EventTarget | null, key: string): boolean =>
  target instanceof Element &&
  ((key === ' ' && target.closest('button, a, summary') !== null) ||
    (arrows.has(key) && target.matches('input[type="range"]')));

export const useActionKeys = (perform: (action: Action) => void): void => {
  const now = useRef(perform);
  now.current = perform;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isBusy(event.target) || belongsTo(event.target, event.key)) return;
      const action = actionOf(event);
      if (action === undefined) return;
      event.preventDefault();
      now.current(action);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
};
