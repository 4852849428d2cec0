// All alerts that are kept: what this system could not do, how often, and who has taken note.
import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { momentText } from './alert-cards.tsx';
import classes from './alerts.module.css';
import { type Alert, circumstancesOf, titleOf } from './alerts.ts';
import { useAcknowledge, useAlerts } from './use-alerts.ts';

const Row = ({ alert }: { readonly alert: Alert }) => {
  const { mutate, isPending } = useAcknowledge();
  const { alertId, detail, firstAt, associationId, acknowledgedAt, acknowledgedBy } = alert;
  return (
    <tr>
      <td className="figures">{momentText(firstAt)}</td>
      <td>
        <Text size="sm" fw={600}>
          {titleOf(alert)}
        </Text>
        <Text size="sm">{detail}</Text>
        <Text size="xs" className="quiet figures">
          {circumstancesOf(alert, momentText)}
          {associationId !== '' && (
            <>
              {' '}
              · association <span className="uid">{associationId}</span>
            </>
          )}
        </Text>
      </td>
      <td>
        {acknowledgedAt === '' ? (
          <Button size="compact-sm" variant="default" loading={isPending} onClick={() => mutate(alertId)}>
            Acknowledge
          </Button>
        ) : (
          <Text size="sm" className="quiet">
            {momentText(acknowledgedAt)}, {acknowledgedBy}
          </Text>
        )}
      </td>
    </tr>
  );
};

const Table = ({ alerts }: { readonly alerts: readonly Alert[] }) => (
  <div className={classes.scroll}>
    <table className={classes.table} aria-label="All alerts">
      <thead>
        <tr>
          <th scope="col">First</th>
          <th scope="col">What</th>
          <th scope="col">Acknowledged</th>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <Row key={alert.alertId} alert={alert} />
        ))}
      </tbody>
    </table>
  </div>
);

export const AlertsPage = () => {
  const { data, error, isPending, refetch } = useAlerts();
  useEffect(() => {
    document.title = 'Alerts · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={1040} mx="auto">
      <div>
        <Title order={1} size="h2">
          Alerts
        </Title>
        <Text className="quiet">Queries and moves that this system could not carry out, the newest first</Text>
      </div>
      {isPending && <Skeleton height={180} radius="md" />}
      {error && !data && (
        <DeadEnd title="The alerts cannot be loaded" reason={error.message} onRetry={() => void refetch()} />
      )}
      {data?.length === 0 && <Text>There have been none.</Text>}
      {data && data.length > 0 && <Table alerts={data} />}
    </Stack>
  );
};
