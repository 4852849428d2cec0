// The pane in which an image is looked at: drawing, dragging, and the text around it.
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useCorrectionStyle } from '../display/correction-filter.tsx';
import { choiceOf, type Display } from './display.ts';
import { draggedDisplay, panBy, zoomBy } from './dragging.ts';
import { MeasuredLines } from './measured-lines.tsx';
import type { Line } from './measurement.ts';
import { OverlayText } from './overlay-text.tsx';
import { Painter, shownSize } from './painter.ts';
import type { ColourPicture, GrayPicture } from './picture.ts';
import type { OverlayChoice } from './shown-overlays.ts';
import { useGestures } from './use-gestures.ts';
import { useMeasuring } from './use-measuring.ts';
import type { Loaded } from './use-pictures.ts';
import { imagePoint, matrixOf, type Point, type Size } from './view.ts';
import classes from './viewer.module.css';

interface ImagePaneProps {
  readonly loaded: Loaded & { readonly picture: GrayPicture | ColourPicture };
  readonly display: Display;
  readonly onDisplay: (change: (display: Display) => Display) => void;
  readonly onStep: (images: number) => void;
  readonly place: number;
  readonly length: number;
  readonly overlays: OverlayChoice;
  /** What was measured on this image. */
  readonly lines: readonly Line[];
  readonly onLine: (line: Line) => void;
}

/** The size of an element in CSS pixels, from its first layout on. */
const useSize = (element: RefObject<HTMLElement | null>): Size => {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    const measure = () => setSize({ width: observed.clientWidth, height: observed.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element]);
  return size;
};

/** The screen's pixels per CSS pixel; changes when the window goes to another screen. */
const usePixelRatio = (): number => {
  const [ratio, setRatio] = useState(window.devicePixelRatio);
  useEffect(() => {
    const query = matchMedia(`(resolution: ${ratio}dppx)`);
    const change = () => setRatio(window.devicePixelRatio);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, [ratio]);
  return ratio;
};

const usePainting = ({ loaded: { picture }, display, overlays }: ImagePaneProps, pane: Size, moving: boolean) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<Painter>(undefined);
  const pixelRatio = usePixelRatio();
  const { window, voiLut, inverted, view } = display;
  const choice = useMemo(
    () => (picture.kind === 'gray' ? choiceOf({ window, voiLut, inverted }, picture.pipeline) : {}),
    [picture, window, voiLut, inverted],
  );
  useLayoutEffect(() => {
    if (canvas.current === null || pane.width === 0 || pane.height === 0) return;
    painter.current ??= new Painter(canvas.current);
    const scene = { picture, choice, view, pane, pixelRatio, overlays, moving };
    const frame = requestAnimationFrame(() => painter.current?.paint(scene));
    return () => cancelAnimationFrame(frame);
  }, [picture, choice, view, pane, pixelRatio, overlays, moving]);
  return canvas;
};

/** The value under the pointer, where there is one. */
const valueUnder = (picture: GrayPicture | ColourPicture, point: Point | undefined): number | undefined => {
  if (point === undefined || picture.kind !== 'gray') return undefined;
  const [column, row] = [Math.floor(point.x), Math.floor(point.y / picture.pixelAspectRatio)];
  const inside = column >= 0 && row >= 0 && column < picture.columns && row < picture.rows;
  return inside ? picture.pipeline.valueAt(row, column) : undefined;
};

export const ImagePane = (props: ImagePaneProps) => {
  const { loaded, display, onDisplay, onStep, place, length, lines, onLine } = props;
  const { picture } = loaded;
  const correction = useCorrectionStyle();
  const isGray = picture.kind === 'gray' || loaded.state?.kind === 'grayscale';
  const sized = useRef<HTMLDivElement>(null);
  const pane = useSize(sized);
  const [moving, setMoving] = useState(false);
  const [hovered, setHovered] = useState<Point>();
  const started = useRef({ display, place });
  const canvas = usePainting(props, pane, moving);
  const image = shownSize(picture);
  const matrix = matrixOf(display.view, image, pane);
  const { pixelAspectRatio } = picture;
  const measuring = useMeasuring({ matrix, pixelAspectRatio, onLine });
  const gestures = useGestures(sized, display.tool, {
    begin: (tool, at) => {
      started.current = { display, place };
      // What a presentation state cut out and scaled is no place of the image.
      if (tool === 'measure' && !loaded.state) measuring.begin(at);
      setMoving(true);
    },
    drag: (tool, x, y) => {
      if (tool === 'scroll') onStep(started.current.place + Math.round(y / 8) - place);
      else if (tool === 'measure') measuring.drag(x, y);
      else onDisplay((now) => draggedDisplay({ now, started: started.current.display, tool, x, y, picture, pane }));
    },
    end: () => {
      setMoving(false);
      measuring.end();
    },
    zoom: (factor, at) => onDisplay((now) => zoomBy(now, factor, at, image, pane)),
    move: (x, y) => onDisplay((now) => panBy(now, x, y, image, pane)),
    step: onStep,
    hover: setHovered,
  });
  const point = hovered && imagePoint(matrix, hovered);
  return (
    <div ref={sized} className={classes.pane} data-tool={display.tool} {...gestures}>
      <canvas
        ref={canvas}
        className={classes.canvas}
        style={isGray ? correction : {}}
        aria-label={`Image ${place + 1} of ${length}`}
        role="img"
      />
      <MeasuredLines
        lines={loaded.state ? [] : measuring.draft ? [...lines, measuring.draft] : lines}
        dataSet={loaded.header.dataSet}
        frame={loaded.entry.frame}
        matrix={matrix}
        pixelAspectRatio={pixelAspectRatio}
      />
      <OverlayText
        loaded={loaded}
        display={display}
        pane={pane}
        place={place}
        length={length}
        value={valueUnder(picture, point)}
      />
    </div>
  );
};
