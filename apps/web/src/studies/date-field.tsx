// The study date to search by: a preset, or two days of a calendar.
import { Button, CloseButton, Divider, Group, InputBase, Popover, Stack } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { useState } from 'react';
import { type DatePreset, datePresets, isDatePreset, rangeEnds } from './study-search.ts';

interface DateFieldProps {
  readonly value: string | undefined;
  /** '' for any date. */
  readonly onChange: (value: string) => void;
}

const presets = Object.keys(datePresets).filter(isDatePreset);

const shown = (value: string | undefined): string => {
  if (value === undefined) return 'Any';
  if (isDatePreset(value)) return datePresets[value].label;
  const ends = rangeEnds(value);
  if (ends === undefined) return 'Any';
  const [from, to] = ends;
  if (from === to) return from;
  return `${from || '…'} – ${to || '…'}`;
};

const Choices = ({ value, onChange }: DateFieldProps) => {
  const ends = rangeEnds(value ?? '') ?? ['', ''];
  const [range, setRange] = useState<[string | null, string | null]>([ends[0] || null, ends[1] || null]);
  const choose = (next: [string | null, string | null]) => {
    setRange(next);
    if (next[0] !== null && next[1] !== null) onChange(`${next[0]}..${next[1]}`);
  };
  return (
    <Stack gap="sm">
      <Group gap={6} maw={290}>
        {presets.map((preset: DatePreset) => (
          <Button
            key={preset}
            size="compact-sm"
            variant={value === preset ? 'filled' : 'default'}
            onClick={() => onChange(preset)}
          >
            {datePresets[preset].label}
          </Button>
        ))}
      </Group>
      <Divider label="or from one day to another" />
      <DatePicker type="range" allowSingleDateInRange value={range} onChange={choose} maxDate={new Date()} />
    </Stack>
  );
};

export const DateField = ({ value, onChange }: DateFieldProps) => {
  const [open, setOpen] = useState(false);
  const choose = (next: string) => {
    setOpen(false);
    onChange(next);
  };
  const isSet = shown(value) !== 'Any';
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <InputBase
          component="button"
          type="button"
          label="Study date"
          pointer
          leftSection={<IconCalendar size={16} stroke={1.8} />}
          rightSection={isSet && <CloseButton component="span" size="sm" aria-hidden onClick={() => choose('')} />}
          rightSectionPointerEvents="all"
          onClick={() => setOpen(!open)}
        >
          <span className={isSet ? undefined : 'quiet'}>{shown(value)}</span>
        </InputBase>
      </Popover.Target>
      <Popover.Dropdown>
        <Choices value={value} onChange={choose} />
      </Popover.Dropdown>
    </Popover>
  );
};
