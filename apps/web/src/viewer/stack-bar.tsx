// Below the pane: where in the stack one is, and the film.
import { ActionIcon, Group, NumberInput, Tooltip } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { shownCount } from '../format/quantity.ts';
import classes from './viewer.module.css';

interface StackBarProps {
  readonly place: number;
  readonly length: number;
  readonly onPlace: (place: number) => void;
  readonly playing: boolean;
  readonly onPlay: () => void;
  readonly rate: number;
  readonly onRate: (rate: number) => void;
}

export const StackBar = ({ place, length, onPlace, playing, onPlay, rate, onRate }: StackBarProps) => {
  const label = playing ? 'Stop (Space)' : 'Play (Space)';
  if (length < 2) return null;
  return (
    <Group gap="sm" wrap="nowrap" className={classes.stackBar}>
      <Tooltip label={label}>
        <ActionIcon
          size={34}
          onClick={onPlay}
          aria-label={label}
          className={classes.tool}
          onMouseDown={(event) => event.preventDefault()}
        >
          {playing ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
        </ActionIcon>
      </Tooltip>
      <input
        type="range"
        className={classes.slider}
        min={1}
        max={length}
        value={place + 1}
        onChange={({ currentTarget }) => onPlace(Number(currentTarget.value) - 1)}
        aria-label="Image"
      />
      <output className={classes.count}>
        {shownCount(place + 1)} / {shownCount(length)}
      </output>
      <Tooltip label="Images per second">
        <NumberInput
          size="xs"
          w={84}
          min={1}
          max={60}
          clampBehavior="strict"
          allowDecimal={false}
          suffix=" /s"
          value={rate}
          onChange={(value) => onRate(typeof value === 'number' && value >= 1 ? value : rate)}
          aria-label="Images per second"
        />
      </Tooltip>
    </Group>
  );
};
