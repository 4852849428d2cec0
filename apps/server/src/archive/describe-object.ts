// What the index is to say of a whole object: of one that is just coming in, and of one that lies in the store.
import type { ObjectStore, ObjectWriter, StoredObject } from '../objects/object-store.ts';
import type { ByteRange, Origin } from './archive.ts';
import type { Coerce } from './coerce.ts';
import { describeImage, keepPixelData } from './describe-instance.ts';
import { fragmentsByFrame } from './frame-places.ts';
import type { NewInstance } from './instance-row.ts';
import { splitPart10 } from './part10-stream.ts';
import { type MetaParts, type TakenIn, takeIn } from './take-in.ts';

/** What is kept beside an object until its index row is durable. */
export interface About {
  readonly transferSyntaxUid: string;
  readonly origin: Origin;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
}

export type Described = Omit<TakenIn, 'pixelData'> & Pick<NewInstance, 'pixelData' | 'overlay' | 'image'>;
type ReadRun = (run: ByteRange) => Promise<Uint8Array>;

/** Bytes of the object are read only where fragments alone do not say which of them make up a frame. */
export async function describe(coerce: Coerce, taken: TakenIn, origin: Origin, read: ReadRun): Promise<Described> {
  const coerced = coerce(taken.header, origin);
  const { header, overlay } = coerced instanceof Promise ? await coerced : coerced;
  const place = taken.pixelData;
  const frames = place && (await fragmentsByFrame(place, taken.header, read));
  const pixelData = place ? JSON.stringify(keepPixelData(place, taken.header, frames)) : '';
  return { ...taken, header, overlay, pixelData, image: describeImage(header) };
}

export const newInstance = (
  { key, number }: Pick<ObjectWriter, 'key' | 'number'>,
  taken: Described,
  about: About,
  durable: boolean,
): NewInstance => ({
  objectKey: key,
  number,
  durable,
  ...taken,
  ...about,
  digest: taken.digest.toString(16).padStart(8, '0'),
});

export interface DescribingParts extends MetaParts {
  readonly store: Pick<ObjectStore, 'read' | 'readRun'>;
  readonly coerce: Coerce;
}

const noWriter = { write: () => undefined };

/** Undefined where it is no whole object that could be kept. Throws DicomError and StoreError. */
export async function describeStored(
  { store, coerce, implementation, writeMeta }: DescribingParts,
  { key, number, size }: Pick<StoredObject, 'key' | 'number' | 'size'>,
  about: About,
): Promise<NewInstance | undefined> {
  const file = await splitPart10(store.read(key));
  if (!file) return undefined;
  // What was taken once is not measured again.
  const taken = await takeIn({ ...about, dataSet: file.dataSet }, noWriter, { implementation, writeMeta });
  if ('code' in taken) return undefined;
  const dataSetOffset = size - (taken.size - taken.dataSetOffset);
  const described = await describe(coerce, { ...taken, size, dataSetOffset }, about.origin, (run) =>
    store.readRun(key, dataSetOffset + run.offset, run.length),
  );
  return newInstance({ key, number }, described, about, true);
}
