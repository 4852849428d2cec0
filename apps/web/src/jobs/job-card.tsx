// One job: whose images go where, a bar, and the buttons that fit its state.
import { Badge, Button, Group, Progress, Text, UnstyledButton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { shownAgo } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { shownCount } from '../format/quantity.ts';
import { type Control, controlJob, controlsOf, getMissing, isOpen, type Job, mostMissing } from './job.ts';
import classes from './jobs.module.css';

const colours: Readonly<Record<string, string>> = {
  running: 'cyan',
  waiting: 'yellow',
  paused: 'gray',
  done: 'green',
  failed: 'red',
  cancelled: 'gray',
};

const labels: Readonly<Record<Control, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  retry: 'Try now',
};

/** How a job stands to the other system, where it does not simply send to it. */
const towards: Readonly<Record<string, string>> = {
  retrieve: 'from',
  commitment: 'asks for commitment of',
  'commitment report': 'reports on commitment to',
  notification: 'tells what is here',
};

/** `Doe^Jane, Knee 20260102`: the name as people write names, and the rest; what has no name in it stays as it is. */
const partsOf = (title: string): readonly [string, string] => {
  const [who = '', ...what] = title.split(', ');
  return /[\^=]/u.test(who) ? [nameInLine(who) || who, what.join(', ')] : [title, ''];
};

const shownTitle = (title: string): string => partsOf(title).filter(Boolean).join(' · ');

/** A name of either direction keeps its place before the rest. */
const Title = ({ title }: { readonly title: string }) => {
  const [who, rest] = partsOf(title);
  return (
    <Text fw={600} dir="ltr">
      <bdi>{who}</bdi>
      {rest !== '' && ` · ${rest}`}
    </Text>
  );
};

const when = (job: Job): string => {
  const ended = job.finishedAt === '' ? undefined : new Date(job.finishedAt);
  if (ended) return `${job.state} ${shownAgo(ended, new Date())}`;
  const next = new Date(job.notBefore);
  const waits = job.state === 'waiting' && job.attempts > 0 && next.getTime() > Date.now();
  return waits
    ? `next try at ${next.toLocaleTimeString('en-GB')}`
    : `asked for ${shownAgo(new Date(job.createdAt), new Date())}`;
};

const Controls = ({ job }: { readonly job: Job }) => {
  const queries = useQueryClient();
  const control = useMutation({
    mutationFn: (verb: Control) => controlJob(job.id, verb),
    onSettled: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
  return (
    <Group gap={6} wrap="nowrap">
      {controlsOf(job.state).map((verb) => (
        <Button
          key={verb}
          size="compact-sm"
          variant="default"
          disabled={control.isPending}
          onClick={() => control.mutate(verb)}
          aria-label={`${labels[verb]}: ${shownTitle(job.title)}, ${towards[job.kind] ?? 'to'} ${job.destination}`}
        >
          {labels[verb]}
        </Button>
      ))}
      {control.error && <Text size="xs">{control.error.message}</Text>}
    </Group>
  );
};

const MissingList = ({ job, count }: { readonly job: Job; readonly count: number }) => {
  const { data = [], error } = useQuery({
    queryKey: ['jobs', job.id, 'missing', job.sent],
    queryFn: ({ signal }) => getMissing(job.id, signal),
  });
  return (
    <ul className={classes.missing}>
      {error && <li>{error.message}</li>}
      {data.map(({ position, uid, detail, state }) => (
        <li key={position}>
          <span className="uid">{uid}</span> <span className="quiet">{detail || state}</span>
        </li>
      ))}
      {data.length >= mostMissing && count > data.length && <li>and {shownCount(count - data.length)} more</li>}
    </ul>
  );
};

const arrived = ({ kind }: Job): string => (kind === 'retrieve' ? 'here' : 'confirmed');

const Progression = ({ job }: { readonly job: Job }) => {
  const share = job.total === 0 ? (job.state === 'done' ? 100 : 0) : (job.sent / job.total) * 100;
  const lost = job.total === 0 ? 0 : (job.failed / job.total) * 100;
  return (
    <Progress.Root size="sm" aria-label={`${job.sent} of ${job.total} ${arrived(job)}`}>
      <Progress.Section
        value={share}
        color={job.state === 'done' ? 'green' : 'cyan'}
        animated={job.state === 'running'}
      />
      <Progress.Section value={lost} color="red" />
    </Progress.Root>
  );
};

export const JobCard = ({ job }: { readonly job: Job }) => {
  const [open, setOpen] = useState(false);
  const missing = job.total - job.sent;
  return (
    <li className={classes.card}>
      <Group justify="space-between" gap="sm" className={classes.head}>
        <Group gap={10} className={classes.title}>
          <Badge variant="light" color={colours[job.state] ?? 'gray'}>
            {job.state}
          </Badge>
          <Title title={job.title} />
          <Text size="sm" className="quiet">
            {towards[job.kind] ?? 'to'} {job.destination}
          </Text>
        </Group>
        <Controls job={job} />
      </Group>
      <Progression job={job} />
      <Group justify="space-between" gap="sm">
        <Text size="sm" className="figures" data-good={job.state === 'done'}>
          {shownCount(job.sent)} of {shownCount(job.total)} {arrived(job)}
          {job.failed > 0 && `, ${shownCount(job.failed)} refused`}
        </Text>
        <Text size="xs" className="quiet figures">
          {when(job)} · {job.cause}
        </Text>
      </Group>
      {job.detail !== '' && (
        <Text size="sm" className={job.state === 'failed' ? classes.problem : 'quiet'}>
          {job.detail}
        </Text>
      )}
      {missing > 0 && !(isOpen(job) && job.detail === '') && (
        <UnstyledButton className={classes.more} onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? 'Hide' : missing === 1 ? 'Which one is missing' : `Which ${shownCount(missing)} are missing`}
        </UnstyledButton>
      )}
      {open && <MissingList job={job} count={missing} />}
    </li>
  );
};
