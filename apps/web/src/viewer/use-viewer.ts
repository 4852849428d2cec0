// What is being looked at, the film, and what the reader has chosen: the whole state of the viewer.
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { servicePrefix } from '../api.ts';
import { type State, statesFor, useStates } from '../study/presentation-states.ts';
import { type Series, useOpening, useSeries } from '../study/study-queries.ts';
import { type Display, initialDisplay } from './display.ts';
import { cineRate } from './instance-facts.ts';
import { performed } from './perform.ts';
import type { ColourPicture, GrayPicture } from './picture.ts';
import type { Action } from './shortcuts.ts';
import { stackOf } from './stack.ts';
import { useCine } from './use-cine.ts';
import { useMeasured } from './use-measured.ts';
import { type Loaded, usePictures } from './use-pictures.ts';
import { usePlace } from './use-place.ts';
import type { Size } from './view.ts';
import { overlayChoice, useOverlaySetting } from './viewer-settings.ts';

const route = getRouteApi('/studies/$study/series/$series');

const steps: Readonly<Partial<Record<Action, (place: number) => number>>> = {
  next: (place) => place + 1,
  previous: (place) => place - 1,
  forward: (place) => place + 10,
  back: (place) => place - 10,
  first: () => 0,
  last: () => Number.MAX_SAFE_INTEGER,
};

/** The stack, as far as it is known: at first it is that of the first images only. */
const useStack = (study: string, series: string, seriesList: readonly Series[]) => {
  const { image = 1 } = route.useSearch();
  const [opened, setOpened] = useState<string>();
  const looking = { place: image - 1, isShown: opened === series };
  const { first, all, error } = useOpening(study, series, looking);
  const whole = useMemo(() => all && stackOf(all), [all]);
  const beginning = useMemo(() => first && stackOf(first), [first]);
  const counted = seriesList.find(({ uid }) => uid === series)?.instances ?? 0;
  const length = whole?.length ?? (beginning ? Math.max(beginning.length, counted) : 0);
  return { error, whole, beginning, length, onOpened: () => setOpened(series) };
};

const noStates: readonly State[] = [];

/** The series, its stack, the place in it, and the picture there. */
const useCurrent = ({ state: choice, showRaw }: Display) => {
  const { study, series } = route.useParams();
  const { data: seriesList = [] } = useSeries(study);
  const { error, whole, beginning, length, onOpened } = useStack(study, series, seriesList);
  const [place, changePlace] = usePlace(length);
  const isBeyond = beginning !== undefined && place >= beginning.length;
  const stack = whole ?? (isBeyond ? undefined : beginning);
  const { data: known, error: statesError } = useStates(study);
  // Without them images are shown as they themselves say, which the menu of states then tells.
  const states = known ?? (statesError ? noStates : undefined);
  const pictures = usePictures({ study, series, stack, place, states, choice, showRaw });
  const loaded = pictures.state.kind === 'ready' ? pictures.state.value : undefined;
  const isOpened = isBeyond || pictures.state.kind !== 'loading';
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once for each series
  useEffect(() => {
    if (isOpened) onOpened();
  }, [isOpened, series]);
  return { study, series, seriesList, error, stack, length, place, changePlace, pictures, loaded, states, statesError };
};

const useFilm = ({ length, place, changePlace, pictures, loaded }: ReturnType<typeof useCurrent>) => {
  const [playing, setPlaying] = useState(false);
  const [chosen, setChosen] = useState<number>();
  const rate = chosen ?? cineRate(loaded?.header.dataSet);
  const next = length === 0 ? 0 : (place + 1) % length;
  useCine({
    playing: playing && length > 1,
    rate,
    canAdvance: () => pictures.isReady(next),
    advance: () => changePlace(() => next),
  });
  return { playing, rate, setRate: setChosen, toggle: () => setPlaying((now) => !now), stop: () => setPlaying(false) };
};

const useSeriesSteps = (study: string, current: string, series: readonly Series[]) => {
  const navigate = useNavigate();
  return (step: 1 | -1) => {
    const index = series.findIndex(({ uid }) => uid === current);
    const other = index < 0 ? undefined : series[index + step];
    if (other === undefined) return;
    const params = { study, series: other.uid };
    void navigate({ to: '/studies/$study/series/$series', params, search: {}, replace: true });
  };
};

/** The picture, where there is one to draw. */
export const drawnOf = (loaded: Loaded | undefined): GrayPicture | ColourPicture | undefined =>
  loaded === undefined || loaded.picture.kind === 'none' ? undefined : loaded.picture;

const paneSize = (): Size => {
  const pane = document.querySelector('[data-pane]');
  return { width: pane?.clientWidth ?? 0, height: pane?.clientHeight ?? 0 };
};

export const useViewer = () => {
  const [display, setDisplay] = useState<Display>(initialDisplay);
  const current = useCurrent(display);
  const { study, series: seriesUid, seriesList, changePlace, loaded } = current;
  const film = useFilm(current);
  const stepSeries = useSeriesSteps(study, seriesUid, seriesList);
  const navigate = useNavigate();
  const setting = useOverlaySetting();
  useEffect(() => {
    if (setting === 'on request') setDisplay((now) => ({ ...now, showOverlays: false }));
  }, [setting]);
  const overlays = overlayChoice(setting, display.showOverlays);
  const measured = useMeasured(loaded ? `${loaded.entry.instance.uid}/${loaded.entry.frame}` : '');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another series is looked at as its images say
  useEffect(
    () => setDisplay((now) => ({ ...now, window: undefined, voiLut: undefined, state: 'newest', showRaw: false })),
    [seriesUid],
  );
  const offered = loaded
    ? statesFor(current.states ?? [], { instance: loaded.entry.instance.uid, frame: loaded.entry.frame })
    : [];
  const go = (step: (place: number) => number) => {
    film.stop();
    changePlace(step);
  };
  const ways: Readonly<Partial<Record<Action, () => void>>> = {
    play: film.toggle,
    unmeasure: measured.takeAway,
    nextSeries: () => stepSeries(1),
    previousSeries: () => stepSeries(-1),
    leave: () => {
      film.stop();
      if (servicePrefix() === '') void navigate({ to: '/studies/$study', params: { study } });
      else window.location.assign('/media');
    },
  };
  const perform = (action: Action) => {
    const step = steps[action];
    if (step) go(step);
    ways[action]?.();
    setDisplay((now) => performed(action, now, drawnOf(loaded), paneSize()) ?? now);
  };
  return { ...current, film, display, setDisplay, go, perform, offered, overlays, measured };
};
