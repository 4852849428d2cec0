// Uploads for the whole page: one queue, one place to drop on, one panel that says how far it is.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { gather } from '../live/gather.ts';
import { DropArea } from './drop-area.tsx';
import type { WaitingFile } from './dropped-files.ts';
import { filesChosen } from './dropped-files.ts';
import { sendFile, Unreachable } from './send-file.ts';
import { UploadPanel } from './upload-panel.tsx';
import { type UploadState, Uploads } from './uploads.ts';

interface UploadContextValue {
  readonly add: (files: AsyncIterable<WaitingFile>) => void;
  /** Opens the system's dialogue for files, or for a folder. */
  readonly choose: (kind: 'files' | 'folder') => void;
}

const UploadContext = createContext<UploadContextValue>({ add: () => {}, choose: () => {} });

export const useUpload = (): UploadContextValue => useContext(UploadContext);

/** The panel is drawn anew at most so often, however fast small files go. */
const drawEveryMs = 100;

const after = (milliseconds: number, work: () => void) => {
  const timer = window.setTimeout(work, milliseconds);
  return () => window.clearTimeout(timer);
};

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const cancel = after(milliseconds, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });

/** The queue, and its state as React can watch it: a new object only when it is drawn. */
const createStore = () => {
  const listeners = new Set<() => void>();
  let shown: UploadState;
  const draw = gather<true>(drawEveryMs, after, () => {
    shown = uploads.state();
    for (const listener of listeners) listener();
  });
  const uploads = new Uploads({
    send: sendFile,
    isTransient: (error) => error instanceof Unreachable,
    pause,
    onChange: () => draw.add(true),
  });
  shown = uploads.state();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { uploads, subscribe, shown: () => shown };
};

const chooseFiles = (kind: 'files' | 'folder', add: UploadContextValue['add']) => {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = kind === 'folder';
  input.addEventListener('change', () => add(filesChosen(input.files ?? [])));
  input.click();
};

/** Asks before the page is left while files are on their way. */
const useLeaveWarning = (running: boolean) => {
  useEffect(() => {
    if (!running) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [running]);
};

export const UploadProvider = ({ children }: { readonly children: ReactNode }) => {
  const [{ uploads, subscribe, shown }] = useState(createStore);
  const state = useSyncExternalStore(subscribe, shown);
  const queries = useQueryClient();
  const over = state.phase === 'finished' || state.phase === 'cancelled';
  useLeaveWarning(state.phase === 'running');
  useEffect(() => {
    if (over) void queries.invalidateQueries();
  }, [over, queries]);
  const value = useMemo(() => {
    const add = (files: AsyncIterable<WaitingFile>) => void uploads.add(files);
    return { add, choose: (kind: 'files' | 'folder') => chooseFiles(kind, add) };
  }, [uploads]);
  return (
    <UploadContext value={value}>
      {children}
      <DropArea onDrop={value.add} />
      {state.phase !== 'idle' && (
        <UploadPanel state={state} onCancel={() => uploads.cancel()} onClose={() => uploads.clear()} />
      )}
    </UploadContext>
  );
};
