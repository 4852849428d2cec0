// Alerts that wait for somebody, in a corner of every page.
import { Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { counted } from '../format/quantity.ts';
import classes from './alerts.module.css';
import { type Alert, circumstancesOf, titleOf } from './alerts.ts';
import { useAcknowledge, useAlerts } from './use-alerts.ts';

/** More would cover the page; the others are a line. */
const mostCards = 3;

export const momentText = (iso: string): string => new Date(iso).toLocaleString();

const Card = ({ alert }: { readonly alert: Alert }) => {
  const { mutate, isPending, error } = useAcknowledge();
  return (
    <section className={classes.card} role="alert" aria-label={titleOf(alert)}>
      <Group gap={10} wrap="nowrap" align="flex-start">
        <IconAlertTriangle size={20} className={classes.icon} aria-hidden />
        <div className={classes.words}>
          <Text size="sm" fw={600}>
            {titleOf(alert)}
          </Text>
          <Text size="sm">{alert.detail}</Text>
          <Text size="xs" className="quiet figures">
            {circumstancesOf(alert, momentText)}
          </Text>
          {error && (
            <Text size="xs" role="status">
              {error.message}
            </Text>
          )}
        </div>
        <Button size="compact-sm" variant="default" loading={isPending} onClick={() => mutate(alert.alertId)}>
          Acknowledge
        </Button>
      </Group>
    </section>
  );
};

export const AlertCards = () => {
  const { data: alerts = [] } = useAlerts();
  const waiting = alerts.filter(({ acknowledgedAt }) => acknowledgedAt === '');
  if (waiting.length === 0) return null;
  return (
    <aside className={classes.cards} aria-label="Alerts">
      {waiting.slice(0, mostCards).map((alert) => (
        <Card key={alert.alertId} alert={alert} />
      ))}
      {waiting.length > mostCards && (
        <Text size="sm" className={classes.card}>
          <Link to="/alerts">{counted(waiting.length - mostCards, 'more alert')}</Link>
        </Text>
      )}
    </aside>
  );
};
