// What a rule would have done: the span it is tried with, the button, and what it says.
import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import classes from '../jobs/jobs.module.css';
import { isPeriod, type Period, periods, spanOf } from './period.ts';
import { type RuleContent, tryRule } from './rule.ts';
import { TriedList } from './tried-list.tsx';

interface DryRunProps {
  /** A rule that is kept, by its id, or one that is being written. */
  readonly rule: RuleContent | string;
  readonly disabled?: boolean;
}

export const DryRun = ({ rule, disabled = false }: DryRunProps) => {
  const [period, setPeriod] = useState<Period>('the last 24 hours');
  const about = JSON.stringify(rule);
  const [asked, setAsked] = useState(about);
  const trying = useMutation({ mutationFn: () => tryRule(rule, spanOf(period, new Date())) });
  const choose = (value: string): void => {
    if (isPeriod(value)) setPeriod(value);
    trying.reset();
  };
  return (
    <div>
      <Group gap={6}>
        <Button
          size="compact-sm"
          variant="default"
          disabled={disabled}
          loading={trying.isPending}
          onClick={() => {
            setAsked(about);
            trying.mutate();
          }}
        >
          Try with
        </Button>
        <NativeSelect
          size="xs"
          aria-label="Studies to try with"
          data={[...periods]}
          value={period}
          onChange={({ currentTarget: { value } }) => choose(value)}
        />
      </Group>
      {trying.error && asked === about && (
        <Text size="sm" role="alert" className={classes.problem}>
          {trying.error.message}
        </Text>
      )}
      {trying.data && asked === about && <TriedList tried={trying.data} period={period} />}
    </div>
  );
};
