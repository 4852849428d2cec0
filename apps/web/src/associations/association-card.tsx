// One association: a sentence, what was refused and how to mend it, and the details for who asks.
import { Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { shownAgo } from '../format/date-time.ts';
import { counted, shownBytes } from '../format/quantity.ts';
import { Notice } from '../shell/notice.tsx';
import { type Association, type Context, type Fault, summary, type Verdict, verdict } from './association-record.ts';
import classes from './associations.module.css';
import { UidName } from './uid-name.tsx';

const marks: Readonly<Record<Verdict, { readonly icon: typeof IconCircleCheck; readonly label: string }>> = {
  good: { icon: IconCircleCheck, label: 'Everything went well' },
  attention: { icon: IconAlertTriangle, label: 'Something was refused' },
  bad: { icon: IconCircleX, label: 'Something failed' },
};

const RefusedContexts = ({ contexts }: { readonly contexts: readonly Context[] }) => (
  <Notice tone="attention" title={`${counted(contexts.length, 'kind')} of object refused`}>
    <Stack gap={8} component="ul" p={0} m={0}>
      {contexts.map(({ id, abstractSyntax, reason, remedy }) => (
        <li key={id} className={classes.plain}>
          <Text size="sm" fw={600}>
            <UidName uid={abstractSyntax} />
          </Text>
          <Text size="sm">{reason}</Text>
          {remedy !== '' && <Text size="sm">What helps: {remedy}</Text>}
        </li>
      ))}
    </Stack>
  </Notice>
);

const Faults = ({ faults }: { readonly faults: readonly Fault[] }) => (
  <Notice tone="bad" title="Failed">
    <Stack gap={6} component="ul" p={0} m={0}>
      {faults.map(({ operation, status, comment, sopInstanceUid }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list of a finished association never changes
        <li key={index} className={classes.plain}>
          <Text size="sm">
            {operation} {status} {comment}
          </Text>
          <span className="uid quiet">{sopInstanceUid}</span>
        </li>
      ))}
    </Stack>
  </Notice>
);

const AcceptedContexts = ({ contexts }: { readonly contexts: readonly Context[] }) => (
  <ul className={classes.contexts}>
    {contexts.map(({ id, abstractSyntax, transferSyntax }) => (
      <li key={id}>
        <UidName uid={abstractSyntax} /> <span className="quiet">in</span> <UidName uid={transferSyntax} />
      </li>
    ))}
  </ul>
);

const Details = ({ association }: { readonly association: Association }) => {
  const accepted = association.contexts.filter((context) => context.accepted);
  const { bytesReceived, bytesSent, software, secured, address, called } = association;
  return (
    <details className={classes.details}>
      <summary>Details</summary>
      <Text size="sm" className="figures">
        {shownBytes(bytesReceived)} received, {shownBytes(bytesSent)} sent · {secured ? 'TLS' : 'not encrypted'} · from{' '}
        {address} to {called}
        {software !== '' && ` · ${software}`}
      </Text>
      {accepted.length > 0 && <AcceptedContexts contexts={accepted} />}
    </details>
  );
};

export const AssociationCard = ({ association }: { readonly association: Association }) => {
  const { calling, called, address, contexts, faults, end, outgoing, startedAt } = association;
  const judged = verdict(association);
  const { icon: Icon, label } = marks[judged];
  const refused = contexts.filter((context) => !context.accepted);
  const broken = end.kind !== 'released' && end.kind !== 'rejected' && end.kind !== '';
  return (
    <li className={classes.card} data-verdict={judged}>
      <Icon size={22} stroke={1.7} className={classes.mark} role="img" aria-label={label} />
      <Stack gap={8} className={classes.body}>
        <Group justify="space-between" gap="xs" align="baseline">
          <Text>
            <b>{outgoing ? called : calling || 'Unnamed'}</b>{' '}
            <span className="quiet">{outgoing ? '(we called)' : address}</span> {summary(association)}
          </Text>
          <Tooltip label={startedAt.toLocaleString()}>
            <Text size="sm" className="quiet figures">
              {shownAgo(startedAt, new Date())}
            </Text>
          </Tooltip>
        </Group>
        {broken && <Text size="sm">It ended badly: {end.detail}</Text>}
        {end.remedy !== '' && <Text size="sm">What helps: {end.remedy}</Text>}
        {refused.length > 0 && <RefusedContexts contexts={refused} />}
        {faults.length > 0 && <Faults faults={faults} />}
        <Details association={association} />
      </Stack>
    </li>
  );
};
