// The middle of the viewer: the image, or why there is none.
import { Button, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconFileDescription } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { AttributeTable } from './attribute-table.tsx';
import type { Display } from './display.ts';
import { ImagePane } from './image-pane.tsx';
import type { Line } from './measurement.ts';
import type { NoPicture, Picture } from './picture.ts';
import type { OverlayChoice } from './shown-overlays.ts';
import { SpectraPane } from './spectra-pane.tsx';
import type { Stack as ImageStack } from './stack.ts';
import type { CurrentPicture, Loaded } from './use-pictures.ts';
import classes from './viewer.module.css';

interface StageProps {
  readonly current: {
    readonly stack: Pick<ImageStack, 'length'> | undefined;
    /** Of all of the series, as far as it is known. */
    readonly length: number;
    readonly error: Error | null;
    readonly place: number;
    readonly pictures: CurrentPicture;
    readonly series: string;
    readonly overlays: OverlayChoice;
    readonly measured: { readonly lines: readonly Line[]; readonly add: (line: Line) => void };
  };
  readonly display: Display;
  readonly onDisplay: (change: (display: Display) => Display) => void;
  readonly onStep: (images: number) => void;
}

/** So long the last picture, with its own text, may stand while the next one comes: no flicker, no wrong picture. */
const patienceMs = 250;

interface Standing {
  readonly series: string;
  readonly place: number;
  readonly loaded: Loaded;
}

/** What is to be shown: the picture of the place, or for a moment the last one, or nothing. */
const useStanding = ({ pictures: { state }, place, series }: StageProps['current']): Standing | undefined => {
  const [last, setLast] = useState<Standing>();
  const ready = state.kind === 'ready' ? state.value : undefined;
  useEffect(() => {
    if (ready) {
      setLast({ series, place, loaded: ready });
      return;
    }
    const timer = window.setTimeout(() => setLast(undefined), patienceMs);
    return () => window.clearTimeout(timer);
  }, [ready, place, series]);
  if (ready) return { series, place, loaded: ready };
  return state.kind === 'loading' && last?.series === series ? last : undefined;
};

const Waiting = () => (
  <Stack align="center" gap="xs" role="status">
    <Loader color="gray" />
    <Text size="sm" className="quiet">
      Loading
    </Text>
  </Stack>
);

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const Failure = ({ reason, onRetry }: { readonly reason: string; readonly onRetry?: () => void }) => (
  <Stack align="center" gap="sm" role="alert" maw={520} px="md">
    <IconAlertTriangle size={36} stroke={1.4} color="var(--mantine-color-orange-4)" />
    <Text ta="center">{reason}</Text>
    {onRetry && (
      <Button variant="default" onClick={onRetry}>
        Try again
      </Button>
    )}
  </Stack>
);

interface AttributesProps {
  readonly picture: NoPicture;
  readonly loaded: Loaded;
  readonly onShowRaw: () => void;
}

const Attributes = ({ picture: { reason, isWithheld }, loaded, onShowRaw }: AttributesProps) => (
  <div className={classes.noPicture}>
    <Text size="sm" className="quiet" mb="sm">
      <IconFileDescription size={16} className={classes.inlineIcon} /> {reason}
    </Text>
    {isWithheld && (
      <Button variant="default" size="xs" mb="sm" onClick={onShowRaw}>
        Show it all the same
      </Button>
    )}
    <AttributeTable key={loaded.entry.instance.uid} json={loaded.header.json} />
  </div>
);

const isDrawn = (loaded: Loaded): loaded is Loaded & { readonly picture: Exclude<Picture, { kind: 'none' }> } =>
  loaded.picture.kind !== 'none';

const noLines: readonly Line[] = [];

const Content = ({ current, display, onDisplay, onStep }: StageProps) => {
  const { stack, length, error, pictures, overlays, measured } = current;
  const standing = useStanding(current);
  if (error) return <Failure reason={error.message} />;
  if (stack?.length === 0) return <Failure reason="This series has no objects in the archive." />;
  if (standing && isDrawn(standing.loaded)) {
    const { loaded, place } = standing;
    // Lines belong to the picture that is asked for: one that only stands in for it shows none.
    const lines = place === current.place ? measured.lines : noLines;
    const shown = { loaded, place, length, overlays, lines, onLine: measured.add };
    return <ImagePane {...{ display, onDisplay, onStep, ...shown }} />;
  }
  if (standing?.loaded.picture.kind === 'none') {
    const { spectra } = standing.loaded.picture;
    if (spectra) return <SpectraPane spectra={spectra} />;
    const showRaw = () => onDisplay((now) => ({ ...now, showRaw: true }));
    return <Attributes picture={standing.loaded.picture} loaded={standing.loaded} onShowRaw={showRaw} />;
  }
  if (pictures.state.kind === 'failed') {
    return <Failure reason={wordsOf(pictures.state.error)} onRetry={pictures.retry} />;
  }
  return <Waiting />;
};

export const Stage = (props: StageProps) => (
  <main className={classes.stage} data-pane>
    <Content {...props} />
  </main>
);
