// How each archive that was asked is doing.
import { Badge, Loader, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { counted, shownDuration } from '../format/quantity.ts';
import { type ArchiveState, type AskedArchive, wishWords } from './archive-search.ts';
import classes from './archives.module.css';

const Sign = ({ state }: { readonly state: ArchiveState }) => {
  if (state === 'asked') return <Loader size={16} aria-label="Waiting for answers" />;
  if (state === 'failed') return <IconCircleX size={18} className={classes.verdict} data-good={false} />;
  if (state === 'stopped') return <IconCircleDashed size={18} className="quiet" />;
  return <IconCircleCheck size={18} className={classes.verdict} data-good />;
};

const wordsOf = ({ state, matches, dropped, milliseconds, detail }: AskedArchive): string => {
  const found = counted(matches, 'study', 'studies');
  const left = dropped > 0 ? `, ${dropped} of other patients left out` : '';
  if (state === 'asked') return matches > 0 ? `${found} so far` : 'asked';
  if (state === 'failed') return matches > 0 ? `${found}, then: ${detail}` : detail;
  const more = state === 'limit' ? ', and more: narrow the search' : state === 'stopped' ? ', stopped' : '';
  return `${found}${left} in ${shownDuration(milliseconds)}${more}`;
};

/** Colour is not the only sign: the words say it too. */
const Outcome = ({ outcome }: Pick<AskedArchive, 'outcome'>) =>
  Object.entries(outcome).map(([name, said]) => (
    <Badge key={name} variant="light" tt="none" color={said === 'not agreed' ? 'orange' : 'gray'}>
      {wishWords[name] ?? name}: {said}
    </Badge>
  ));

export const ArchiveStates = ({ archives }: { readonly archives: readonly AskedArchive[] }) => (
  <ul className={classes.states} aria-label="Archives">
    {archives.map((archive) => (
      <li key={archive.aeTitle} className={classes.state} data-state={archive.state}>
        <Sign state={archive.state} />
        <Text span fw={600} size="sm" className={classes.title}>
          {archive.aeTitle}
        </Text>
        <Text span size="sm" className="quiet">
          {wordsOf(archive)}
        </Text>
        <Outcome outcome={archive.outcome} />
      </li>
    ))}
  </ul>
);
