// Alerts on a page: asked for again when the server says that there is another, and now and then all the same.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { acknowledge, getAlerts } from './alerts.ts';

/** Another node of a cluster tells its own pages only. */
const refreshMs = 20_000;

export const useAlerts = () =>
  useQuery({ queryKey: ['alerts'], queryFn: ({ signal }) => getAlerts(signal), refetchInterval: refreshMs });

export const useAcknowledge = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: acknowledge,
    onSettled: () => queries.invalidateQueries({ queryKey: ['alerts'] }),
  });
};
