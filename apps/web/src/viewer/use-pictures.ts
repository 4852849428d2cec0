// The pictures of one series: the one looked at first, its neighbours ahead of time, within a bound of memory.
import { useEffect, useMemo, useRef, useState } from 'react';
import { dicomwebAddress } from '../api.ts';
import type { Instance } from '../study/study-queries.ts';
import { type Header, loadHeader } from './load-header.ts';
import { fetchFrame, isAlwaysGray, loadPicture, type Picture } from './picture.ts';
import { BoundedPictureCache, type Loading } from './picture-cache.ts';
import { placesAround, type Stack, type StackEntry } from './stack.ts';

export interface Loaded {
  readonly entry: StackEntry<Instance>;
  readonly header: Header;
  readonly picture: Picture;
}

const megabyte = 1_000_000;
/** Stored values kept in memory; a telephone has less of it. */
const budget = (): number => (matchMedia('(pointer: coarse)').matches ? 160 : 512) * megabyte;
const mostAhead = 120;
const mostHeaders = 400;

const keyOf = ({ instance, frame }: StackEntry<Instance>): string => `${instance.uid}/${frame}`;

/** Attributes are asked for once per instance, however many frames it has. */
const headerCache = (address: (instance: string) => string) => {
  const headers = new Map<string, Promise<Header>>();
  return (instance: string): Promise<Header> => {
    const known = headers.get(instance);
    if (known) return known;
    // Not bound to the signal of the frame that asked first: others wait for the same attributes.
    const header = loadHeader(address(instance), AbortSignal.timeout(60_000));
    headers.set(instance, header);
    header.catch(() => headers.delete(instance));
    for (const oldest of headers.keys()) {
      if (headers.size <= mostHeaders) break;
      headers.delete(oldest);
    }
    return header;
  };
};

const discard = ({ picture }: Loaded): void => {
  if (picture.kind === 'colour') picture.bitmap.close();
};

/** Loads entries of a stack by their keys; `onChange` tells that one is ready or has failed. */
const createPictures = (study: string, series: string, onChange: () => void) => {
  const entries = new Map<string, StackEntry<Instance>>();
  const address = (instance: string) => dicomwebAddress(study, series, instance);
  const headerOf = headerCache(address);
  const cache = new BoundedPictureCache<Loaded>({
    load: async (key, signal) => {
      const entry = entries.get(key);
      if (entry === undefined) throw new RangeError(`No entry ${key}`);
      const { uid, sopClassUid } = entry.instance;
      const place = { address: address(uid), frame: entry.frame };
      const stored = isAlwaysGray(sopClassUid) ? fetchFrame(place.address, place.frame, signal) : undefined;
      stored?.catch(() => undefined); // thrown where it is used, if it is
      const header = await headerOf(uid);
      signal.throwIfAborted();
      return { entry, header, picture: await loadPicture(header, { ...place, stored }, signal) };
    },
    sizeOf: ({ picture }) => picture.size,
    discard,
    onChange,
    budget: budget(),
  });
  return {
    cache,
    want: (stack: Stack<Instance>, place: number, direction: 1 | -1) => {
      const wanted = placesAround(place, direction, stack.length, mostAhead).flatMap((at) => stack.at(at) ?? []);
      entries.clear();
      for (const entry of wanted) entries.set(keyOf(entry), entry);
      cache.want([...entries.keys()]);
    },
  };
};

export interface CurrentPicture {
  readonly state: Loading<Loaded>;
  readonly retry: () => void;
  /** Whether the picture at a place can be shown without waiting. */
  readonly isReady: (place: number) => boolean;
}

/** The picture at a place of the stack, and its state. */
export const usePictures = (
  study: string,
  series: string,
  stack: Stack<Instance> | undefined,
  place: number,
): CurrentPicture => {
  const [version, setVersion] = useState(0);
  const [pictures, setPictures] = useState<ReturnType<typeof createPictures>>();
  const lastPlace = useRef(place);
  useEffect(() => {
    const created = createPictures(study, series, () => setVersion((now) => now + 1));
    setPictures(created);
    return () => created.cache.close();
  }, [study, series]);
  useEffect(() => {
    if (stack && stack.length > 0) pictures?.want(stack, place, place < lastPlace.current ? -1 : 1);
    lastPlace.current = place;
  }, [pictures, stack, place]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the cache holds something else
  return useMemo(() => {
    const keyAt = (at: number): string => {
      const entry = stack?.at(at);
      return entry === undefined ? '' : keyOf(entry);
    };
    return {
      state: pictures?.cache.get(keyAt(place)) ?? { kind: 'loading' },
      retry: () => {
        pictures?.cache.retry(keyAt(place));
        setVersion((now) => now + 1);
      },
      isReady: (at) => pictures?.cache.get(keyAt(at))?.kind === 'ready',
    };
  }, [pictures, stack, place, version]);
};
