// Names of objects in an S3 bucket: made by us from numbers, a thousand below each folder, in the order of the numbers.

/** Objects of one block: as many as one listing answers with. */
export const blockSize = 1000;
/** Numbers begin here, far above those of files and containers: a store may be moved to S3 and keep what it has. */
export const firstNumber = 2 ** 41;

const scheme = 's3/';

/** Says whose the place is. */
export const claimName = 'concord-archive';
/** Says which server is at work on it, where its index is no other's. */
export const holderName = 'concord-server';
/** There while a restore is under way, or was cut off, and says for which archive: what lies beside it counts for nothing. */
export const restoringName = 'restoring';
/** The objects of a place that are no images. */
export const smallNames = [claimName, holderName, restoringName] as const;

const blockName = (block: number) => String(block).padStart(9, '0');

/** The first number of the block that a number is in. */
export const firstOfBlock = (number: number): number => number - ((number - firstNumber) % blockSize);

/** What the index calls the object. */
export function keyOf(number: number): string {
  const count = number - firstNumber;
  return `${scheme}${blockName(Math.floor(count / blockSize))}/${String(count).padStart(12, '0')}.dcm`;
}

/** What the index calls an object that was moved here from a data folder, and keeps the number it got there. */
export const movedKeyOf = (number: number): string =>
  `${scheme}m${String(Math.floor(number / blockSize)).padStart(10, '0')}/${String(number).padStart(13, '0')}.dcm`;

/** The number in a key; undefined where the key is none of this store. */
export function numberOf(key: string): number | undefined {
  const count = Number(/^s3\/\d{9}\/(\d{12})\.dcm$/.exec(key)?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(count) && keyOf(count + firstNumber) === key) return count + firstNumber;
  const moved = Number(/^s3\/m\d{10}\/(\d{13})\.dcm$/.exec(key)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(moved) && movedKeyOf(moved) === key ? moved : undefined;
}

/** Of an object that keeps its number of a data folder: no block of this store's own numbers has it. */
export const isMovedKey = (key: string): boolean => key.startsWith(`${scheme}m`);

export const isS3Key = (key: string): boolean => key.startsWith(scheme);

/** Names within a bucket, below a prefix that may be empty. */
export const createNames = (prefix: string) => {
  const folder = prefix === '' ? '' : `${prefix}/`;
  return {
    /** Of everything this store has there. */
    folder,
    nameOf: (key: string): string => `${folder}${key.slice(scheme.length)}`,
    keyOfName: (name: string): string => `${scheme}${name.slice(folder.length)}`,
    blockFolder: (first: number): string => `${folder}${blockName(Math.floor((first - firstNumber) / blockSize))}/`,
  };
};

export type Names = ReturnType<typeof createNames>;
