// The presentation states of a study, and which of them an image is shown with. PS3.3 A.33, C.11.11.
import type { StudyPresentationState } from '@concord/server/api';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { request, servicePrefix } from '../api.ts';
import { isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from '../json.ts';

export type State = StudyPresentationState;

/** `newest`: the newest grayscale state that is for the image; `none`; or a state, for the images that it is for. */
export type StateChoice = 'newest' | 'none' | { readonly uid: string };

const kinds = ['grayscale', 'color', 'pseudoColor', 'blending'] as const;
const rotations = [0, 90, 180, 270] as const;

const readState = (state: JsonObject): State => {
  const spatial = objectOf(state.spatial);
  return {
    sopInstanceUid: textOf(state, 'sopInstanceUid'),
    seriesInstanceUid: textOf(state, 'seriesInstanceUid'),
    kind: kinds.find((kind) => kind === state.kind) ?? 'grayscale',
    label: textOf(state, 'label'),
    description: textOf(state, 'description'),
    creator: textOf(state, 'creator'),
    created: textOf(state, 'created'),
    notDisplayed: textOf(state, 'notDisplayed'),
    spatial: {
      rotation: rotations.find((rotation) => rotation === numberOf(spatial, 'rotation')) ?? 0,
      flip: spatial.flip === true,
    },
    images: listOf(state.images)
      .filter(isObject)
      .map((image) => ({
        sopInstanceUid: textOf(image, 'sopInstanceUid'),
        frames: listOf(image.frames).filter((frame) => typeof frame === 'number'),
      })),
  };
};

const statesQuery = (study: string) => ({
  queryKey: ['study', study, 'presentation states'],
  queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<readonly State[]> => {
    const response = await request(`${servicePrefix()}/api/studies/${encodeURIComponent(study)}/presentation-states`, {
      signal,
    });
    return listOf(await response.json())
      .filter(isObject)
      .map(readState);
  },
  staleTime: 10_000,
});

/** The states of a study, the newest first. */
export const useStates = (study: string) => useQuery(statesQuery(study));

/** Asks for them before the viewer is opened. */
export const prefetchStates = (queries: QueryClient, study: string): void =>
  void queries.prefetchQuery(statesQuery(study));

/** One frame of one instance. */
export interface SeenFrame {
  readonly instance: string;
  readonly frame: number;
}

const isFor = ({ images }: State, { instance, frame }: SeenFrame): boolean =>
  images.some(
    ({ sopInstanceUid, frames }) => sopInstanceUid === instance && (frames.length === 0 || frames.includes(frame)),
  );

/** Those that are for the frame, the newest first. */
export const statesFor = (states: readonly State[], seen: SeenFrame): readonly State[] =>
  states.filter((state) => isFor(state, seen));

/** The state that a frame is shown with; one that is not displayed is never applied without the part that is not. */
export const appliedState = (states: readonly State[], choice: StateChoice, seen: SeenFrame): State | undefined => {
  if (choice === 'none') return undefined;
  const displayed = statesFor(states, seen).filter(({ notDisplayed }) => notDisplayed === '');
  const chosen =
    choice === 'newest' ? undefined : displayed.find(({ sopInstanceUid }) => sopInstanceUid === choice.uid);
  return chosen ?? displayed.find(({ kind }) => kind === 'grayscale');
};
