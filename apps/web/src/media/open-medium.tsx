// The ways to a medium: a folder, files or a ZIP archive of this machine, or a folder of the server.
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconFileZip, IconFolder } from '@tabler/icons-react';
import { type ChangeEvent, useRef, useState } from 'react';
import { canChooseFolders } from '../upload/folder-support.ts';
import { FolderBrowser } from './folder-browser.tsx';
import classes from './media.module.css';
import { type Action, type MediaState, openFolder } from './media-api.ts';
import { type Progress as Sent, uploadMedium } from './upload-medium.ts';

/** Uploads what was chosen; one thing at a time. */
const useOpening = (onOpening: (action: Action) => void) => {
  const [sent, setSent] = useState<Sent>();
  const [problem, setProblem] = useState('');
  const stop = useRef<AbortController>(undefined);
  const run = async (work: (signal: AbortSignal) => Promise<Action>) => {
    stop.current = new AbortController();
    const { signal } = stop.current;
    setProblem('');
    try {
      onOpening(await work(signal));
    } catch (error) {
      setProblem(signal.aborted ? 'Stopped.' : error instanceof Error ? error.message : String(error));
    } finally {
      setSent(undefined);
    }
  };
  return {
    ...{ sent, problem },
    upload: (files: readonly File[]) => void run((signal) => uploadMedium(files, signal, setSent)),
    open: (path: string) => void run(() => openFolder(path)),
    cancel: () => stop.current?.abort(),
  };
};

interface ChooseProps {
  readonly disabled: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** The browser's own dialogues: inputs that are not seen, opened by buttons. */
const Choose = ({ disabled, onFiles }: ChooseProps) => {
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const chosen = [...(currentTarget.files ?? [])];
    currentTarget.value = '';
    if (chosen.length > 0) onFiles(chosen);
  };
  return (
    <Group gap="sm">
      {canChooseFolders() && (
        <Button leftSection={<IconFolder size={17} />} disabled={disabled} onClick={() => folder.current?.click()}>
          Open a folder or disc
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconFileZip size={17} />}
        disabled={disabled}
        onClick={() => files.current?.click()}
      >
        Open files or a ZIP archive
      </Button>
      <input ref={folder} type="file" hidden onChange={take} {...{ webkitdirectory: '' }} />
      <input ref={files} type="file" hidden multiple onChange={take} />
    </Group>
  );
};

interface OpenProps {
  readonly state: MediaState;
  readonly onOpening: (action: Action) => void;
}

export const OpenMedium = ({ state: { folders, uploadLimit }, onOpening }: OpenProps) => {
  const { sent, problem, upload, open, cancel } = useOpening(onOpening);
  return (
    <Stack gap="md" className={classes.card} component="section" aria-label="Open a medium">
      {uploadLimit > 0 && <Choose disabled={sent !== undefined} onFiles={upload} />}
      {sent && (
        <Group gap="sm" wrap="nowrap">
          <Progress
            className={classes.progress}
            value={sent.total === 0 ? 0 : (sent.done / sent.total) * 100}
            aria-label={`${sent.done} of ${sent.total} files are uploaded`}
          />
          <Button size="compact-sm" variant="default" onClick={cancel}>
            Stop
          </Button>
        </Group>
      )}
      {problem !== '' && (
        <Text role="alert" className={classes.problem}>
          {problem}
        </Text>
      )}
      {folders.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            On the server
          </Text>
          <FolderBrowser folders={folders} onOpen={open} />
        </div>
      )}
      {folders.length === 0 && uploadLimit === 0 && (
        <Text>The settings allow neither uploads (mediaUpload) nor folders of the server (mediaFolders).</Text>
      )}
    </Stack>
  );
};
