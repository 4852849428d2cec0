// The exam types of this site: entered and taken out here, found again in the descriptions of studies.
import { ActionIcon, Button, Group, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { addExamType, getExamTypes, removeExamType } from './exam-types.ts';

const key = ['exam types'];

/** A change of the list; the answer is the list as it is now. */
const useChange = (work: (name: string) => ReturnType<typeof addExamType>, onDone: (name: string) => void) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: (list, name) => {
      queries.setQueryData(key, list);
      void queries.invalidateQueries({ queryKey: ['study'] });
      onDone(name);
    },
  });
};

const longestName = 64;

const AddForm = () => {
  const [name, setName] = useState('');
  const { mutate, isPending, error } = useChange(addExamType, (added) =>
    // What was typed meanwhile stays.
    setName((now) => (now === added ? '' : now)),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') mutate(name);
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label="New exam type"
          placeholder="CT CHEST"
          value={name}
          maxLength={longestName}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={error?.message}
        />
        <Button type="submit" loading={isPending}>
          Add
        </Button>
      </Group>
    </form>
  );
};

const Entry = ({ name }: { readonly name: string }) => {
  const { mutate, isPending, error } = useChange(removeExamType, () => undefined);
  return (
    <Group component="li" gap="sm" justify="space-between" maw={520}>
      <Text>{name}</Text>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Remove ${name}`}
        loading={isPending}
        onClick={() => mutate(name)}
      >
        <IconTrash size={16} stroke={1.7} />
      </ActionIcon>
      {error && (
        <Text size="sm" role="alert">
          {error.message}
        </Text>
      )}
    </Group>
  );
};

export const ExamTypesPage = () => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => getExamTypes(signal),
  });
  useEffect(() => {
    document.title = 'Exam types · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={1040} mx="auto">
      <div>
        <Title order={1} size="h2">
          Exam types
        </Title>
        <Text className="quiet">
          A study is of a type of this list where its description is the same, or a series description, a body part or
          the third value of Image Type in it. Capitals and small letters are alike.
        </Text>
      </div>
      <AddForm />
      {isPending && <Skeleton height={120} radius="md" />}
      {error && !data && (
        <DeadEnd title="The list cannot be loaded" reason={error.message} onRetry={() => void refetch()} />
      )}
      {data?.length === 0 && <Text className="quiet">The list is empty.</Text>}
      <Stack component="ul" gap={4} p={0} m={0} aria-label="Exam types">
        {data?.map(({ name }) => (
          <Entry key={name} name={name} />
        ))}
      </Stack>
    </Stack>
  );
};
