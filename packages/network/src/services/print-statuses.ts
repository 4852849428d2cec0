// Statuses of Print Management, by SOP Class and operation. PS3.4 H.4.

const demagnified = 'the image is larger than its box and was demagnified';
const cropped = 'the image is larger than its box and was cropped';
const decimated = 'the image is larger than its box and was cropped or decimated to fit';
const tooLarge = 'failed: the image is larger than its box';
const combinedTooLarge = 'failed: the combined print image is larger than its box';
const density = 'the density is outside of what the printer can do; its own limit is used';

/** PS3.4 Tables H.4-3, H.4-4, H.4-7, H.4-8, H.4-10, H.4-12, H.4-20 and the texts about them. */
export const printStatuses = {
  'Basic Film Session': {
    'N-CREATE': { 0x0000: 'created', 0xb600: 'created; memory cannot be allocated on demand' },
    'N-SET': { 0x0000: 'changed', 0xb600: 'changed; memory cannot be allocated on demand' },
    'N-ACTION': {
      0x0000: 'the films are accepted for printing',
      0xb601: 'the session cannot be printed as a whole; its films are printed one by one',
      0xb602: 'the session has no image boxes (empty page)',
      0xb604: demagnified,
      0xb609: cropped,
      0xb60a: decimated,
      0xc600: 'failed: the session has no film boxes',
      0xc601: 'failed: no print job can be made; the print queue is full',
      0xc603: tooLarge,
      0xc613: combinedTooLarge,
    },
    'N-DELETE': { 0x0000: 'deleted' },
  },
  'Basic Film Box': {
    'N-CREATE': {
      0x0000: 'created',
      0xb605: density,
      0xc616: 'failed: a film box has not been printed, and printing the session is not supported',
    },
    'N-SET': { 0x0000: 'changed', 0xb605: density },
    'N-ACTION': {
      0x0000: 'the film is accepted for printing',
      0xb603: 'the film has no images (empty page)',
      0xb604: demagnified,
      0xb609: cropped,
      0xb60a: decimated,
      0xc602: 'failed: no print job can be made; the print queue is full',
      0xc603: tooLarge,
      0xc613: combinedTooLarge,
    },
    'N-DELETE': { 0x0000: 'deleted' },
  },
  'Basic Image Box': {
    'N-SET': {
      0x0000: 'the image is in its box',
      0xb604: demagnified,
      0xb605: density,
      0xb609: cropped,
      0xb60a: decimated,
      0xc603: tooLarge,
      0xc605: 'failed: the printer has not enough memory for the image',
      0xc613: combinedTooLarge,
    },
  },
  'Basic Annotation Box': { 'N-SET': { 0x0000: 'changed' } },
  'Basic Print Image Overlay Box': {
    'N-CREATE': { 0x0000: 'created' },
    'N-SET': { 0x0000: 'changed' },
    'N-DELETE': { 0x0000: 'deleted' },
  },
  'Presentation LUT': { 'N-CREATE': { 0x0000: 'created', 0xb605: density }, 'N-DELETE': { 0x0000: 'deleted' } },
  Printer: { 'N-GET': { 0x0000: 'attributes returned' } },
  'Print Job': { 'N-GET': { 0x0000: 'attributes returned' } },
  'Printer Configuration Retrieval': { 'N-GET': { 0x0000: 'attributes returned' } },
} as const;

type Table = typeof printStatuses;
type OperationsOf<T> = T extends unknown ? keyof T : never;
type CodesOf<Op extends string> = {
  [K in keyof Table]: Op extends keyof Table[K] ? keyof Table[K][Op] : never;
}[keyof Table];

/** Every code that an operation may be answered with, whatever the SOP Class. */
export function statusesOf<Op extends OperationsOf<Table[keyof Table]>>(
  operation: Op,
): Readonly<Record<CodesOf<Op> & number, string>> {
  const tables: readonly Readonly<Record<string, Readonly<Record<number, string>>>>[] = Object.values(printStatuses);
  return Object.assign({}, ...tables.map((table) => table[operation] ?? {}));
}
