// Something done about patients: what shows them is asked for anew, and what was done is said.
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

/** @param work resolves with what was done, in words */
export const useAct = <T>(work: (what: T) => Promise<string>, onDone: () => void = () => undefined) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: (message) => {
      for (const key of ['patients', 'studies', 'study', 'series', 'storage'])
        void queries.invalidateQueries({ queryKey: [key] });
      notifications.show({ message });
      onDone();
    },
  });
};
