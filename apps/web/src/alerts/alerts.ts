// Alerts as the server sends them, put into words, and acknowledging one.
import type { Alert } from '@concord/server/api';
import { request } from '../api.ts';
import { isObject, listOf, numberOf, textOf } from '../json.ts';

export type { Alert };

export const readAlert = (alert: Readonly<Record<string, unknown>>): Alert => ({
  alertId: textOf(alert, 'alertId'),
  entity: textOf(alert, 'entity'),
  operation: textOf(alert, 'operation'),
  status: textOf(alert, 'status'),
  peer: textOf(alert, 'peer'),
  destination: textOf(alert, 'destination'),
  detail: textOf(alert, 'detail'),
  associationId: textOf(alert, 'associationId'),
  times: numberOf(alert, 'times') ?? 0,
  firstAt: textOf(alert, 'firstAt'),
  lastAt: textOf(alert, 'lastAt'),
  acknowledgedAt: textOf(alert, 'acknowledgedAt'),
  acknowledgedBy: textOf(alert, 'acknowledgedBy'),
});

/** The newest first. */
export const getAlerts = async (signal?: AbortSignal): Promise<readonly Alert[]> =>
  listOf(await (await request('/api/alerts', signal ? { signal } : {})).json())
    .filter(isObject)
    .map(readAlert);

export const acknowledge = async (alertId: string): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  await request(`/api/alerts/${encodeURIComponent(alertId)}/acknowledge`, { method: 'POST', headers, body: '{}' });
};

/** What has happened, in a line. */
export const titleOf = ({ operation, status, destination, entity }: Alert): string => {
  if (operation === 'clock') return 'The clock is in doubt: studies are not deleted by their age';
  if (operation === 'C-FIND') return `${entity} refused a query: out of resources`;
  const to = destination === '' ? '' : ` to ${destination}`;
  return status === 'A701H'
    ? `${entity} could not look up what to send${to}`
    : `${entity} could not send all images${to}`;
};

/** How often and when, and whose request it was. */
export const circumstancesOf = (
  { operation, status, peer, times, lastAt }: Alert,
  time: (iso: string) => string,
): string =>
  [
    `${operation} ${status}`,
    peer && `asked for by ${peer}`,
    times > 1 ? `${times} times, last ${time(lastAt)}` : time(lastAt),
  ]
    .filter(Boolean)
    .join(' · ');
