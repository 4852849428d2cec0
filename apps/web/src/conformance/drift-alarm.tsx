// Where what runs was seen to contradict its statement since the server began. PS3.2 6
import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { counted } from '../format/quantity.ts';
import classes from './conformance.module.css';
import { getDrift } from './statement-api.ts';

const refreshMs = 15_000;

export const DriftAlarm = () => {
  const { data: kinds, error } = useQuery({
    queryKey: ['drift'],
    queryFn: ({ signal }) => getDrift(signal),
    refetchInterval: refreshMs,
  });
  if (error) return <Text role="alert">{error.message}</Text>;
  if (!kinds) return null;
  if (kinds.length === 0)
    return (
      <Text size="sm" className="quiet" role="status" aria-label="Drift">
        No association has contradicted it since the server began.
      </Text>
    );
  return (
    <Stack gap="xs" role="alert" aria-label="Drift">
      <Title order={3} size="h4" className={classes.error}>
        What runs contradicts this statement
      </Title>
      <Text size="sm">
        Seen since the server began: {counted(kinds.length, 'kind')} of contradiction. Each is a defect of the statement
        or of what runs.
      </Text>
      <div className={classes.scroll}>
        <table aria-label="Contradictions">
          <thead>
            <tr>
              <th scope="col">Entity</th>
              <th scope="col">Observed</th>
              <th scope="col">Stated</th>
              <th scope="col">Seen</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(({ entity, kind, observed, stated, association, lastAt, times }) => (
              <tr key={`${entity} ${kind} ${observed}`}>
                <td className={classes.title}>{entity}</td>
                <td>
                  {kind}: {observed}
                </td>
                <td>{stated}</td>
                <td>
                  {counted(times, 'association')}, first in <span className="uid">{association}</span>, last {lastAt}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Stack>
  );
};
