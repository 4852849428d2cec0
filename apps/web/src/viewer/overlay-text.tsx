// The text in the corners of the pane, and the sides of the patient at its edges.
import { Badge } from '@mantine/core';
import { memo } from 'react';
import { nameAt, textAt } from '../dicom-json.ts';
import { ageAtStudy, shownDate, shownTime } from '../format/date-time.ts';
import { shownName } from '../format/person-name.ts';
import { type Display, windowInForce } from './display.ts';
import { compressionRatio, edgesOf, fidelityOf, sliceFacts, valueUnit } from './instance-facts.ts';
import { presentedEdges, seenEdges } from './orientation.ts';
import { shownSize } from './painter.ts';
import type { ColourPicture, GrayPicture } from './picture.ts';
import type { Loaded } from './use-pictures.ts';
import { type Size, zoomOf } from './view.ts';
import classes from './viewer.module.css';
import { shownNumber, shownWindow } from './windowing.ts';

interface OverlayTextProps {
  readonly loaded: Loaded & { readonly picture: GrayPicture | ColourPicture };
  readonly display: Display;
  readonly pane: Size;
  readonly place: number;
  readonly length: number;
  /** Under the pointer, in the modality's units. */
  readonly value: number | undefined;
}

const Lines = ({ lines }: { readonly lines: readonly (string | undefined)[] }) =>
  lines
    .filter((line) => line !== undefined && line.trim() !== '')
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity beyond their place
    .map((line, index) => <div key={index}>{line}</div>);

const Patient = memo(({ header: { json } }: { readonly header: Loaded['header'] }) => {
  const name = shownName(nameAt(json, 'PatientName'));
  const [birthDate, studyDate] = [textAt(json, 'PatientBirthDate'), textAt(json, 'StudyDate')];
  const age = ageAtStudy({ age: textAt(json, 'PatientAge'), birthDate, studyDate });
  const person = [textAt(json, 'PatientSex'), age, shownDate(birthDate)].filter((part) => part !== '').join(' · ');
  return (
    <div className={classes.corner} data-corner="top-left">
      <strong>{name.main ?? 'No name'}</strong>
      <Lines lines={[name.others.join(' · '), textAt(json, 'PatientID'), person]} />
    </div>
  );
});

const Study = memo(({ header: { json } }: { readonly header: Loaded['header'] }) => (
  <div className={classes.corner} data-corner="top-right">
    <Lines
      lines={[
        textAt(json, 'InstitutionName'),
        textAt(json, 'StudyDescription'),
        `${shownDate(textAt(json, 'StudyDate'))} ${shownTime(textAt(json, 'StudyTime'))}`,
        textAt(json, 'AccessionNumber') && `Acc ${textAt(json, 'AccessionNumber')}`,
      ]}
    />
  </div>
));

const fidelityWords = { lossy: 'Lossy', 'perhaps lossy': 'May be lossy' } as const;

const Fidelity = ({ header }: { readonly header: Loaded['header'] }) => {
  const fidelity = fidelityOf(header.dataSet, header.transferSyntaxUid);
  if (fidelity === 'as acquired') return null;
  const ratio = compressionRatio(header.dataSet);
  return (
    <Badge color="orange" variant="filled" radius="sm" size="sm" tt="none" className={classes.badge}>
      {fidelityWords[fidelity]} {ratio}
    </Badge>
  );
};

const Series = ({ loaded, place, length }: Pick<OverlayTextProps, 'loaded' | 'place' | 'length'>) => {
  const { header, entry } = loaded;
  const { json, dataSet } = header;
  const number = textAt(json, 'SeriesNumber');
  const ofFrames = entry.instance.frames > 1 ? ` · Frame ${entry.frame} of ${entry.instance.frames}` : '';
  return (
    <div className={classes.corner} data-corner="bottom-left">
      <Lines
        lines={[
          [number && `Series ${number}`, textAt(json, 'SeriesDescription')].filter(Boolean).join(' · '),
          sliceFacts(dataSet, entry.frame).join(' · '),
          `Image ${place + 1} of ${length}${ofFrames}`,
        ]}
      />
    </div>
  );
};

const windowText = (display: Display, picture: GrayPicture | ColourPicture, isPresented: boolean): string => {
  if (picture.kind === 'colour') return isPresented ? 'Presentation state' : 'Colour';
  const window = windowInForce(display, picture.pipeline);
  if (window !== undefined) return shownWindow(window);
  const lut = picture.pipeline.voiLuts[display.voiLut ?? 0];
  return `VOI table${lut?.explanation ? ` ${lut.explanation}` : ''}`;
};

/** Said of every image that is shown with a state, whatever else is hidden. */
const StateLine = ({ loaded: { state } }: Pick<OverlayTextProps, 'loaded'>) =>
  state && (
    <div className={classes.state} data-testid="presentation-state">
      {[state.label || 'Presentation state', state.description].filter((part) => part !== '').join(' · ')}
    </div>
  );

const Numbers = ({ loaded, display, pane, value }: OverlayTextProps) => {
  const { picture, header } = loaded;
  const zoom = zoomOf(display.view, shownSize(picture), pane) * 100;
  return (
    <div className={classes.corner} data-corner="bottom-right">
      <Fidelity header={header} />
      <Lines
        lines={[
          value === undefined ? undefined : `${shownNumber(value)} ${valueUnit(header.dataSet)}`,
          `${picture.columns} × ${picture.rows}`,
          `Zoom ${zoom.toFixed(0)} %`,
          windowText(display, picture, loaded.state !== undefined) + (display.inverted ? ' · inverted' : ''),
        ]}
      />
    </div>
  );
};

const Edges = ({ loaded, display }: Pick<OverlayTextProps, 'loaded' | 'display'>) => {
  const stored = edgesOf(loaded.header.dataSet, loaded.entry.frame);
  if (stored === undefined) return null;
  const edges = Object.entries(seenEdges(presentedEdges(stored, loaded.state), display.view));
  return edges.map(([edge, letters]) => (
    <span key={edge} className={classes.edge} data-edge={edge}>
      {letters}
    </span>
  ));
};

export const OverlayText = (props: OverlayTextProps) => {
  const { loaded, display } = props;
  return (
    <div className={classes.text} data-testid="overlay-text">
      {display.showText && (
        <>
          <Patient header={loaded.header} />
          <Study header={loaded.header} />
          <Series {...props} />
        </>
      )}
      <StateLine loaded={loaded} />
      <Edges loaded={loaded} display={display} />
      <Numbers {...props} />
    </div>
  );
};
