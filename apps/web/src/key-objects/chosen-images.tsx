// Which images of the study on the page are chosen for a selection.
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

interface ChosenImages {
  /** SOP Instance UIDs in the order in which they were chosen. */
  readonly chosen: readonly string[];
  readonly toggle: (uid: string) => void;
  readonly clear: () => void;
}

const Context = createContext<ChosenImages>({ chosen: [], toggle: () => undefined, clear: () => undefined });

/** As many as one selection may have. */
const mostChosen = 2000;

export const ChosenImagesProvider = ({ children }: { readonly children: ReactNode }) => {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const value = useMemo(
    () => ({
      chosen,
      toggle: (uid: string) =>
        setChosen((now) =>
          now.includes(uid) ? now.filter((each) => each !== uid) : [...now, uid].slice(0, mostChosen),
        ),
      clear: () => setChosen([]),
    }),
    [chosen],
  );
  return <Context value={value}>{children}</Context>;
};

export const useChosenImages = (): ChosenImages => useContext(Context);
