// Narrows the list of associations: by AE title, by address, by how they ended.
import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type AssociationSearch, isOutcome, outcomes } from './association-search.ts';

export interface AssociationFilterProps {
  readonly search: AssociationSearch;
  /** Called with the whole search, from its first page. */
  readonly onChange: (search: AssociationSearch) => void;
}

const restMs = 300;
const choices = Object.entries(outcomes).map(([value, label]) => ({ value, label }));

/** The search without what is empty now. */
const changed = (search: AssociationSearch, key: 'title' | 'address', text: string): AssociationSearch => {
  const { [key]: _, page: _page, ...rest } = search;
  return text.trim() === '' ? rest : { ...rest, [key]: text.trim() };
};

export const AssociationFilter = ({ search, onChange }: AssociationFilterProps) => {
  const type = useDebouncedCallback(
    (key: 'title' | 'address', text: string) => onChange(changed(search, key, text)),
    restMs,
  );
  return (
    <Group gap="sm" align="end" role="search" aria-label="Associations">
      <TextInput
        label="AE title"
        placeholder="any"
        maxLength={16}
        defaultValue={search.title ?? ''}
        onChange={(event) => type('title', event.currentTarget.value)}
      />
      <TextInput
        label="Address"
        placeholder="any"
        maxLength={64}
        defaultValue={search.address ?? ''}
        onChange={(event) => type('address', event.currentTarget.value)}
      />
      <Select
        label="Outcome"
        placeholder="any"
        clearable
        data={choices}
        value={search.outcome ?? null}
        onChange={(value) => {
          const { outcome: _, page: _page, ...rest } = search;
          onChange(value !== null && isOutcome(value) ? { ...rest, outcome: value } : rest);
        }}
      />
    </Group>
  );
};
