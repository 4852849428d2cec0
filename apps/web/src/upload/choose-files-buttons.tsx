// The way in for those who do not drag: the system's own dialogue.
import { Button } from '@mantine/core';
import { IconFiles, IconFolder } from '@tabler/icons-react';
import { canChooseFolders } from './folder-support.ts';
import { useUpload } from './upload-provider.tsx';

export const ChooseFilesButtons = () => {
  const { choose } = useUpload();
  return (
    <>
      <Button variant="default" leftSection={<IconFiles size={17} />} onClick={() => choose('files')}>
        Choose files
      </Button>
      {canChooseFolders() && (
        <Button variant="default" leftSection={<IconFolder size={17} />} onClick={() => choose('folder')}>
          Choose a folder
        </Button>
      )}
    </>
  );
};
