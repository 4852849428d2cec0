// The whole page takes files that are dropped on it, and says so while they hang over it.
import { Portal, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { filesDropped, type WaitingFile } from './dropped-files.ts';
import classes from './upload.module.css';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** True while files hang over the window. Entering a child comes before leaving its parent, so both are counted. */
const useDropped = (onDrop: (files: AsyncIterable<WaitingFile>) => void): boolean => {
  const [hanging, setHanging] = useState(false);
  const told = useRef(onDrop);
  told.current = onDrop;
  useEffect(() => {
    let inside = 0;
    const stop = new AbortController();
    const on = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', react: (event: DragEvent) => void) =>
      window.addEventListener(type, (event) => carriesFiles(event) && react(event), { signal: stop.signal });
    const count = (change: number) => {
      inside = Math.max(0, inside + change);
      setHanging(inside > 0);
    };
    on('dragenter', () => count(1));
    on('dragleave', () => count(-1));
    on('dragover', (event) => {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    });
    on('drop', (event) => {
      event.preventDefault();
      count(-inside);
      const files = filesDropped(event.dataTransfer?.items ?? []);
      if (files) told.current(files);
    });
    return () => stop.abort();
  }, []);
  return hanging;
};

export const DropArea = ({ onDrop }: { readonly onDrop: (files: AsyncIterable<WaitingFile>) => void }) => {
  const hanging = useDropped(onDrop);
  if (!hanging) return null;
  return (
    <Portal>
      <div className={classes.dropArea}>
        <div className={classes.dropCard}>
          <IconUpload size={44} stroke={1.3} />
          <Text fw={600} size="lg">
            Drop to store in the archive
          </Text>
          <Text className="quiet" size="sm">
            Files, folders and all that is in them
          </Text>
        </div>
      </div>
    </Portal>
  );
};
