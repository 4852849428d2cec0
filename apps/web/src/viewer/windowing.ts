// Windows as a reader sets them: by dragging, by the keyboard, or from a list. PS3.3 C.11.2.
import type { Window } from '@concord/imaging';

export interface Preset {
  readonly name: string;
  readonly window: Window;
}

/** Customary windows for CT, in Hounsfield units. */
export const ctPresets: readonly Preset[] = [
  { name: 'Brain', window: { center: 40, width: 80 } },
  { name: 'Subdural', window: { center: 75, width: 215 } },
  { name: 'Stroke', window: { center: 32, width: 8 } },
  { name: 'Soft tissue', window: { center: 50, width: 400 } },
  { name: 'Liver', window: { center: 30, width: 150 } },
  { name: 'Mediastinum', window: { center: 50, width: 350 } },
  { name: 'Lung', window: { center: -600, width: 1500 } },
  { name: 'Bone', window: { center: 400, width: 1800 } },
  { name: 'Angiography', window: { center: 300, width: 600 } },
];

/** Lowest width of each function: LINEAR needs 1, the others more than 0. PS3.3 C.11.2.1.2. */
const narrowest = (window: Window, step: number): number =>
  window.function === undefined || window.function === 'LINEAR' ? 1 : step / 10;

/** What one CSS pixel of dragging changes: a pane's height goes through about twice the window one started with. */
export const dragStep = (window: Window): number => Math.max(window.width / 400, 1e-6);

/** The window after dragging: to the right wider (less contrast), downwards higher (darker), as everywhere. */
export const draggedWindow = (start: Window, x: number, y: number, step = dragStep(start)): Window => {
  const whole = start.width >= 50;
  const tidy = (value: number): number => (whole ? Math.round(value) : value);
  const width = Math.max(narrowest(start, step), tidy(start.width + x * step));
  return {
    center: tidy(start.center + y * step),
    width,
    ...(start.function === undefined ? {} : { function: start.function }),
  };
};

/** A number with as many digits as its size deserves. */
export const shownNumber = (value: number): string => {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return String(Math.round(value));
  return value.toPrecision(size >= 100 ? 4 : 3).replace(/\.?0+$/u, '');
};

/** `W 400 L 50`. */
export const shownWindow = ({ center, width }: Window): string => `W ${shownNumber(width)} · L ${shownNumber(center)}`;

export const sameWindow = (one: Window, other: Window): boolean =>
  one.center === other.center &&
  one.width === other.width &&
  (one.function ?? 'LINEAR') === (other.function ?? 'LINEAR');
