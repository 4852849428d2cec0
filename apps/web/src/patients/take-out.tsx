// Takes a study out of every answer: the first of two steps, so that it can be put back.
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useKeeping } from './keep-line.tsx';
import { rejectStudy } from './keeping.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

interface TakeOutProps {
  readonly study: string;
  readonly onDone: () => void;
}

export const TakeOut = ({ study, onDone }: TakeOutProps) => {
  const { data: keeping } = useKeeping(study);
  const [reason, setReason] = useState('');
  const navigate = useNavigate();
  const acting = useAct(
    (why: string) => rejectStudy(study, why),
    () => {
      onDone();
      void navigate({ to: '/' });
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    acting.mutate(reason);
  };
  const told = keeping?.committed.map(({ peer }) => peer) ?? [];
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" pt="sm">
        <Text size="sm">
          Nobody finds the study any more. It can be put back on the page Storage until it is deleted for good.
        </Text>
        {told.length > 0 && (
          <Text size="sm" className={classes.problem}>
            {told.join(' and ')} {told.length === 1 ? 'was' : 'were'} told that it is kept here, and may have deleted
            its own copy.
          </Text>
        )}
        <TextInput
          label="Why"
          value={reason}
          onChange={({ currentTarget: { value } }) => setReason(value)}
          autoComplete="off"
        />
        {keeping?.isProtected && <Text size="sm">The study is protected: release it first.</Text>}
        {acting.error && (
          <Text size="sm" role="alert" className={classes.problem}>
            {acting.error.message}
          </Text>
        )}
        <Button type="submit" color="red" loading={acting.isPending} disabled={keeping?.isProtected !== false}>
          Take the study out
        </Button>
      </Stack>
    </form>
  );
};
