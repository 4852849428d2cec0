// The viewer: one series, image by image.
import { ActionIcon, Drawer, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconLayoutGrid } from '@tabler/icons-react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { type Series, useInstances, useSeries, useStudy } from '../study/study-queries.ts';
import { AttributeTable } from './attribute-table.tsx';
import { type Display, initialDisplay } from './display.ts';
import { cineRate } from './instance-facts.ts';
import { performed } from './perform.ts';
import { SeriesStrip } from './series-strip.tsx';
import { ShortcutList } from './shortcut-list.tsx';
import type { Action } from './shortcuts.ts';
import { stackOf } from './stack.ts';
import { StackBar } from './stack-bar.tsx';
import { Stage } from './stage.tsx';
import { Toolbar } from './toolbar.tsx';
import { useActionKeys } from './use-actions.ts';
import { useCine } from './use-cine.ts';
import { type Loaded, usePictures } from './use-pictures.ts';
import { usePlace } from './use-place.ts';
import classes from './viewer.module.css';

const route = getRouteApi('/studies/$study/series/$series');

const steps: Readonly<Partial<Record<Action, (place: number) => number>>> = {
  next: (place) => place + 1,
  previous: (place) => place - 1,
  forward: (place) => place + 10,
  back: (place) => place - 10,
  first: () => 0,
  last: () => Number.MAX_SAFE_INTEGER,
};

/** The series, its stack, the place in it, and the picture there. */
const useCurrent = () => {
  const { study, series } = route.useParams();
  const { data: instances, error } = useInstances(study, series);
  const stack = useMemo(() => instances && stackOf(instances), [instances]);
  const [place, changePlace] = usePlace(stack?.length ?? 0);
  const pictures = usePictures(study, series, stack, place);
  const loaded = pictures.state.kind === 'ready' ? pictures.state.value : undefined;
  return { study, series, error, stack, place, changePlace, pictures, loaded };
};

const useFilm = ({ stack, place, changePlace, pictures, loaded }: ReturnType<typeof useCurrent>) => {
  const [playing, setPlaying] = useState(false);
  const [chosen, setChosen] = useState<number>();
  const rate = chosen ?? cineRate(loaded?.header.dataSet);
  const length = stack?.length ?? 0;
  const next = length === 0 ? 0 : (place + 1) % length;
  useCine({
    playing: playing && length > 1,
    rate,
    canAdvance: () => pictures.isReady(next),
    advance: () => changePlace(() => next),
  });
  return { playing, rate, setRate: setChosen, toggle: () => setPlaying((now) => !now), stop: () => setPlaying(false) };
};

const useSeriesSteps = (study: string, current: string, series: readonly Series[] | undefined) => {
  const navigate = useNavigate();
  return (step: 1 | -1) => {
    const index = series?.findIndex(({ uid }) => uid === current) ?? -1;
    const other = index < 0 ? undefined : series?.[index + step];
    if (other === undefined) return;
    const params = { study, series: other.uid };
    void navigate({ to: '/studies/$study/series/$series', params, search: {}, replace: true });
  };
};

const drawnOf = (loaded: Loaded | undefined) =>
  loaded === undefined || loaded.picture.kind === 'none' ? undefined : loaded.picture;

const useTitle = (name: string | undefined) => {
  useEffect(() => {
    document.title = `${name ?? 'Images'} · Concord`;
  }, [name]);
};

export const ViewerPage = () => {
  const current = useCurrent();
  const { study, series: seriesUid, stack, place, changePlace, loaded } = current;
  const { data: studyData } = useStudy(study);
  const { data: series } = useSeries(study);
  const film = useFilm(current);
  const [display, setDisplay] = useState<Display>(initialDisplay);
  const [attributesOpen, attributes] = useDisclosure(false);
  const [helpOpen, help] = useDisclosure(false);
  const [drawerOpen, drawer] = useDisclosure(false);
  const narrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false });
  const stepSeries = useSeriesSteps(study, seriesUid, series);
  const navigate = useNavigate();
  useTitle(studyData?.name.main);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another series is looked at as its images say
  useEffect(() => setDisplay((now) => ({ ...now, window: undefined, voiLut: undefined })), [seriesUid]);

  const others: Readonly<Partial<Record<Action, () => void>>> = {
    play: film.toggle,
    nextSeries: () => stepSeries(1),
    previousSeries: () => stepSeries(-1),
    attributes: attributes.toggle,
    help: help.open,
    leave: () => void navigate({ to: '/studies/$study', params: { study } }),
  };
  const perform = (action: Action) => {
    const step = steps[action];
    if (step) {
      film.stop();
      changePlace(step);
    }
    others[action]?.();
    const pane = document.querySelector('[data-pane]');
    const size = { width: pane?.clientWidth ?? 0, height: pane?.clientHeight ?? 0 };
    setDisplay((now) => performed(action, now, drawnOf(loaded), size) ?? now);
  };
  useActionKeys(perform);

  const picture = drawnOf(loaded);
  const gray = picture?.kind === 'gray' ? picture : undefined;
  const modality = series?.find(({ uid }) => uid === seriesUid)?.modality ?? '';
  const strip = (onChosen?: () => void) => (
    <SeriesStrip study={study} series={series ?? []} {...(onChosen ? { onChosen } : {})} />
  );
  return (
    <div className={classes.viewer}>
      <header className={classes.head}>
        <ActionIcon
          size={38}
          className={classes.tool}
          aria-label="Back to the study"
          renderRoot={(props) => <Link to="/studies/$study" params={{ study }} {...props} />}
        >
          <IconArrowLeft size={20} />
        </ActionIcon>
        {narrow && (
          <ActionIcon size={38} className={classes.tool} aria-label="Series" onClick={drawer.open}>
            <IconLayoutGrid size={20} stroke={1.6} />
          </ActionIcon>
        )}
        <div className={classes.title}>
          <Text fw={600} truncate>
            {studyData?.name.main ?? (studyData && 'No name')}
          </Text>
          <Text size="xs" className="quiet" truncate>
            {[studyData?.patientId, studyData?.description, studyData?.date].filter(Boolean).join(' · ')}
          </Text>
        </div>
      </header>
      <div className={classes.tools}>
        <Toolbar
          display={display}
          onAction={perform}
          onDisplay={setDisplay}
          gray={gray}
          modality={modality}
          hasOverlays={gray?.overlay !== undefined}
          attributesOpen={attributesOpen}
        />
      </div>
      {!narrow && strip()}
      <Stage
        current={current}
        display={display}
        onDisplay={setDisplay}
        onStep={(images) => {
          film.stop();
          changePlace((now) => now + images);
        }}
      />
      {stack && (
        <StackBar
          place={place}
          length={stack.length}
          onPlace={(to) => changePlace(() => to)}
          playing={film.playing}
          onPlay={film.toggle}
          rate={film.rate}
          onRate={film.setRate}
        />
      )}
      <Drawer opened={drawerOpen && narrow === true} onClose={drawer.close} title="Series" size={220}>
        {strip(drawer.close)}
      </Drawer>
      <Drawer
        opened={attributesOpen}
        onClose={attributes.close}
        title="Attributes"
        position="right"
        size="xl"
        withOverlay={false}
        lockScroll={false}
        trapFocus={false}
      >
        {loaded ? <AttributeTable json={loaded.header.json} /> : <Text className="quiet">Not loaded yet</Text>}
      </Drawer>
      <ShortcutList opened={helpOpen} onClose={help.close} />
    </div>
  );
};
