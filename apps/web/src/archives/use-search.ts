// The running search of other archives: started anew by each request, stopped when one leaves.
import { useCallback, useEffect, useRef, useState } from 'react';
import { nothingFound, type SearchRequest, type SearchResult, searchArchives, takeIn } from './archive-search.ts';
import { cutShort } from './search-end.ts';

const lostWord = 'this server broke off before it had told the end';

export interface RunningSearch {
  readonly result: SearchResult | undefined;
  readonly running: boolean;
  readonly problem: string;
  readonly start: (request: SearchRequest) => void;
  readonly stop: () => void;
}

export const useSearch = (): RunningSearch => {
  const [result, setResult] = useState<SearchResult>();
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState('');
  const current = useRef<AbortController>(undefined);
  const stop = useCallback(() => current.current?.abort(), []);
  useEffect(() => stop, [stop]);

  const start = useCallback(
    (request: SearchRequest) => {
      stop();
      const own = new AbortController();
      current.current = own;
      setResult(nothingFound);
      setProblem('');
      setRunning(true);
      const run = async () => {
        for await (const events of searchArchives(request, own.signal))
          setResult((before = nothingFound) => events.reduce(takeIn, before));
      };
      run()
        .catch((error: unknown) => {
          if (current.current !== own || own.signal.aborted) return;
          setProblem(error instanceof Error ? error.message : String(error));
        })
        .finally(() => {
          if (current.current !== own) return;
          const [state, why] = own.signal.aborted ? (['stopped'] as const) : (['failed', lostWord] as const);
          setResult((before) => before && cutShort(before, state, why));
          setRunning(false);
        });
    },
    [stop],
  );
  return { result, running, problem, start, stop };
};
