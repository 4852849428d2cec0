// What was put right, the newest first, each with a way back.
import { Button, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { shownAgo } from '../format/date-time.ts';
import { shownCount } from '../format/quantity.ts';
import { getEvents, mostEvents, type PatientEvent, undo } from './patient-api.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

/** Names of either direction keep their places: what was before stays before what is after. */
const Summary = ({ text }: { readonly text: string }) => (
  <Text size="sm" dir="ltr">
    {text
      .replaceAll('^', ' ')
      .split(/( → | moved from | to | merged into | and |, |: )/u)
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no other name, and never change places
      .map((part, index) => (index % 2 === 1 ? part : <bdi key={index}>{part}</bdi>))}
  </Text>
);

const Event = ({ event }: { readonly event: PatientEvent }) => {
  const taking = useAct(undo);
  const undone = event.undoneAt !== '';
  return (
    <li className={classes.event} data-undone={undone}>
      <div className={classes.words}>
        <Summary text={event.summary} />
        <Text size="xs" className="quiet">
          {shownAgo(new Date(event.at), new Date())} · {event.by}
          {event.reason !== '' && ` · “${event.reason}”`}
          {undone && ' · taken back'}
        </Text>
        {taking.error && (
          <Text size="xs" role="alert" className={classes.problem}>
            {taking.error.message}
          </Text>
        )}
      </div>
      {!undone && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconArrowBackUp size={14} />}
          loading={taking.isPending}
          onClick={() => taking.mutate(event.id)}
          aria-label={`Undo: ${event.summary.replaceAll('^', ' ')}`}
        >
          Undo
        </Button>
      )}
    </li>
  );
};

/** Of one study and its patient, or of all. */
export const EventList = ({ study }: { readonly study?: string }) => {
  const { data = [], error } = useQuery({
    queryKey: ['patients', 'events', study ?? ''],
    queryFn: ({ signal }) => getEvents(study, signal),
  });
  if (error) return <Text size="sm">{error.message}</Text>;
  if (data.length === 0 && study === undefined) return <Text className="quiet">Nothing was changed yet.</Text>;
  return (
    <ul className={classes.list} aria-label="History">
      {data.map((event) => (
        <Event key={event.id} event={event} />
      ))}
      {data.length >= mostEvents && (
        <Text component="li" size="sm" className="quiet">
          Only the last {shownCount(mostEvents)} are shown.
        </Text>
      )}
    </ul>
  );
};
