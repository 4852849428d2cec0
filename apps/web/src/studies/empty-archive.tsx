// What an archive without images shows: how the first one gets in.
import { ActionIcon, Code, CopyButton, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconUpload } from '@tabler/icons-react';
import type { System } from '../api.ts';
import { ChooseFilesButtons } from '../upload/choose-files-buttons.tsx';
import { type Command, commandsToSend } from './commands.ts';
import classes from './studies.module.css';

const CommandLine = ({ title, text }: Command) => (
  <div>
    <Text size="sm" className="quiet" mb={4}>
      {title}
    </Text>
    <div className={classes.command}>
      <Code className={classes.commandText}>{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon onClick={copy} aria-label={`Copy: ${title}`} color={copied ? 'accent' : 'gray'}>
              {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  </div>
);

export const EmptyArchive = ({ system }: { readonly system: System }) => (
  <Stack gap="xl" maw={860} mx="auto" pt={{ base: 8, sm: 40 }}>
    <Stack gap={6}>
      <Title order={1} size="h2">
        No images yet
      </Title>
      <Text className="quiet">
        The archive <b>{system.aeTitle}</b> is listening on port {system.dicomPort}. Send it an image in any of these
        ways; it appears here by itself.
      </Text>
    </Stack>
    <div className={classes.dropHint}>
      <IconUpload size={30} stroke={1.4} />
      <Text fw={600}>Drop DICOM files or folders anywhere on this page</Text>
      <Group justify="center">
        <ChooseFilesButtons />
      </Group>
    </div>
    <Stack gap="md">
      <Title order={2} size="h4">
        Or from a terminal, a modality or another archive
      </Title>
      {commandsToSend(system, window.location.origin).map((command) => (
        <CommandLine key={command.title} {...command} />
      ))}
    </Stack>
  </Stack>
);
