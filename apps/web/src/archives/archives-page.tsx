// Searches other archives side by side: answers as they come, each archive with its state, and a button to fetch.
import { Button, Chip, Code, Group, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { DeadEnd } from '../shell/dead-ends.tsx';
import { type Archive, getArchives, type SearchRequest, type Wishes } from './archive-search.ts';
import { ArchiveStates } from './archive-states.tsx';
import classes from './archives.module.css';
import { FoundStudies } from './found-studies.tsx';
import { useSearch } from './use-search.ts';
import { WishesForm } from './wishes-form.tsx';

const fields = [
  { keyword: 'PatientID', label: 'Patient ID', hint: 'exactly as it is' },
  { keyword: 'PatientName', label: 'Patient name', hint: 'Doe* finds all that begin so' },
  { keyword: 'StudyDate', label: 'Study date', hint: '20260102 or 20260101-20260131' },
  { keyword: 'StudyTime', label: 'Study time', hint: '0800 or 2200-0600' },
  { keyword: 'AccessionNumber', label: 'Accession number', hint: '' },
] as const;

type Keys = Readonly<Record<string, string>>;

const example = `{ "peers": [{ "aeTitle": "CLINIC", "host": "10.0.0.5", "port": 104 }] }`;

const NoArchives = () => (
  <Stack gap="xs" className={classes.card}>
    <Text fw={600}>No other archive is known</Text>
    <Text size="sm" className="quiet">
      Every peer of the configuration file is asked, unless its entry says <Code>"query": "no"</Code>:
    </Text>
    <Code block>{example}</Code>
  </Stack>
);

interface FormProps {
  readonly archives: readonly Archive[];
  readonly running: boolean;
  readonly onSearch: (request: SearchRequest) => void;
  readonly onStop: () => void;
}

const Form = ({ archives, running, onSearch, onStop }: FormProps) => {
  const [keys, setKeys] = useState<Keys>({});
  const [left, setLeft] = useState<readonly string[]>([]);
  const [wishes, setWishes] = useState<Wishes>({});
  const chosen = archives.map(({ aeTitle }) => aeTitle).filter((title) => !left.includes(title));
  const empty = Object.values(keys).every((value) => value.trim() === '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!empty && chosen.length > 0) onSearch({ keys, archives: chosen, wishes });
  };
  const toggle = (title: string) =>
    setLeft(left.includes(title) ? left.filter((each) => each !== title) : [...left, title]);
  return (
    <form className={classes.form} onSubmit={submit}>
      {fields.map(({ keyword, label, hint }) => (
        <TextInput
          key={keyword}
          label={label}
          placeholder={hint}
          value={keys[keyword] ?? ''}
          onChange={({ currentTarget: { value } }) => setKeys({ ...keys, [keyword]: value })}
          autoComplete="off"
          spellCheck={false}
        />
      ))}
      <WishesForm wishes={wishes} onChange={setWishes} />
      <Group gap={8} className={classes.chips}>
        {archives.map(({ aeTitle, name }) => (
          <Chip key={aeTitle} size="xs" checked={chosen.includes(aeTitle)} onChange={() => toggle(aeTitle)}>
            {name}
          </Chip>
        ))}
        <Group gap={8} ml="auto">
          {running && (
            <Button variant="default" onClick={onStop}>
              Stop
            </Button>
          )}
          <Button type="submit" leftSection={<IconSearch size={16} />} disabled={empty || chosen.length === 0}>
            Search
          </Button>
        </Group>
      </Group>
    </form>
  );
};

export const ArchivesPage = () => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['archives'],
    queryFn: ({ signal }) => getArchives(signal),
  });
  const { result, running, problem, start, stop } = useSearch();
  useEffect(() => {
    document.title = 'Archives · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={1200} mx="auto">
      <div>
        <Title order={1} size="h2">
          Other archives
        </Title>
        <Text className="quiet">All are asked at once; what each finds appears as it comes, and can be fetched.</Text>
      </div>
      {isPending && <Skeleton height={140} radius="md" />}
      {error && <DeadEnd title="The archives cannot be loaded" reason={error.message} onRetry={() => void refetch()} />}
      {data?.length === 0 && <NoArchives />}
      {data && data.length > 0 && <Form archives={data} running={running} onSearch={start} onStop={stop} />}
      {problem !== '' && (
        <Text role="alert" className={classes.problem}>
          {problem}
        </Text>
      )}
      {result && <ArchiveStates archives={result.archives} />}
      {result && <FoundStudies result={result} running={running} />}
    </Stack>
  );
};
