// What keeps a study from going by itself, and taking one out, as the server tells and takes it.

import { request } from '../api.ts';
import { counted } from '../format/quantity.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../json.ts';

export interface Keeping {
  readonly isProtected: boolean;
  /** Peers that were told that something of it is committed here, and when last, ISO 8601. */
  readonly committed: readonly { readonly peer: string; readonly at: string }[];
  readonly isOnItsWay: boolean;
  readonly awaitsCommitment: boolean;
  readonly isComingIn: boolean;
}

const addressOf = (study: string): string => `/api/storage/studies/${encodeURIComponent(study)}`;

export const getKeeping = async (study: string, signal?: AbortSignal): Promise<Keeping> => {
  const keeping = objectOf(await (await request(addressOf(study), signal ? { signal } : {})).json());
  return {
    isProtected: keeping.isProtected === true,
    committed: listOf(keeping.committed)
      .filter(isObject)
      .map((each) => ({ peer: textOf(each, 'peer'), at: textOf(each, 'at') })),
    isOnItsWay: keeping.isOnItsWay === true,
    awaitsCommitment: keeping.awaitsCommitment === true,
    isComingIn: keeping.isComingIn === true,
  };
};

/** Resolves with what was done, in words. */
export const rejectStudy = async (study: string, reason: string): Promise<string> => {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason }),
  };
  const outcome = objectOf(await (await request(`${addressOf(study)}/reject`, init)).json());
  const count = numberOf(outcome, 'instances') ?? 0;
  return `${counted(count, 'object is', 'objects are')} taken out; the page Storage puts ${count === 1 ? 'it' : 'them'} back`;
};
