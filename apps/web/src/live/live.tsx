// Keeps every list on the page true while images arrive, and says whether it can.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { gather } from './gather.ts';
import { type LiveState, listenToStored } from './stored-events.ts';

interface Live {
  readonly state: LiveState;
  /** Studies that came in lately, by UID. */
  readonly arrived: ReadonlySet<string>;
}

const LiveContext = createContext<Live>({ state: 'connecting', arrived: new Set() });

export const useLive = (): Live => useContext(LiveContext);

/** Between two refreshes while a long study arrives: often enough to watch, seldom enough to cost nothing. */
const refreshEveryMs = 700;
/** How long a study counts as just arrived. */
const arrivedForMs = 20_000;

const after = (milliseconds: number, work: () => void) => {
  const timer = window.setTimeout(work, milliseconds);
  return () => window.clearTimeout(timer);
};

export const LiveProvider = ({ children }: { readonly children: ReactNode }) => {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const [arrived, setArrived] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const refresh = gather<string>(refreshEveryMs, after, (studies) => {
      for (const study of studies) void queries.invalidateQueries({ queryKey: ['study', study] });
      for (const key of ['studies', 'system', 'associations']) void queries.invalidateQueries({ queryKey: [key] });
      setArrived((now) => new Set([...now, ...studies]));
      after(arrivedForMs, () => setArrived((now) => new Set([...now].filter((uid) => !studies.has(uid)))));
    });
    const events = listenToStored({
      open: () => new EventSource('/api/events'),
      after,
      onStored: ({ studyInstanceUid }) => refresh.add(studyInstanceUid),
      onAlert: () => void queries.invalidateQueries({ queryKey: ['alerts'] }),
      onResumed: () => void queries.invalidateQueries(),
      onState: setState,
    });
    const look = () => events.setVisible(document.visibilityState === 'visible');
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      events.stop();
      refresh.stop();
    };
  }, [queries]);
  const live = useMemo(() => ({ state, arrived }), [state, arrived]);
  return <LiveContext value={live}>{children}</LiveContext>;
};
