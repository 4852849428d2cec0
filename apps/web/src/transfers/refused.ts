// Refused objects as the server tells of them, read with care.
import type { RefusedObject } from '@concord/server/api';
import { request } from '../api.ts';
import { isObject, type JsonObject, listOf, numberOf, textOf } from '../json.ts';
import { pageLength } from './ledger.ts';

const readRefused = (refused: JsonObject): RefusedObject => ({
  id: textOf(refused, 'id'),
  at: textOf(refused, 'at'),
  peer: textOf(refused, 'peer'),
  address: textOf(refused, 'address'),
  associationId: textOf(refused, 'associationId'),
  studyInstanceUid: textOf(refused, 'studyInstanceUid'),
  sopInstanceUid: textOf(refused, 'sopInstanceUid'),
  sopClassUid: textOf(refused, 'sopClassUid'),
  transferSyntaxUid: textOf(refused, 'transferSyntaxUid'),
  status: numberOf(refused, 'status') ?? 0,
  detail: textOf(refused, 'detail'),
});

/** @param before id of a refusal: only older ones; '' for the newest */
export const getRefused = async (before: string, signal?: AbortSignal): Promise<readonly RefusedObject[]> => {
  const query = new URLSearchParams({ limit: String(pageLength) });
  if (before !== '') query.set('before', before);
  const response = await request(`/api/transfers/refused?${query}`, signal ? { signal } : {});
  return listOf(await response.json())
    .filter(isObject)
    .map(readRefused);
};
