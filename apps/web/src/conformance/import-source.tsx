// Where a statement comes from: a file, pasted text, or a peer that is looked at from outside.
import { Button, FileButton, Group, NativeSelect, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getPeers } from '../api.ts';
import classes from './conformance.module.css';

export type Source = { readonly name: string; readonly text: string } | { readonly peer: string };

interface ImportSourceProps {
  readonly busy: boolean;
  readonly problem: string | undefined;
  readonly onRead: (source: Source) => void;
}

const withoutEnding = (name: string): string => name.replace(/\.[A-Za-z]{1,8}$/u, '');

const Probe = ({ busy, onRead }: Pick<ImportSourceProps, 'busy' | 'onRead'>) => {
  const { data: peers = [] } = useQuery({ queryKey: ['peers'], queryFn: ({ signal }) => getPeers(signal) });
  const [chosen, setChosen] = useState('');
  const peer = chosen || peers[0]?.aeTitle || '';
  return (
    <Group align="end">
      <NativeSelect
        label="A peer without a statement"
        description="It is asked what it accepts; nothing is stored there and nothing is read."
        data={peers.map(({ aeTitle }) => aeTitle)}
        value={peer}
        onChange={({ currentTarget: { value } }) => setChosen(value)}
      />
      <Button variant="default" disabled={peer === ''} loading={busy} onClick={() => onRead({ peer })}>
        Probe it
      </Button>
    </Group>
  );
};

export const ImportSource = ({ busy, problem, onRead }: ImportSourceProps) => {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const take = async (file: File | null): Promise<void> => {
    if (!file) return;
    const content = await file.text();
    setName(withoutEnding(file.name));
    setText(content);
    onRead({ name: withoutEnding(file.name), text: content });
  };
  return (
    <section className={classes.card} aria-label="Source">
      <Stack gap="sm">
        <Title order={2} size="h3">
          1 Read it
        </Title>
        <Text className="quiet">
          A statement as JSON or YAML, or the text of its document. Of a PDF a text is made first, for example with
          pdftotext -layout.
        </Text>
        <Group align="end">
          <TextInput
            label="Name"
            description="What the system is called"
            value={name}
            maxLength={200}
            onChange={({ currentTarget: { value } }) => setName(value)}
          />
          <FileButton accept=".json,.yaml,.yml,.txt,.md,text/*,application/json" onChange={(file) => void take(file)}>
            {(props) => (
              <Button {...props} variant="default" loading={busy}>
                Choose a file
              </Button>
            )}
          </FileButton>
        </Group>
        <Textarea
          label="Text"
          description="Pasted from a document: tables of SOP Classes, transfer syntaxes and roles, keys, statuses, parameters"
          rows={8}
          value={text}
          classNames={{ input: classes.source ?? '' }}
          onChange={({ currentTarget: { value } }) => setText(value)}
        />
        <Group>
          <Button
            disabled={text.trim() === ''}
            loading={busy}
            onClick={() => onRead({ name: name.trim() || 'Unnamed system', text })}
          >
            Read the text
          </Button>
        </Group>
        <Probe busy={busy} onRead={onRead} />
        {problem !== undefined && <Text role="alert">{problem}</Text>}
      </Stack>
    </section>
  );
};
