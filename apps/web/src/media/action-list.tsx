// What is being done with media and what was done last: how far it is, what was not taken and why, and the way to the images.
import { Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { counted } from '../format/quantity.ts';
import { Notice } from '../shell/notice.tsx';
import classes from './media.module.css';
import { type Action, cancelAction, isGoing } from './media-api.ts';

const verbs: Readonly<Record<string, string>> = {
  open: 'Opening',
  show: 'Bringing up for display',
  import: 'Import',
  send: 'Sending',
};

const states: Readonly<Record<string, string>> = {
  waiting: 'waits for its turn',
  running: 'under way',
  done: 'done',
  failed: 'failed',
  cancelled: 'stopped',
};

/** What came of it, as far as there is anything to say. */
export const outcomeOf = ({ kind, stored, already, skipped, failed }: Action): string => {
  const taken = kind === 'import' ? 'imported' : 'taken';
  return [
    stored > 0 ? `${counted(stored, 'object')} ${taken}` : '',
    already > 0 && kind === 'import' ? `${already} in the archive before` : '',
    skipped > 0 ? `${skipped} passed over` : '',
    failed > 0 ? `${failed} failed` : '',
  ]
    .filter(Boolean)
    .join(', ');
};

/** Where what came of it is seen; undefined where there is nothing to see. */
export const placeOf = ({ kind, series: [first] }: Action): string | undefined => {
  if (!first || kind === 'send' || kind === 'open') return undefined;
  const study = `/studies/${encodeURIComponent(first.study)}`;
  return kind === 'import' ? study : `/shown${study}/series/${encodeURIComponent(first.series)}`;
};

const Where = ({ action }: { readonly action: Action }) => {
  const place = isGoing(action) ? undefined : placeOf(action);
  return (
    <Group gap="md">
      {place !== undefined && (
        <Anchor href={place} size="sm">
          {action.kind === 'import' ? 'Open the study' : 'Look at the images'}
        </Anchor>
      )}
      {action.job !== '' && (
        <Anchor href="/jobs" size="sm">
          See the job
        </Anchor>
      )}
    </Group>
  );
};

const shownNotes = 50;

const Notes = ({ notes }: Pick<Action, 'notes'>) =>
  notes.length === 0 ? null : (
    <details className={classes.notes}>
      <summary>{counted(notes.length, 'remark')}</summary>
      <ul>
        {notes.slice(0, shownNotes).map(({ file, kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two remarks on a file may say the same
          <li key={`${file} ${index}`}>
            <b>{file}</b> {kind}: {text}
          </li>
        ))}
        {notes.length > shownNotes && <li>and {notes.length - shownNotes} more</li>}
      </ul>
    </details>
  );

const Card = ({ action }: { readonly action: Action }) => {
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelAction(action.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['media', 'state'] }),
  });
  const { kind, title, destination, state, total, done, detail } = action;
  const name = `${verbs[kind] ?? kind}: ${title}${destination === '' ? '' : ` to ${destination}`}`;
  const tone = state === 'failed' ? 'bad' : action.failed > 0 ? 'attention' : 'plain';
  return (
    <li>
      <Notice tone={tone} title={name}>
        <Text size="sm">{[states[state] ?? state, outcomeOf(action), detail].filter(Boolean).join(': ')}</Text>
        {isGoing(action) && (
          <Group gap="sm" wrap="nowrap">
            <Progress
              className={classes.progress}
              value={total === 0 ? 0 : (done / total) * 100}
              animated={state === 'running'}
              aria-label={`${name}: ${done} of ${total}`}
            />
            <Button size="compact-sm" variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
              Stop
            </Button>
          </Group>
        )}
        <Where action={action} />
        <Notes notes={action.notes} />
      </Notice>
    </li>
  );
};

const shownAtMost = 5;

export const ActionList = ({ actions }: { readonly actions: readonly Action[] }) =>
  actions.length === 0 ? null : (
    <Stack component="ul" gap="sm" className={classes.actions} aria-label="Actions">
      {actions.slice(0, shownAtMost).map((action) => (
        <Card key={action.id} action={action} />
      ))}
    </Stack>
  );
