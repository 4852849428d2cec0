// Whether what the page shows is what the archive holds.
import { Tooltip } from '@mantine/core';
import { useLive } from '../live/live.tsx';
import type { LiveState } from '../live/stored-events.ts';
import classes from './shell.module.css';

const words: Readonly<Record<LiveState, { text: string; explanation: string }>> = {
  connecting: { text: 'Connecting', explanation: 'Opening the connection for live updates' },
  live: { text: 'Live', explanation: 'New images appear by themselves' },
  reconnecting: {
    text: 'Reconnecting',
    explanation: 'The server does not answer. Lists may be out of date; trying again.',
  },
  paused: { text: 'Paused', explanation: 'Live updates go on when this page is looked at' },
};

export const LiveBadge = () => {
  const { state } = useLive();
  return (
    <Tooltip label={words[state].explanation}>
      <output className={classes.live} aria-label={`Live updates: ${words[state].text}`}>
        <span className={classes.dot} data-state={state} />
        <span className={classes.liveText}>{words[state].text}</span>
      </output>
    </Tooltip>
  );
};
