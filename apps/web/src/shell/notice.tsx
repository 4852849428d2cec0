// A quiet frame around what deserves attention, in the colour of how much.
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

interface NoticeProps {
  readonly tone: 'plain' | 'attention' | 'bad';
  readonly title?: string;
  readonly children: ReactNode;
}

export const Notice = ({ tone, title, children }: NoticeProps) => (
  <div className={classes.notice} data-tone={tone}>
    {title !== undefined && (
      <Text size="sm" fw={600} className={classes.title}>
        {title}
      </Text>
    )}
    {children}
  </div>
);
