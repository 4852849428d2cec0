// The images of a series in the order in which one goes through them: every frame of every instance has its place.

export interface StackInstance {
  readonly uid: string;
  readonly number: number | undefined;
  readonly frames: number;
  readonly isImage: boolean;
}

export interface StackEntry<I extends StackInstance = StackInstance> {
  readonly instance: I;
  /** Frame of the instance, from 1. */
  readonly frame: number;
}

export interface Stack<I extends StackInstance = StackInstance> {
  readonly length: number;
  /** The entry at a place, from 0; places beyond the ends are the ends. Undefined only where there is none at all. */
  at(place: number): StackEntry<I> | undefined;
}

/** A stack over instances that stand in their order. Entries are made when asked for: an instance may have 100,000 frames. */
export const stackOf = <I extends StackInstance>(instances: readonly I[]): Stack<I> => {
  const starts: number[] = [];
  let length = 0;
  for (const { frames } of instances) {
    starts.push(length);
    length += Math.max(1, frames);
  }
  const find = (place: number): number => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    length,
    at: (place) => {
      const within = Math.min(Math.max(0, place), length - 1);
      const index = find(within);
      const instance = instances[index];
      return instance && { instance, frame: within - (starts[index] ?? 0) + 1 };
    },
  };
};

/**
 * The places to have ready, the most urgent first: the one looked at, then those ahead in the direction of travel, two
 * for each one behind. Only places within the stack, at most `most`.
 */
export const placesAround = (place: number, direction: 1 | -1, length: number, most: number): readonly number[] => {
  const ahead = direction === 1 ? length - 1 - place : place;
  const behind = direction === 1 ? place : length - 1 - place;
  const places = [place];
  let [forth, back] = [1, 1];
  while (places.length < most && (forth <= ahead || back <= behind)) {
    const isTurnBack = back * 2 <= forth || forth > ahead;
    if (isTurnBack && back <= behind) {
      places.push(place - back * direction);
      back += 1;
    } else {
      places.push(place + forth * direction);
      forth += 1;
    }
  }
  return places;
};
