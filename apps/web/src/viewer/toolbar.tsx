// The tools of the viewer. Each says what it does, and which key does the same.
import { ActionIcon, Divider, Group, Menu, Tooltip } from '@mantine/core';
import {
  IconAdjustments,
  IconArrowsMaximize,
  IconContrast,
  IconContrast2,
  IconFlipHorizontal,
  IconHandStop,
  IconInfoSquare,
  IconKeyboard,
  IconLetterCase,
  IconListDetails,
  IconRefresh,
  IconRotateClockwise,
  IconRulerMeasure,
  IconStack2,
  IconZoomIn,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Display } from './display.ts';
import type { ColourPicture, GrayPicture } from './picture.ts';
import { type Action, actions, keyName } from './shortcuts.ts';
import classes from './viewer.module.css';
import { WindowMenuItems } from './window-menu.tsx';

interface ToolbarProps {
  readonly display: Display;
  readonly onAction: (action: Action) => void;
  readonly onDisplay: (change: (display: Display) => Display) => void;
  readonly picture: GrayPicture | ColourPicture | undefined;
  readonly modality: string;
  readonly attributesOpen: boolean;
  /** The menu of presentation states. */
  readonly states: ReactNode;
  /** Sends the object that is shown. */
  readonly send: ReactNode;
  /** A presentation state decides how the image is seen. */
  readonly isPresented: boolean;
}

interface WindowMenuProps extends Pick<ToolbarProps, 'onDisplay' | 'modality'> {
  readonly gray: GrayPicture | undefined;
}

/** A click with the mouse leaves the focus where it is, so that the keys go on meaning what they mean in the pane. */
const keepFocus = (event: { preventDefault(): void }) => event.preventDefault();

interface ToolProps {
  readonly action: Action;
  readonly icon: ReactNode;
  readonly onAction: (action: Action) => void;
  readonly active?: boolean | undefined;
  /** Why it cannot be used now. */
  readonly unusable?: string | undefined;
}

const Tool = ({ action, icon, onAction, active, unusable }: ToolProps) => {
  const { text, keys } = actions[action];
  return (
    <Tooltip label={unusable ?? `${text} (${keyName(keys[0])})`}>
      <ActionIcon
        size={38}
        className={classes.tool}
        aria-label={text}
        aria-pressed={active}
        aria-disabled={unusable !== undefined}
        data-active={active}
        data-unusable={unusable !== undefined}
        onClick={() => unusable === undefined && onAction(action)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
};

const WindowMenu = ({ gray, onDisplay, modality }: WindowMenuProps) => (
  <Menu position="bottom-start" shadow="md" returnFocus={false}>
    <Menu.Target>
      <Tooltip label="Windows to choose from">
        <ActionIcon
          size={38}
          className={classes.tool}
          aria-label="Windows to choose from"
          disabled={gray === undefined}
        >
          <IconAdjustments size={20} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </Menu.Target>
    <Menu.Dropdown>
      {gray && <WindowMenuItems picture={gray} onDisplay={onDisplay} modality={modality} />}
    </Menu.Dropdown>
  </Menu>
);

const size = { size: 20, stroke: 1.6 };
const inColour = 'Colours are shown as they are';
const byState = 'The presentation state decides; choose none to change it';

export const Toolbar = (props: ToolbarProps) => {
  const { display, onAction, picture, attributesOpen } = props;
  const { tool, view, inverted, showText, showOverlays } = display;
  const gray = picture?.kind === 'gray' ? picture : undefined;
  const noWindow = picture?.kind === 'colour' ? (props.isPresented ? byState : inColour) : undefined;
  const on = { onAction };
  return (
    <Group gap={2} wrap="nowrap" className={classes.toolbar} role="toolbar" aria-label="Tools" onMouseDown={keepFocus}>
      <Tool {...on} action="window" icon={<IconContrast {...size} />} active={tool === 'window'} unusable={noWindow} />
      <Tool {...on} action="pan" icon={<IconHandStop {...size} />} active={tool === 'pan'} />
      <Tool {...on} action="zoom" icon={<IconZoomIn {...size} />} active={tool === 'zoom'} />
      <Tool {...on} action="scroll" icon={<IconStack2 {...size} />} active={tool === 'scroll'} />
      <Tool
        {...on}
        action="measure"
        icon={<IconRulerMeasure {...size} />}
        active={tool === 'measure'}
        unusable={
          props.isPresented ? 'The presentation state may cut and scale the image; choose none to measure' : undefined
        }
      />
      <Divider orientation="vertical" className={classes.divider} />
      <WindowMenu onDisplay={props.onDisplay} modality={props.modality} gray={gray} />
      {props.states}
      <Tool {...on} action="invert" icon={<IconContrast2 {...size} />} active={inverted} unusable={noWindow} />
      <Divider orientation="vertical" className={classes.divider} />
      <Tool {...on} action="fit" icon={<IconArrowsMaximize {...size} />} active={view.zoom === undefined} />
      <Tool {...on} action="oneToOne" icon={<span className={classes.one}>1:1</span>} />
      <Tool {...on} action="turn" icon={<IconRotateClockwise {...size} />} />
      <Tool {...on} action="mirror" icon={<IconFlipHorizontal {...size} />} active={view.mirrored} />
      <Tool {...on} action="reset" icon={<IconRefresh {...size} />} />
      <Divider orientation="vertical" className={classes.divider} />
      <Tool {...on} action="text" icon={<IconLetterCase {...size} />} active={showText} />
      {gray?.overlay && <Tool {...on} action="overlays" icon={<IconInfoSquare {...size} />} active={showOverlays} />}
      {props.send}
      <Tool {...on} action="attributes" icon={<IconListDetails {...size} />} active={attributesOpen} />
      <Tool {...on} action="help" icon={<IconKeyboard {...size} />} />
    </Group>
  );
};
