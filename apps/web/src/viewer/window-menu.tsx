// The windows to choose from: the image's own, its tables, and for CT the customary ones.

import type { Window } from '@concord/imaging';
import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCalibration } from '../display/kept-calibration.ts';
import type { Display } from './display.ts';
import type { GrayPicture } from './picture.ts';
import { ctPresets, shownWindow } from './windowing.ts';

interface WindowMenuItemsProps {
  readonly picture: GrayPicture;
  readonly onDisplay: (change: (display: Display) => Display) => void;
  readonly modality: string;
}

interface ItemProps {
  readonly name: string;
  readonly window?: Window;
  readonly onChoose: () => void;
}

const Item = ({ name, window, onChoose }: ItemProps) => (
  <Menu.Item onClick={onChoose} rightSection={window && <span className="quiet figures">{shownWindow(window)}</span>}>
    {name}
  </Menu.Item>
);

const DisplayItem = () => (
  <>
    <Menu.Divider />
    <Menu.Item renderRoot={(props) => <Link to="/display" {...props} />}>
      {useCalibration() ? 'Display: calibrated' : 'Display: not calibrated'}
    </Menu.Item>
  </>
);

export const WindowMenuItems = ({ picture, onDisplay, modality }: WindowMenuItemsProps) => {
  const { pipeline, wholeRange } = picture;
  const chooseWindow = (window: Window | undefined) => onDisplay((now) => ({ ...now, window, voiLut: undefined }));
  const chooseTable = (voiLut: number) => onDisplay((now) => ({ ...now, window: undefined, voiLut }));
  return (
    <>
      <Menu.Label>Of the image</Menu.Label>
      <Item name="Each image’s own" window={pipeline.initialWindow} onChoose={() => chooseWindow(undefined)} />
      {pipeline.windows.slice(1).map((window, index) => (
        <Item
          key={`${window.center} ${window.width} ${window.explanation ?? ''}`}
          name={window.explanation ?? `Window ${index + 2}`}
          window={window}
          onChoose={() => chooseWindow(window)}
        />
      ))}
      {pipeline.voiLuts.map((lut, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a table is known by its place in the data set
        <Item key={index} name={lut.explanation ?? `VOI table ${index + 1}`} onChoose={() => chooseTable(index)} />
      ))}
      <Item name="Darkest to brightest" window={wholeRange} onChoose={() => chooseWindow(wholeRange)} />
      {modality === 'CT' && (
        <>
          <Menu.Label>CT</Menu.Label>
          {ctPresets.map(({ name, window }) => (
            <Item key={name} name={name} window={window} onChoose={() => chooseWindow(window)} />
          ))}
        </>
      )}
      <DisplayItem />
    </>
  );
};
