// Folders of the server that may be opened: drives, and what lies below them.
import { Badge, Button, Group, Loader, Text, UnstyledButton } from '@mantine/core';
import { IconFolder } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import classes from './media.module.css';
import { type Folder, getFolders } from './media-api.ts';

interface BrowserProps {
  readonly folders: readonly Folder[];
  readonly onOpen: (path: string) => void;
}

const Within = ({ path, onOpen }: { readonly path: string; readonly onOpen: (path: string) => void }) => {
  const { data, error } = useQuery({
    queryKey: ['media', 'folders', path],
    queryFn: ({ signal }) => getFolders(path, signal),
  });
  if (error)
    return (
      <Text size="sm" role="alert">
        {error.message}
      </Text>
    );
  if (!data) return <Loader size="sm" aria-label="Looking into the folder" />;
  if (data.length === 0) return <Text size="sm">No folders are in it.</Text>;
  return <FolderBrowser folders={data} onOpen={onOpen} />;
};

const Entry = ({ folder, onOpen }: { readonly folder: Folder; readonly onOpen: (path: string) => void }) => {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <Group gap={8}>
        <UnstyledButton className={classes.folder} onClick={() => setOpen(!open)} aria-expanded={open}>
          <IconFolder size={16} aria-hidden /> {folder.name}
        </UnstyledButton>
        {folder.isMedium && <Badge variant="light">DICOMDIR</Badge>}
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onOpen(folder.path)}
          aria-label={`Open ${folder.path} as a medium`}
        >
          Open
        </Button>
      </Group>
      {open && <Within path={folder.path} onOpen={onOpen} />}
    </li>
  );
};

export const FolderBrowser = ({ folders, onOpen }: BrowserProps) => (
  <ul className={classes.folders} aria-label="Folders">
    {folders.map((folder) => (
      <Entry key={folder.path} folder={folder} onOpen={onOpen} />
    ))}
  </ul>
);
