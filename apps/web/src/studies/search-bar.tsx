// The fields to search by. What is typed is looked for a moment later, without a button to press.
import { Button, CloseButton, Group, Select, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { DateField } from './date-field.tsx';
import classes from './studies.module.css';
import { isNarrowed, type StudySearch, type TextKey } from './study-search.ts';

interface SearchBarProps {
  readonly search: StudySearch;
  readonly onChange: (changes: StudySearch) => void;
}

const typingMs = 250;

/** Modalities in the order in which they are met. PS3.3 C.7.3.1.1.1 */
const modalities = [
  ...['CT', 'MR', 'CR', 'DX', 'US', 'MG', 'XA', 'RF', 'NM', 'PT', 'OT', 'SC', 'ES', 'ECG', 'OP', 'OPT', 'SM'],
  ...['IO', 'PX', 'GM', 'XC', 'HD', 'SR', 'PR', 'KO', 'SEG', 'RTIMAGE', 'RTDOSE', 'RTSTRUCT', 'RTPLAN', 'DOC'],
];

interface FieldProps extends SearchBarProps {
  readonly name: Exclude<TextKey, 'modality' | 'date' | 'sort'>;
  readonly label: string;
  readonly focusKey?: string;
}

/** Keeps its own text while one types, and takes over what the address says when that changes otherwise. */
const Field = ({ name, label, search, onChange, focusKey }: FieldProps) => {
  const current = search[name] ?? '';
  const [text, setText] = useState(current);
  const told = useRef(current);
  const input = useRef<HTMLInputElement>(null);
  const tell = useDebouncedCallback((value: string) => {
    told.current = value.trim();
    onChange({ [name]: value.trim() });
  }, typingMs);
  useEffect(() => {
    if (current !== told.current) setText(current);
    told.current = current;
  }, [current]);
  useHotkeys(focusKey === undefined ? [] : [[focusKey, () => input.current?.focus()]]);
  const change = (value: string) => {
    setText(value);
    tell(value);
  };
  return (
    <TextInput
      ref={input}
      label={label}
      value={text}
      onChange={({ currentTarget }) => change(currentTarget.value)}
      autoComplete="off"
      spellCheck={false}
      leftSection={focusKey && <IconSearch size={16} stroke={1.8} />}
      rightSection={text !== '' && <CloseButton size="sm" aria-label={`Clear ${label}`} onClick={() => change('')} />}
    />
  );
};

const cleared = { name: '', id: '', accession: '', description: '', modality: '', date: '' };

export const SearchBar = ({ search, onChange }: SearchBarProps) => {
  const props = { search, onChange };
  const [more, setMore] = useState(false);
  const known = search.modality !== undefined && !modalities.includes(search.modality) ? [search.modality] : [];
  return (
    <search className={classes.search} data-more={more}>
      <Field {...props} name="name" label="Patient name" focusKey="/" />
      <Field {...props} name="id" label="Patient ID" />
      <DateField value={search.date} onChange={(date) => onChange({ date })} />
      <Select
        label="Modality"
        placeholder="Any"
        data={[...known, ...modalities]}
        value={search.modality ?? null}
        onChange={(modality) => onChange({ modality: modality ?? '' })}
        searchable
        clearable
        nothingFoundMessage="Not in the list"
      />
      <Field {...props} name="description" label="Description" />
      <Field {...props} name="accession" label="Accession number" />
      <UnstyledButton className={classes.more} onClick={() => setMore(!more)} aria-expanded={more}>
        <IconAdjustmentsHorizontal size={16} /> {more ? 'Fewer fields' : 'More fields'}
      </UnstyledButton>
      {isNarrowed(search) && (
        <Group className={classes.clear}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconX size={14} />}
            onClick={() => onChange(cleared)}
          >
            Clear search
          </Button>
        </Group>
      )}
    </search>
  );
};
