// Something done about patients: what shows them is asked for anew, and what was done is said.
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

/** @param work resolves with what was done, in words */
export const useAct = <T>(work: (what: T) => Promise<string>, onDone: () => void = () => undefined) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    // Where it was refused, what is shown may no longer be so.
    onSettled: () => {
      for (const key of ['patients', 'studies', 'study', 'series', 'storage'])
        void queries.invalidateQueries({ queryKey: [key] });
    },
    onSuccess: (message) => {
      notifications.show({ message });
      onDone();
    },
  });
};
