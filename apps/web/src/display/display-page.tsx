// The service page of this screen: what a luminance meter shows of its levels, and the correction that follows. PS3.14 Annex C.
import { Button, Group, NumberInput, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { shownDate } from '../format/date-time.ts';
import { type Calibration, correctionOf, deviationOf, measuredLevels, noticeableSteps } from './calibration.ts';
import classes from './display.module.css';
import { keepCalibration, useCalibration } from './kept-calibration.ts';

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

const Standing = ({ calibration }: { readonly calibration: Calibration | undefined }) => {
  if (!calibration)
    return <Text data-testid="standing">This screen is not calibrated: P-Values are shown as they are.</Text>;
  const deviation = deviationOf(calibration);
  return (
    <Text data-testid="standing">
      Calibrated on {shownDate(calibration.measuredAt.slice(0, 10).replaceAll('-', ''))}: {noticeableSteps(calibration)}{' '}
      just noticeable differences; at worst {percent(deviation.with)} from the standard, {percent(deviation.without)}{' '}
      without the correction.
    </Text>
  );
};

/** A patch of one driving level, on a background a fifth as bright as the brightest. PS3.14 C.2 */
const Patch = ({ level }: { readonly level: number }) => (
  <div className={classes.background}>
    <div className={classes.patch} style={{ background: `rgb(${level} ${level} ${level})` }} data-level={level} />
  </div>
);

type Entries = Readonly<Record<number, number | undefined>>;

const entriesOf = (calibration: Calibration | undefined): Entries =>
  Object.fromEntries(calibration?.measurements.map(({ level, luminance }) => [level, luminance]) ?? []);

const asNumber = (value: number | string): number | undefined =>
  value === '' || !Number.isFinite(Number(value)) ? undefined : Number(value);

interface MeasurementsProps {
  readonly entries: Entries;
  readonly onEntry: (level: number, luminance: number | undefined) => void;
  readonly onLevel: (level: number) => void;
}

const Measurements = ({ entries, onEntry, onLevel }: MeasurementsProps) => (
  <div className={classes.measurements}>
    {measuredLevels.map((level) => (
      <NumberInput
        key={level}
        label={`Level ${level}`}
        suffix=" cd/m²"
        min={0}
        max={100_000}
        decimalScale={4}
        hideControls
        value={entries[level] ?? ''}
        onFocus={() => onLevel(level)}
        onChange={(value) => onEntry(level, asNumber(value))}
      />
    ))}
  </div>
);

const measurementsOf = (entries: Entries) =>
  measuredLevels.flatMap((level) => {
    const luminance = entries[level];
    return luminance === undefined ? [] : [{ level, luminance }];
  });

/** What is being entered, and what comes of it. */
const useMeasuring = (calibration: Calibration | undefined) => {
  const [entries, setEntries] = useState<Entries>(() => entriesOf(calibration));
  const [ambientLight, setAmbientLight] = useState(calibration?.ambientLight ?? 0);
  const [problem, setProblem] = useState('');
  const use = () => {
    const measured = { measurements: measurementsOf(entries), ambientLight };
    try {
      correctionOf(measured);
      keepCalibration({ ...measured, measuredAt: new Date().toISOString() });
      setProblem('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const enter = (level: number, luminance: number | undefined) => setEntries((now) => ({ ...now, [level]: luminance }));
  return { entries, enter, ambientLight, setAmbientLight, problem, use };
};

const AmbientLight = ({ value, onChange }: { readonly value: number; readonly onChange: (value: number) => void }) => (
  <NumberInput
    label="Ambient light"
    suffix=" cd/m²"
    min={0}
    max={1000}
    maw={200}
    hideControls
    value={value}
    onChange={(entered) => onChange(asNumber(entered) ?? 0)}
  />
);

export const DisplayPage = () => {
  const calibration = useCalibration();
  const { entries, enter, ambientLight, setAmbientLight, problem, use } = useMeasuring(calibration);
  const [level, setLevel] = useState(255);
  useEffect(() => {
    document.title = 'Display · Concord';
  }, []);
  return (
    <Stack gap="md">
      <Title order={1}>Display</Title>
      <Standing calibration={calibration} />
      <Text size="sm" className="quiet" maw={760}>
        Put a luminance meter on the patch and write down what it shows at each level, the room dark; then the light of
        the room that the screen reflects. The correction belongs to this screen and is kept by this browser. Grey
        images in the viewer are shown through it.
      </Text>
      <Patch level={level} />
      <Measurements entries={entries} onEntry={enter} onLevel={setLevel} />
      <AmbientLight value={ambientLight} onChange={setAmbientLight} />
      {problem && <Text role="alert">{problem}</Text>}
      <Group>
        <Button onClick={use}>Use this correction</Button>
        <Button variant="default" disabled={!calibration} onClick={() => keepCalibration(undefined)}>
          Remove the correction
        </Button>
      </Group>
    </Stack>
  );
};
