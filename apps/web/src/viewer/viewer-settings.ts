// What the server's settings say of the viewer.
import { useQuery } from '@tanstack/react-query';
import { request } from '../api.ts';
import { objectOf, textOf } from '../json.ts';
import type { OverlayChoice } from './shown-overlays.ts';

/** Overlays by themselves: of every group, of the first, or only when they are asked for. */
export type OverlaySetting = Exclude<OverlayChoice, 'none'> | 'on request';

const getOverlaySetting = async (signal: AbortSignal): Promise<OverlaySetting> => {
  const said = textOf(objectOf(await (await request('/api/viewer', { signal })).json()), 'overlays');
  return said === 'first group' || said === 'on request' ? said : 'every group';
};

/** Undefined while it is not known. */
export const useOverlaySetting = (): OverlaySetting | undefined => {
  const { data, isError } = useQuery({
    queryKey: ['viewer settings'],
    queryFn: ({ signal }) => getOverlaySetting(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? (isError ? 'every group' : undefined);
};

/** What is drawn: nothing before the setting is known, so that nothing is seen that should not be. */
export const overlayChoice = (setting: OverlaySetting | undefined, isShown: boolean): OverlayChoice => {
  if (!isShown || setting === undefined) return 'none';
  return setting === 'first group' ? 'first group' : 'every group';
};
