// Where a page cannot be shown: what happened, and the way on.
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconMapSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface DeadEndProps {
  readonly title: string;
  readonly reason: string;
  readonly icon?: ReactNode;
  /** Tries once more what did not work. */
  readonly onRetry?: () => void;
}

/** A pane that says why it is empty. */
export const DeadEnd = ({ title, reason, icon, onRetry }: DeadEndProps) => (
  <Stack align="center" gap="sm" py={72} px="md" role="alert">
    {icon ?? <IconAlertTriangle size={40} stroke={1.4} color="var(--mantine-color-orange-5)" />}
    <Title order={2} size="h3" ta="center">
      {title}
    </Title>
    <Text className="quiet" ta="center" maw={560}>
      {reason}
    </Text>
    <Group mt="xs">
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
      <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
        All studies
      </Button>
    </Group>
  </Stack>
);

export const NotFound = () => (
  <DeadEnd
    title="No such page"
    reason="Nothing is at this address."
    icon={<IconMapSearch size={40} stroke={1.4} color="var(--page-quiet)" />}
  />
);

/** The last resort: an error of this page itself. */
export const Failed = ({ error, reset }: { readonly error: unknown; readonly reset: () => void }) => (
  <DeadEnd title="This page failed" reason={error instanceof Error ? error.message : String(error)} onRetry={reset} />
);
