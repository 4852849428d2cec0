// The texts of our own statement that no program can write: in the order of the template, with its hints; older than what they describe, they are marked.
import { Anchor, Badge, Button, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useId, useState } from 'react';
import classes from './conformance.module.css';
import type { Finding } from './statement-api.ts';
import { getTexts, previewText, putText, type StatementText, shipText } from './texts.ts';

const settleMs = 400;

const FindingList = ({ label, findings }: { readonly label: string; readonly findings: readonly Finding[] }) =>
  findings.length === 0 ? null : (
    <>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <ul className={classes.reasons} aria-label={label}>
        {findings.map(({ rule, level, message, remedy }) => (
          <li key={`${rule} ${message}`}>
            {level} {rule}: {message} <span className="quiet">{remedy}</span>
          </li>
        ))}
      </ul>
    </>
  );

/** As it would be printed, and what the rules would say. */
const Preview = ({ id, text }: { readonly id: string; readonly text: string }) => {
  const [settled] = useDebouncedValue(text, settleMs);
  const { data, error, isFetching } = useQuery({
    queryKey: ['text preview', id, settled],
    queryFn: () => previewText(id, settled),
    placeholderData: (before) => before,
  });
  return (
    <Stack gap="xs" role="region" aria-label="Preview" aria-busy={isFetching || settled !== text}>
      {error && <Text role="alert">{error.message}</Text>}
      {data && (
        <>
          <Text size="sm" fw={600}>
            {data.printed === '' ? 'Printed as it is now' : 'New in print'}
          </Text>
          {data.printed !== '' && <Text className={classes.steps}>{data.printed}</Text>}
          <FindingList label="Findings that come" findings={data.comes} />
          <FindingList label="Findings that go" findings={data.goes} />
          {data.comes.length + data.goes.length === 0 && (
            <Text size="sm" className="quiet">
              No finding comes or goes.
            </Text>
          )}
        </>
      )}
    </Stack>
  );
};

const Describes = ({ text: { describes, isStale } }: { readonly text: StatementText }) => {
  const changed = describes.filter((each) => each.changed);
  return (
    <div className={isStale ? classes.stale : undefined}>
      {isStale && (
        <Text size="sm" role="alert">
          Older than what it describes: {changed.map(({ name }) => name).join(', ')}. The statement is a draft until
          somebody confirms or edits it.
        </Text>
      )}
      {describes.length > 0 && (
        <details>
          <summary>Describes {describes.map(({ name }) => name).join(', ')}</summary>
          <ul className={classes.reasons}>
            {describes.map(({ name, now }) => (
              <li key={name}>
                {name}: <span className="uid">{now}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
};

interface EditorProps {
  readonly text: StatementText;
  readonly author: string;
  readonly onDone: () => void;
}

const Editor = ({ text: { id, title, hint, text, isEdited, isStale }, author, onDone }: EditorProps) => {
  const [words, setWords] = useState(text);
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: async () => {
      await Promise.all(
        ['texts', 'validation', 'text preview', 'conformance status'].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      );
      onDone();
    },
  });
  const nameless = author.trim() === '';
  return (
    <Stack gap="xs">
      <Textarea
        label={title}
        description={hint}
        rows={Math.min(20, Math.max(5, Math.ceil(words.length / 90)))}
        value={words}
        maxLength={20_000}
        onChange={({ currentTarget: { value } }) => setWords(value)}
      />
      <Preview id={id} text={words} />
      <Group gap="xs">
        <Button
          size="xs"
          disabled={nameless || words.trim() === '' || (words === text && !isStale)}
          loading={act.isPending}
          onClick={() => act.mutate(() => putText(id, author.trim(), words))}
        >
          {words === text ? 'Confirm as it is' : 'Keep'}
        </Button>
        <Button size="xs" variant="default" onClick={onDone}>
          Leave it
        </Button>
        {isEdited && (
          <Button size="xs" variant="default" loading={act.isPending} onClick={() => act.mutate(() => shipText(id))}>
            Back to the text as shipped
          </Button>
        )}
      </Group>
      {nameless && (
        <Text size="sm" className="quiet">
          Say above who you are: texts are kept with the name of their author.
        </Text>
      )}
      {act.error && <Text role="alert">{act.error.message}</Text>}
    </Stack>
  );
};

const TextCard = ({ text, author }: { readonly text: StatementText; readonly author: string }) => {
  const [open, setOpen] = useState(false);
  const heading = useId();
  return (
    <section className={classes.card} aria-labelledby={heading}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h4" id={heading}>
            {text.section} · {text.title}
          </Title>
          {text.isStale && (
            <Badge color="orange" c="var(--mantine-color-text)" variant="light">
              stale
            </Badge>
          )}
        </Group>
        {!open && <Text className={classes.steps}>{text.text}</Text>}
        <Text size="sm" className="quiet">
          {text.author === ''
            ? 'As shipped'
            : `${text.isEdited ? 'Written' : 'Confirmed'} by ${text.author}, ${text.date}`}
        </Text>
        <Describes text={text} />
        {open ? (
          <Editor text={text} author={author} onDone={() => setOpen(false)} />
        ) : (
          <Group>
            <Button size="xs" variant="default" aria-label={`Edit: ${text.title}`} onClick={() => setOpen(true)}>
              Edit
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  );
};

export const TextsPage = () => {
  const [author, setAuthor] = useState('');
  const { data = [], error } = useQuery({ queryKey: ['texts'], queryFn: ({ signal }) => getTexts(signal) });
  useEffect(() => {
    document.title = 'Texts of the statement · Concord';
  }, []);
  return (
    <Stack gap="lg" maw={860} mx="auto">
      <div>
        <Anchor component={Link} to="/interoperability" size="sm">
          Conformance
        </Anchor>
        <Title order={1} size="h2">
          Texts of the statement
        </Title>
        <Text className="quiet">
          What no program can write. Each text is bound to what it describes; when that changes, a person has to look at
          it again.
        </Text>
      </div>
      <TextInput
        label="Who you are"
        value={author}
        maxLength={200}
        maw={360}
        onChange={({ currentTarget: { value } }) => setAuthor(value)}
      />
      {error && <Text role="alert">{error.message}</Text>}
      {data.map((text) => (
        <TextCard key={text.id} text={text} author={author} />
      ))}
    </Stack>
  );
};
