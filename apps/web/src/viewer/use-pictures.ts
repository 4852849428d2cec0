// The pictures of one series: the one looked at first, its neighbours ahead of time, within a bound of memory.
import { useEffect, useMemo, useRef, useState } from 'react';
import { dicomwebAddress } from '../api.ts';
import { appliedState, type State, type StateChoice } from '../study/presentation-states.ts';
import type { Instance } from '../study/study-queries.ts';
import { type Header, loadHeader } from './load-header.ts';
import { fetchFrame, isAlwaysGray, loadPicture, loadPresented, type Picture, withheld } from './picture.ts';
import { BoundedPictureCache, type Loading } from './picture-cache.ts';
import { placesAround, type Stack, type StackEntry } from './stack.ts';

export interface Loaded {
  readonly entry: StackEntry<Instance>;
  readonly header: Header;
  readonly picture: Picture;
  /** The presentation state that it is shown with. */
  readonly state: State | undefined;
}

/** With a presentation state; and whether an image that is for processing is drawn. */
interface Look {
  readonly state: State | undefined;
  readonly showRaw: boolean;
}

/** An entry, and how it is shown. */
interface Shown extends Look {
  readonly entry: StackEntry<Instance>;
}

/** How an entry is shown. */
type LookOf = (entry: StackEntry<Instance>) => Look;

const megabyte = 1_000_000;
/** Stored values kept in memory; a telephone has less of it. */
const budget = (): number => (matchMedia('(pointer: coarse)').matches ? 160 : 512) * megabyte;
const mostAhead = 120;
const mostHeaders = 400;

const keyOf = ({ entry: { instance, frame }, state, showRaw }: Shown): string =>
  `${instance.uid}/${frame}/${state?.sopInstanceUid ?? ''}/${showRaw ? 'raw' : ''}`;

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
  const entries = new Map<string, Shown>();
  const address = (instance: string) => dicomwebAddress(study, series, instance);
  const headerOf = headerCache(address);
  const cache = new BoundedPictureCache<Loaded>({
    load: async (key, signal) => {
      const shown = entries.get(key);
      if (shown === undefined) throw new RangeError(`No entry ${key}`);
      const { entry, state, showRaw } = shown;
      const { uid, sopClassUid } = entry.instance;
      const place = { address: address(uid), frame: entry.frame };
      const hidden = showRaw ? undefined : withheld(sopClassUid);
      if (hidden) return { entry, header: await headerOf(uid), picture: hidden, state: undefined };
      if (state) {
        const asked = { study, series, instance: uid, frame: entry.frame, state };
        const [header, picture] = await Promise.all([headerOf(uid), loadPresented(asked, signal)]);
        return { entry, header, picture, state };
      }
      const stored = isAlwaysGray(sopClassUid) ? fetchFrame(place.address, place.frame, signal) : undefined;
      stored?.catch(() => undefined); // thrown where it is used, if it is
      const header = await headerOf(uid);
      signal.throwIfAborted();
      return { entry, header, picture: await loadPicture(header, { ...place, stored }, signal), state };
    },
    sizeOf: ({ picture }) => picture.size,
    discard,
    onChange,
    budget: budget(),
  });
  return {
    cache,
    want: (stack: Stack<Instance>, lookOf: LookOf, place: number, direction: 1 | -1) => {
      const wanted = placesAround(place, direction, stack.length, mostAhead)
        .flatMap((at) => stack.at(at) ?? [])
        .map((entry) => ({ entry, ...lookOf(entry) }));
      entries.clear();
      for (const shown of wanted) entries.set(keyOf(shown), shown);
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

/** What is looked at. */
export interface Wanted {
  readonly study: string;
  readonly series: string;
  readonly stack: Stack<Instance> | undefined;
  readonly place: number;
  /** Of the study; undefined while they are not known: nothing is shown before, as it might be shown wrongly. */
  readonly states: readonly State[] | undefined;
  readonly choice: StateChoice;
  readonly showRaw: boolean;
}

/** The picture at a place of the stack, and whether it is there yet. */
export const usePictures = ({ study, series, stack, place, states, choice, showRaw }: Wanted): CurrentPicture => {
  const [version, setVersion] = useState(0);
  const [pictures, setPictures] = useState<ReturnType<typeof createPictures>>();
  const lastPlace = useRef(place);
  useEffect(() => {
    const created = createPictures(study, series, () => setVersion((now) => now + 1));
    setPictures(created);
    return () => created.cache.close();
  }, [study, series]);
  const lookOf = useMemo<LookOf | undefined>(
    () =>
      states &&
      (({ instance, frame }) => ({
        state: appliedState(states, choice, { instance: instance.uid, frame }),
        showRaw,
      })),
    [states, choice, showRaw],
  );
  useEffect(() => {
    if (stack && stack.length > 0 && lookOf) pictures?.want(stack, lookOf, place, place < lastPlace.current ? -1 : 1);
    lastPlace.current = place;
  }, [pictures, stack, lookOf, place]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the cache holds something else
  return useMemo(() => {
    const keyAt = (at: number): string => {
      const entry = stack?.at(at);
      return entry === undefined || !lookOf ? '' : keyOf({ entry, ...lookOf(entry) });
    };
    return {
      state: pictures?.cache.get(keyAt(place)) ?? { kind: 'loading' },
      retry: () => {
        pictures?.cache.retry(keyAt(place));
        setVersion((now) => now + 1);
      },
      isReady: (at) => pictures?.cache.get(keyAt(at))?.kind === 'ready',
    };
  }, [pictures, stack, lookOf, place, version]);
};
