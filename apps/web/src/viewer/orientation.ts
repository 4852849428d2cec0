// Which side of the patient lies at which edge of the pane. PS3.3 C.7.6.1.1.1, C.7.6.2.1.1.
import type { State } from '../study/presentation-states.ts';
import type { View } from './view.ts';

/** Letters at the edges; '' where it is not known. */
export interface Edges {
  readonly top: string;
  readonly right: string;
  readonly bottom: string;
  readonly left: string;
}

/** Along x, y and z of the patient: positive, negative. */
const letters = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
] as const;

/** A direction deviates from an axis by less than some 15 degrees: its letter alone says enough. */
const small = 0.25;

/** The letters of a direction, the strongest first: `A`, `LP`. */
export const directionLetters = (direction: readonly number[]): string =>
  letters
    .map(([positive, negative], axis) => {
      const component = direction[axis] ?? 0;
      return { letter: component >= 0 ? positive : negative, size: Math.abs(component) };
    })
    .filter(({ size }) => size > small)
    .sort((one, other) => other.size - one.size)
    .map(({ letter }) => letter)
    .join('');

const opposites: Readonly<Record<string, string>> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

const opposite = (text: string): string => [...text].map((letter) => opposites[letter] ?? '').join('');

/** As the image is stored: the direction of its rows (towards the right) and of its columns (towards the bottom). */
const storedEdges = (right: string, bottom: string): Edges => ({
  top: opposite(bottom),
  right,
  bottom,
  left: opposite(right),
});

/** From the six direction cosines of Image Orientation (Patient); undefined where they are none. */
export const edgesOfCosines = (cosines: readonly number[]): Edges | undefined => {
  if (cosines.length !== 6 || cosines.some((value) => !Number.isFinite(value))) return undefined;
  const [row, column] = [directionLetters(cosines.slice(0, 3)), directionLetters(cosines.slice(3))];
  return row === '' || column === '' ? undefined : storedEdges(row, column);
};

/** From Patient Orientation, `L\\F`: already letters, of which only those that mean something are believed. */
export const edgesOfOrientation = (values: readonly string[]): Edges | undefined => {
  const [row = '', column = ''] = values.map((value) => value.trim().toUpperCase());
  const known = /^[LRAPHF]{1,3}$/u;
  return known.test(row) && known.test(column) ? storedEdges(row, column) : undefined;
};

/** The edges as they are seen in a view. */
export const seenEdges = (
  { top, right, bottom, left }: Edges,
  { turns, mirrored }: Pick<View, 'turns' | 'mirrored'>,
): Edges => {
  const around = mirrored ? [top, left, bottom, right] : [top, right, bottom, left];
  const at = (edge: number): string => around[(edge - turns + 4) % 4] ?? '';
  return { top: at(0), right: at(1), bottom: at(2), left: at(3) };
};

const quarters = { 0: 0, 90: 1, 180: 2, 270: 3 } as const;
const backwards = [0, 3, 2, 1] as const;

/** The edges of what a presentation state shows: turned clockwise first, then mirrored. PS3.3 C.10.6 */
export const presentedEdges = (edges: Edges, state: Pick<State, 'spatial'> | undefined): Edges => {
  if (state === undefined) return edges;
  const turns = quarters[state.spatial.rotation];
  const mirrored = state.spatial.flip;
  // A view mirrors before it turns: the same picture, turned the other way.
  return seenEdges(edges, { turns: mirrored ? backwards[turns] : turns, mirrored });
};
