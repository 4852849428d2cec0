// Upload, in the head of every page.
import { Button, Menu } from '@mantine/core';
import { IconFiles, IconFolder, IconUpload } from '@tabler/icons-react';
import { canChooseFolders } from './folder-support.ts';
import { useUpload } from './upload-provider.tsx';

export const UploadButton = () => {
  const { choose } = useUpload();
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <Button size="xs" h={34} fz="sm" leftSection={<IconUpload size={16} />}>
          Upload
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Or drop them anywhere on the page</Menu.Label>
        <Menu.Item leftSection={<IconFiles size={16} />} onClick={() => choose('files')}>
          Files…
        </Menu.Item>
        {canChooseFolders() && (
          <Menu.Item leftSection={<IconFolder size={16} />} onClick={() => choose('folder')}>
            A folder…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
};
