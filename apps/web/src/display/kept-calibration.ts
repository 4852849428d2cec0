// The calibration of this screen, kept by this browser: each screen has its own. Pages hear when it changes.
import { useSyncExternalStore } from 'react';
import { type Calibration, readCalibration } from './calibration.ts';

const name = 'concord.display-calibration';
const listeners = new Set<() => void>();
let known: { readonly text: string | null; readonly calibration: Calibration | undefined } | undefined;

const current = (): Calibration | undefined => {
  const text = localStorage.getItem(name);
  if (known?.text !== text) known = { text, calibration: readCalibration(text) };
  return known?.calibration;
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
};

/** Undefined: forgets it. */
export const keepCalibration = (calibration: Calibration | undefined): void => {
  if (calibration) localStorage.setItem(name, JSON.stringify(calibration));
  else localStorage.removeItem(name);
  for (const listener of listeners) listener();
};

export const useCalibration = (): Calibration | undefined => useSyncExternalStore(subscribe, current);
