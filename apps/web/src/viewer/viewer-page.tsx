// The viewer: one series, image by image.
import { ActionIcon, CloseButton, Drawer, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconLayoutGrid } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { servicePrefix } from '../api.ts';
import { CorrectionFilter } from '../display/correction-filter.tsx';
import { SendButton } from '../jobs/send-button.tsx';
import { useStudy } from '../study/study-queries.ts';
import { AttributeTable } from './attribute-table.tsx';
import { SeriesStrip } from './series-strip.tsx';
import { ShortcutList } from './shortcut-list.tsx';
import type { Action } from './shortcuts.ts';
import { StackBar } from './stack-bar.tsx';
import { Stage } from './stage.tsx';
import { StateMenu } from './state-menu.tsx';
import { Toolbar } from './toolbar.tsx';
import { useActionKeys } from './use-actions.ts';
import type { Loaded } from './use-pictures.ts';
import { drawnOf, useViewer } from './use-viewer.ts';
import { initialView } from './view.ts';
import classes from './viewer.module.css';

const useNarrow = (): boolean =>
  useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? false;

const Head = ({ study, onSeries }: { readonly study: string; readonly onSeries: (() => void) | undefined }) => {
  const { data } = useStudy(study);
  const isShown = servicePrefix() !== '';
  const name = data?.name.main ?? (data && 'No name');
  useEffect(() => {
    document.title = `${name ?? 'Images'} · Concord`;
  }, [name]);
  return (
    <header className={classes.head}>
      <ActionIcon
        size={38}
        className={classes.tool}
        aria-label={isShown ? 'Back to the media' : 'Back to the study'}
        renderRoot={(props) =>
          isShown ? <a href="/media" {...props} /> : <Link to="/studies/$study" params={{ study }} {...props} />
        }
      >
        <IconArrowLeft size={20} />
      </ActionIcon>
      {onSeries && (
        <ActionIcon size={38} className={classes.tool} aria-label="Series" onClick={onSeries}>
          <IconLayoutGrid size={20} stroke={1.6} />
        </ActionIcon>
      )}
      <div className={classes.title}>
        <Text fw={600} truncate>
          {name}
        </Text>
        <Text size="xs" className="quiet" truncate>
          {[data?.patientId, data?.description, data?.date].filter(Boolean).join(' · ')}
        </Text>
      </div>
    </header>
  );
};

interface AttributesProps {
  readonly onClose: () => void;
  readonly loaded: Loaded | undefined;
}

/** Beside the image, so that both can be looked at. */
const Attributes = ({ onClose, loaded }: AttributesProps) => (
  <aside className={classes.side} aria-label="Attributes">
    <div className={classes.sideHead}>
      <Text fw={600}>Attributes</Text>
      <CloseButton aria-label="Close the attributes" onClick={onClose} />
    </div>
    {loaded ? <AttributeTable json={loaded.header.json} /> : <Text className="quiet">Not loaded yet</Text>}
  </aside>
);

const Film = ({ viewer: { film, place, length, go } }: { readonly viewer: ReturnType<typeof useViewer> }) => (
  <StackBar
    place={place}
    length={length}
    onPlace={(to) => go(() => to)}
    playing={film.playing}
    onPlay={film.toggle}
    rate={film.rate}
    onRate={film.setRate}
  />
);

const States = ({
  viewer: { offered, loaded, statesError, setDisplay },
}: {
  readonly viewer: ReturnType<typeof useViewer>;
}) => (
  <StateMenu
    offered={offered}
    applied={loaded?.state}
    failure={statesError ? `Presentation states: ${statesError.message}` : undefined}
    onChoose={(state) => setDisplay((now) => ({ ...now, state, view: initialView }))}
  />
);

interface SendObjectProps {
  readonly study: string;
  readonly series: string;
  readonly loaded: Loaded;
}

/** The object that is looked at, alone. */
const SendObject = ({ study, series, loaded: { entry } }: SendObjectProps) => {
  const sopInstanceUid = entry.instance.uid;
  return (
    <SendButton
      small
      selection={{ studyInstanceUid: study, seriesInstanceUid: series, sopInstanceUid }}
      what="this image"
    />
  );
};

/** Attributes, keys and (on a narrow screen) series are laid over the viewer. */
const useLayers = () => {
  const [attributesOpen, attributes] = useDisclosure(false);
  const [helpOpen, help] = useDisclosure(false);
  const [seriesOpen, series] = useDisclosure(false);
  return { attributesOpen, attributes, helpOpen, help, seriesOpen, series };
};

export const ViewerPage = () => {
  const viewer = useViewer();
  const { study, seriesList, loaded, display, setDisplay, go } = viewer;
  const { attributesOpen, attributes, helpOpen, help, seriesOpen, series } = useLayers();
  const narrow = useNarrow();
  const perform = (action: Action) => {
    if (helpOpen || seriesOpen) return;
    if (action === 'attributes') attributes.toggle();
    else if (action === 'leave' && attributesOpen) attributes.close();
    else if (action === 'help') help.open();
    else viewer.perform(action);
  };
  useActionKeys(perform);
  return (
    <div className={classes.viewer}>
      <CorrectionFilter />
      <div className={classes.top}>
        <Head study={study} onSeries={narrow ? series.open : undefined} />
        <div className={classes.tools}>
          <Toolbar
            display={display}
            onAction={perform}
            onDisplay={setDisplay}
            picture={drawnOf(loaded)}
            modality={seriesList.find(({ uid }) => uid === viewer.series)?.modality ?? ''}
            attributesOpen={attributesOpen}
            isPresented={loaded?.state !== undefined}
            states={<States viewer={viewer} />}
            send={
              loaded && servicePrefix() === '' && <SendObject study={study} series={viewer.series} loaded={loaded} />
            }
          />
        </div>
      </div>
      {!narrow && <SeriesStrip study={study} series={seriesList} />}
      <Stage current={viewer} display={display} onDisplay={setDisplay} onStep={(images) => go((now) => now + images)} />
      <Film viewer={viewer} />
      <Drawer opened={seriesOpen && narrow} onClose={series.close} title="Series" size={220}>
        <SeriesStrip study={study} series={seriesList} onChosen={series.close} />
      </Drawer>
      {attributesOpen && <Attributes onClose={attributes.close} loaded={loaded} />}
      <ShortcutList opened={helpOpen} onClose={help.close} />
    </div>
  );
};
