// What keeps a study: protection with its switch, and the peers that were told it is committed.
import { Badge, Button, Group, Text, Tooltip } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { shownAgo } from '../format/date-time.ts';
import { getKeeping, type Keeping } from './keeping.ts';
import { act } from './patient-api.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

export const useKeeping = (study: string) =>
  useQuery({ queryKey: ['study', study, 'keeping'], queryFn: ({ signal }) => getKeeping(study, signal) });

const reasonsOf = (keeping: Keeping): readonly (readonly [string, string])[] => [
  ...keeping.committed.map(
    ({ peer, at }) =>
      [`Committed to ${peer}`, `${peer} was told ${shownAgo(new Date(at), new Date())} that it is kept here`] as const,
  ),
  ...(keeping.isComingIn
    ? [['Coming in', 'Something came to it of late, and no rule has dealt with it yet'] as const]
    : []),
  ...(keeping.isOnItsWay ? [['On its way', 'Something of it is still to be sent, or could not be sent'] as const] : []),
  ...(keeping.awaitsCommitment
    ? [['Waits for commitment', 'A peer was asked to commit itself and has not answered'] as const]
    : []),
];

/** Rules and quotas leave alone what is protected, committed, or still to be sent. */
export const KeepLine = ({ study }: { readonly study: string }) => {
  const { data: keeping } = useKeeping(study);
  const acting = useAct((kind: string) => act({ kind, studyInstanceUid: study }));
  if (!keeping) return null;
  const { isProtected } = keeping;
  const Icon = isProtected ? IconLockOpen : IconLock;
  return (
    <Group gap={8} component="section" aria-label="What keeps this study">
      {isProtected && (
        <Badge variant="light" color="cyan" leftSection={<IconLock size={12} />}>
          Protected
        </Badge>
      )}
      {reasonsOf(keeping).map(([words, more]) => (
        <Tooltip key={words} label={`${more}. It does not go by itself.`}>
          <Badge variant="light" color="gray" tt="none">
            {words}
          </Badge>
        </Tooltip>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={<Icon size={14} />}
        loading={acting.isPending}
        onClick={() => acting.mutate(isProtected ? 'release study' : 'protect study')}
      >
        {isProtected ? 'Release' : 'Protect'}
      </Button>
      {acting.error && (
        <Text size="sm" role="alert" className={classes.problem}>
          {acting.error.message}
        </Text>
      )}
    </Group>
  );
};
