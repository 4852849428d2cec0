// How far an upload is: in total, file by file, and what was refused and why.
import { ActionIcon, Button, CopyButton, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconCheck, IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { counted, shownBytes, shownCount } from '../format/quantity.ts';
import classes from './upload.module.css';
import { headline, progressOf } from './upload-words.ts';
import type { ActiveFile, Refusal, UploadState } from './uploads.ts';

interface UploadPanelProps {
  readonly state: UploadState;
  readonly onCancel: () => void;
  readonly onClose: () => void;
}

/** More than one can read; the whole list can be copied. */
const shownRefusals = 200;

const Active = ({ file: { path, sent, size } }: { readonly file: ActiveFile }) => (
  <li className={classes.file}>
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Text size="xs" truncate="start">
        {path}
      </Text>
      <Text size="xs" className="quiet figures" style={{ flexShrink: 0 }}>
        {shownBytes(sent)} of {shownBytes(size)}
      </Text>
    </Group>
    <Progress value={size === 0 ? 0 : (sent / size) * 100} size={3} aria-label={path} />
  </li>
);

const Refused = ({ refused }: { readonly refused: readonly Refusal[] }) => {
  const text = refused.map(({ path, reason }) => `${path}\t${reason}`).join('\n');
  return (
    <section aria-label="Refused files" className={classes.refused}>
      <Group justify="space-between">
        <Text size="sm" fw={600} c="orange">
          {counted(refused.length, 'file')} refused
        </Text>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="subtle" color="gray" onClick={copy}>
              {copied ? 'Copied' : 'Copy list'}
            </Button>
          )}
        </CopyButton>
      </Group>
      <ul className={classes.list}>
        {refused.slice(0, shownRefusals).map(({ id, path, reason }) => (
          <li key={id} className={classes.file}>
            <Text size="xs" fw={500} className={classes.path}>
              {path}
            </Text>
            <Text size="xs" className="quiet">
              {reason}
            </Text>
          </li>
        ))}
      </ul>
      {refused.length > shownRefusals && (
        <Text size="xs" className="quiet">
          and {shownCount(refused.length - shownRefusals)} more
        </Text>
      )}
    </section>
  );
};

const Way = ({ studies }: { readonly studies: readonly string[] }) => {
  const [only, ...others] = studies;
  if (only === undefined) return null;
  return others.length === 0 ? (
    <Button size="xs" renderRoot={(props) => <Link to="/studies/$study" params={{ study: only }} {...props} />}>
      Open the study
    </Button>
  ) : (
    <Button size="xs" renderRoot={(props) => <Link to="/" {...props} />}>
      Show studies
    </Button>
  );
};

const Details = ({ state, onCancel, onClose }: UploadPanelProps) => (
  <Stack gap="sm" className={classes.details}>
    {state.active.length > 0 && (
      <ul className={classes.list}>
        {state.active.map((file) => (
          <Active key={file.id} file={file} />
        ))}
      </ul>
    )}
    {state.refused.length > 0 && <Refused refused={state.refused} />}
    <Group justify="flex-end" gap="xs">
      {state.phase === 'running' ? (
        <Button size="xs" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      ) : (
        <>
          <Button size="xs" variant="default" onClick={onClose}>
            Close
          </Button>
          <Way studies={state.studies} />
        </>
      )}
    </Group>
  </Stack>
);

export const UploadPanel = (props: UploadPanelProps) => {
  const { state, onClose } = props;
  const [open, setOpen] = useState(true);
  const words = headline(state);
  return (
    <Paper component="section" className={classes.panel} shadow="xl" aria-label="Upload">
      <Group wrap="nowrap" gap="xs" px="md" pt="sm">
        {words.tone === 'good' && <IconCheck size={18} color="var(--mantine-color-teal-5)" />}
        <div className={classes.headline} aria-live="polite">
          <Text size="sm" fw={600}>
            {words.title}
          </Text>
          <Text size="xs" className="quiet figures">
            {words.detail}
          </Text>
        </div>
        <ActionIcon aria-label={open ? 'Show less' : 'Show more'} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
        </ActionIcon>
        {state.phase !== 'running' && (
          <ActionIcon aria-label="Close" onClick={onClose}>
            <IconX size={18} />
          </ActionIcon>
        )}
      </Group>
      <Progress
        value={progressOf(state) * 100}
        size={4}
        mx="md"
        mt={8}
        mb={open ? 0 : 'sm'}
        color={words.tone === 'bad' ? 'orange' : 'accent'}
        aria-label="Upload in total"
      />
      {open && <Details {...props} />}
    </Paper>
  );
};
