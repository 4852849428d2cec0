// The form of a rule: what it looks at, where it sends, and a dry run before it is kept.
import { Button, Chip, Group, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { getPeers } from '../api.ts';
import classes from '../jobs/jobs.module.css';
import { DryRun } from './dry-run.tsx';
import { addRule, changeRule, listIn, type Rule, type RuleContent, takeAlongs, textsOf, whens } from './rule.ts';

const fields = [
  { name: 'modalities', label: 'Modalities', hint: 'CR, DX; empty: any' },
  { name: 'bodyParts', label: 'Body parts', hint: 'KNEE, HIP; empty: any' },
  { name: 'callingAeTitles', label: 'Sent by', hint: 'AE titles, such as ROOM*; empty: anybody' },
  { name: 'from', label: 'Received from', hint: '18:00; empty: at any time' },
  { name: 'until', label: 'Received until', hint: '07:00' },
  { name: 'keys', label: 'Attributes', hint: 'PatientID=P*, StationName=CT1' },
] as const;

type Texts = Readonly<Record<string, string>>;

const contentOf = (texts: Texts, destinations: readonly string[]): RuleContent => {
  const text = (name: string) => (texts[name] ?? '').trim();
  const pairs = listIn(text('keys')).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()] as const;
  });
  return {
    name: text('name'),
    state: 'on',
    when: text('when') || 'study complete',
    modalities: listIn(text('modalities')),
    bodyParts: listIn(text('bodyParts')),
    callingAeTitles: listIn(text('callingAeTitles')),
    keys: Object.fromEntries(pairs),
    takeAlong: text('takeAlong') || 'referring',
    ...(text('from') !== '' && { from: text('from') }),
    ...(text('until') !== '' && { until: text('until') }),
    destinations,
    priority: text('priority') || 'medium',
  };
};

/** What the form does not show stays as it was. */
const changed = ({ id, state, conversion }: Rule, content: RuleContent): Rule => ({
  ...content,
  id,
  state,
  ...(conversion !== undefined && { conversion }),
});

interface RuleFormProps {
  /** The one to change; absent: a new one. */
  readonly rule?: Rule;
  readonly onDone: () => void;
}

export const RuleForm = ({ rule, onDone }: RuleFormProps) => {
  const queries = useQueryClient();
  const [texts, setTexts] = useState<Texts>(rule ? textsOf(rule) : {});
  const [destinations, setDestinations] = useState<string[]>([...(rule?.destinations ?? [])]);
  const { data: peers = [] } = useQuery({ queryKey: ['peers'], queryFn: ({ signal }) => getPeers(signal) });
  // A second press must not add a second rule.
  const busy = useRef(false);
  const content = contentOf(texts, destinations);
  // One that is no peer any more is seen, and can be left out.
  const titles = [...new Set([...peers.map(({ aeTitle }) => aeTitle), ...destinations])];
  const keep = useMutation({
    mutationFn: () => (rule ? changeRule(rule, changed(rule, content)) : addRule(content)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['rules'] });
      onDone();
    },
    onError: () => {
      busy.current = false;
    },
  });
  const set = (name: string) => (value: string | null) => setTexts({ ...texts, [name]: value ?? '' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy.current) return;
    busy.current = true;
    keep.mutate();
  };
  return (
    <form className={classes.card} onSubmit={submit} aria-label={rule ? `Rule ${rule.name}` : 'New rule'}>
      <TextInput
        label="Name"
        required
        maxLength={64}
        value={texts.name ?? ''}
        onChange={(event) => set('name')(event.target.value)}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {fields.map(({ name, label, hint }) => (
          <TextInput
            key={name}
            label={label}
            placeholder={hint}
            value={texts[name] ?? ''}
            onChange={(event) => set(name)(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        ))}
        <Select label="When" data={[...whens]} value={content.when} onChange={set('when')} allowDeselect={false} />
        <Select
          label="Takes along"
          data={[...takeAlongs]}
          value={content.takeAlong}
          onChange={set('takeAlong')}
          allowDeselect={false}
        />
        <Select
          label="Priority"
          data={['high', 'medium', 'low']}
          value={content.priority}
          onChange={set('priority')}
          allowDeselect={false}
        />
      </SimpleGrid>
      <Text size="sm">Send to</Text>
      <Chip.Group multiple value={destinations} onChange={setDestinations}>
        <Group gap={8}>
          {titles.map((title) => (
            <Chip key={title} value={title} size="xs">
              {title}
            </Chip>
          ))}
          {titles.length === 0 && <Text className="quiet">No peers are configured.</Text>}
        </Group>
      </Chip.Group>
      {keep.error && (
        <Text size="sm" role="alert" className={classes.problem}>
          {keep.error.message}
        </Text>
      )}
      <DryRun rule={{ ...content, name: content.name || 'new' }} disabled={destinations.length === 0} />
      <Group gap={8} justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" disabled={destinations.length === 0} loading={keep.isPending}>
          {rule ? 'Keep' : 'Add'}
        </Button>
      </Group>
    </form>
  );
};
