// What archives are asked to do beyond plain matching: each says whether it does. PS3.4 C.5.1.1
import { Checkbox, Group, TextInput } from '@mantine/core';
import type { Wishes } from './archive-search.ts';
import classes from './archives.module.css';

interface WishesFormProps {
  readonly wishes: Wishes;
  readonly onChange: (wishes: Wishes) => void;
}

/** A wish that is not held is left out. */
const without = (wishes: Wishes, name: keyof Wishes): Wishes =>
  Object.fromEntries(Object.entries(wishes).filter(([each]) => each !== name));

export const WishesForm = ({ wishes, onChange }: WishesFormProps) => {
  const set = (name: 'fuzzyPersonNames' | 'combinedDateTime', wished: boolean) =>
    onChange(wished ? { ...wishes, [name]: true } : without(wishes, name));
  const inZone = (text: string) =>
    onChange(text.trim() === '' ? without(wishes, 'timezone') : { ...wishes, timezone: text.trim() });
  return (
    <Group gap="lg" className={classes.chips} role="group" aria-label="Asked of each archive">
      <Checkbox
        size="xs"
        label="Names loosely: jane do finds Doe^Jane"
        checked={wishes.fuzzyPersonNames === true}
        onChange={({ currentTarget: { checked } }) => set('fuzzyPersonNames', checked)}
      />
      <Checkbox
        size="xs"
        label="Date and time as one span"
        checked={wishes.combinedDateTime === true}
        onChange={({ currentTarget: { checked } }) => set('combinedDateTime', checked)}
      />
      <TextInput
        size="xs"
        w={190}
        aria-label="Time zone"
        placeholder="Times in zone, as +0100"
        value={wishes.timezone ?? ''}
        onChange={({ currentTarget: { value } }) => inZone(value)}
        autoComplete="off"
      />
    </Group>
  );
};
