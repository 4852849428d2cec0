// What waits for each peer, as the server sends it, and what is asked of a whole queue.
import type { Queue } from '@concord/server/api';
import { request } from '../api.ts';
import { isObject, listOf, numberOf, objectOf, textOf } from '../json.ts';

export const readQueue = (value: unknown): Queue => {
  const queue = objectOf(value);
  const number = (name: string): number => numberOf(queue, name) ?? 0;
  return {
    destination: textOf(queue, 'destination'),
    isPaused: queue.isPaused === true,
    waiting: number('waiting'),
    running: number('running'),
    paused: number('paused'),
    failed: number('failed'),
    instances: number('instances'),
    sent: number('sent'),
    since: textOf(queue, 'since'),
    detail: textOf(queue, 'detail'),
  };
};

export const getQueues = async (signal?: AbortSignal): Promise<readonly Queue[]> =>
  listOf(await (await request('/api/queues', signal ? { signal } : {})).json())
    .filter(isObject)
    .map(readQueue);

export type QueueControl = 'pause' | 'resume' | 'retry';

/** Resolves with how many jobs it changed. */
export const controlQueue = async (destination: string, control: QueueControl): Promise<number> => {
  const address = `/api/queues/${encodeURIComponent(destination)}/${control}`;
  return numberOf(objectOf(await (await request(address, { method: 'POST' })).json()), 'jobs') ?? 0;
};

/** What may be done with a queue as it stands. */
export const queueControlsOf = ({ isPaused, waiting, running, paused, failed }: Queue): readonly QueueControl[] => [
  ...(failed > 0 && !isPaused ? (['retry'] as const) : []),
  ...(isPaused || paused > 0 ? (['resume'] as const) : []),
  ...(waiting + running > 0 || (failed > 0 && !isPaused) ? (['pause'] as const) : []),
];

/** `1 running, 3 waiting`; '' where nothing is left to do. */
export const queueInWords = (queue: Queue): string =>
  [
    ...(['running', 'waiting', 'paused', 'failed'] as const)
      .filter((state) => queue[state] > 0)
      .map((state) => `${queue[state]} ${state === 'failed' ? 'given up' : state}`),
    ...(queue.isPaused ? ['what is asked for waits until all is resumed'] : []),
  ].join(', ');
