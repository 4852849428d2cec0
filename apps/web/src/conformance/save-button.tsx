// Fetches something from the server and gives it to the browser to be saved.
import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { fetchFile } from './comparison.ts';

interface SaveButtonProps {
  readonly label: string;
  readonly address: string;
  readonly body: unknown;
  readonly fileName: string;
}

function save(content: Blob, fileName: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export const SaveButton = ({ label, address, body, fileName }: SaveButtonProps) => {
  const saving = useMutation({
    mutationFn: () => fetchFile(address, body),
    onSuccess: (content) => save(content, fileName),
  });
  return (
    <>
      <Button variant="default" size="xs" loading={saving.isPending} onClick={() => saving.mutate()}>
        {label}
      </Button>
      {saving.error && <Text size="xs">{saving.error.message}</Text>}
    </>
  );
};
