// One line for each peer that something waits for: how much, how far, what holds it up, and the switch for all of it.
import type { Queue } from '@concord/server/api';
import { Button, Group, Progress, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { shownAgo } from '../format/date-time.ts';
import { counted, shownCount } from '../format/quantity.ts';
import classes from './jobs.module.css';
import { controlQueue, getQueues, type QueueControl, queueControlsOf, queueInWords } from './queues.ts';

const refreshMs = 2000;

const labels: Readonly<Record<QueueControl, string>> = {
  pause: 'Pause all',
  resume: 'Resume all',
  retry: 'Try all again',
};

const Line = ({ queue }: { readonly queue: Queue }) => {
  const queries = useQueryClient();
  const { destination, instances, sent, since, detail, running } = queue;
  const control = useMutation({
    mutationFn: (verb: QueueControl) => controlQueue(destination, verb),
    onSettled: () =>
      Promise.all(['queues', 'jobs'].map((queryKey) => queries.invalidateQueries({ queryKey: [queryKey] }))),
  });
  return (
    <li className={classes.queue}>
      <Group justify="space-between" gap="sm">
        <Group gap={10} className={classes.title}>
          <Link to="/jobs" search={{ to: destination }} className={classes.peer}>
            {destination}
          </Link>
          <Text size="sm" className="quiet">
            {queueInWords(queue)}
            {since !== '' && `, the oldest asked for ${shownAgo(new Date(since), new Date())}`}
          </Text>
        </Group>
        <Group gap={6}>
          {queueControlsOf(queue).map((verb) => (
            <Button
              key={verb}
              size="compact-sm"
              variant="default"
              disabled={control.isPending}
              onClick={() => control.mutate(verb)}
              aria-label={`${labels[verb]} for ${destination}`}
            >
              {labels[verb]}
            </Button>
          ))}
        </Group>
      </Group>
      {instances > 0 && (
        <Group gap="sm" wrap="nowrap">
          <Progress
            className={classes.bar}
            size="sm"
            value={(sent / instances) * 100}
            animated={running > 0}
            aria-label={`${sent} of ${instances} objects for ${destination}`}
          />
          <Text size="sm" className="figures">
            {counted(instances - sent, 'object')} to go of {shownCount(instances)}
          </Text>
        </Group>
      )}
      {(detail !== '' || control.error) && (
        <Text size="sm" className={classes.problem}>
          {control.error?.message ?? detail}
        </Text>
      )}
    </li>
  );
};

/** Nothing where nothing waits. */
export const QueueList = () => {
  const { data = [], error } = useQuery({
    queryKey: ['queues'],
    queryFn: ({ signal }) => getQueues(signal),
    refetchInterval: refreshMs,
  });
  if (error)
    return (
      <Text size="sm" role="alert" className={classes.problem}>
        What waits for each peer cannot be loaded: {error.message}
      </Text>
    );
  if (data.length === 0) return null;
  return (
    <ul className={classes.card} aria-label="Queues">
      {data.map((queue) => (
        <Line key={queue.destination} queue={queue} />
      ))}
    </ul>
  );
};
