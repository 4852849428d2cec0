// Names and numbers of containers and of the objects in them; nothing that came over the wire is ever part of one.

/** Folder of the containers within that of the store. */
export const containersFolder = 'containers';

/** Objects of one container at most. */
export const membersAtMost = 2 ** 17;

/** Numbers from here on belong to objects in containers, those below to objects in files of their own. */
export const firstNumber = 2 ** 40;

export const numberOf = (container: number, index: number): number => firstNumber + container * membersAtMost + index;

/** The numbers a container may hold: from `first` up to, not including, `end`. */
export const numbersOf = (container: number): { first: number; end: number } => ({
  first: numberOf(container, 0),
  end: numberOf(container + 1, 0),
});

/** The container that an object was appended to, wherever it lies by now. */
export const containerOfNumber = (number: number): number => Math.floor((number - firstNumber) / membersAtMost);

export const containerName = (container: number): string => `${String(container).padStart(6, '0')}.tar`;

/** Undefined where it is no name of a container. */
export function containerOfName(name: string): number | undefined {
  const container = /^\d{6,}\.tar$/.test(name) ? Number.parseInt(name, 10) : undefined;
  return container !== undefined && containerName(container) === name ? container : undefined;
}

/** Where an object lies: its bytes begin at `offset` of the container. */
export interface ContainerPlace {
  readonly container: number;
  /** How many objects were appended before it. */
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

export const keyOfPlace = ({ container, index, offset, length }: ContainerPlace): string =>
  `${containersFolder}/${containerName(container)}/${index}-${offset}-${length}`;

/** Undefined where the key names an object in a file of its own. */
export function placeOfKey(key: string): ContainerPlace | undefined {
  const found = /^containers\/(\d{6,10})\.tar\/(\d{1,6})-(\d{1,15})-(\d{1,15})$/.exec(key);
  if (!found) return undefined;
  const [container = 0, index = 0, offset = 0, length = 0] = found.slice(1).map(Number);
  return { container, index, offset, length };
}
