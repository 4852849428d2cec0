// The presentation states that are for the image looked at, to choose from. PS3.3 A.33.
import { ActionIcon, Menu, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconPalette } from '@tabler/icons-react';
import { shownDate, shownTime } from '../format/date-time.ts';
import type { State, StateChoice } from '../study/presentation-states.ts';
import classes from './viewer.module.css';

interface StateMenuProps {
  /** Those for the image, the newest first. */
  readonly offered: readonly State[];
  readonly applied: State | undefined;
  /** Why they are not known. */
  readonly failure: string | undefined;
  readonly onChoose: (choice: StateChoice) => void;
}

const kindWords = { grayscale: '', color: 'Colour', pseudoColor: 'Pseudo-colour', blending: 'Blending' } as const;

const details = ({ created, description, kind, notDisplayed }: State): string =>
  [
    kindWords[kind],
    description,
    `${shownDate(created.slice(0, 8))} ${shownTime(created.slice(8))}`.trim(),
    notDisplayed,
  ]
    .filter((part) => part !== '')
    .join(' · ');

const mark = (chosen: boolean) =>
  chosen ? <IconCheck size={16} aria-label="applied" /> : <span style={{ width: 16 }} />;

const Items = ({ offered, applied, onChoose }: Omit<StateMenuProps, 'failure'>) => (
  <>
    <Menu.Label>Presentation states of this image</Menu.Label>
    <Menu.Item leftSection={mark(applied === undefined)} onClick={() => onChoose('none')}>
      None: as the image says
    </Menu.Item>
    {offered.map((state) => (
      <Menu.Item
        key={state.sopInstanceUid}
        leftSection={mark(state.sopInstanceUid === applied?.sopInstanceUid)}
        disabled={state.notDisplayed !== ''}
        onClick={() => onChoose({ uid: state.sopInstanceUid })}
      >
        {state.label || 'Without a label'}
        <Text size="xs" className="quiet">
          {details(state)}
        </Text>
      </Menu.Item>
    ))}
  </>
);

export const StateMenu = (props: StateMenuProps) => {
  const { offered, applied, failure } = props;
  const label = failure ?? (offered.length === 0 ? 'No presentation state is for this image' : 'Presentation states');
  return (
    <Menu position="bottom-start" shadow="md" returnFocus={false}>
      <Menu.Target>
        <Tooltip label={label}>
          <ActionIcon
            size={38}
            className={classes.tool}
            aria-label="Presentation states"
            data-active={applied !== undefined}
            disabled={offered.length === 0}
          >
            <IconPalette size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Items {...props} />
      </Menu.Dropdown>
    </Menu>
  );
};
