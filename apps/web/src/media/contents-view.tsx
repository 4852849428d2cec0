// What a medium holds, as a tree in which branches and single objects are chosen. PS3.3 F.5.
import { Badge, Checkbox, Group, Loader, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { UidName } from '../associations/uid-name.tsx';
import { shownDate } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { counted, shownCount } from '../format/quantity.ts';
import { type Chosen, markOf, seriesOfPatient, seriesOfStudy, toggled, toggledInstance } from './choose-items.ts';
import classes from './media.module.css';
import {
  type Contents,
  getInstances,
  type PatientOnMedium,
  type SeriesOnMedium,
  type StudyOnMedium,
} from './media-api.ts';

interface ChoiceProps {
  readonly chosen: Chosen;
  readonly onChosen: (chosen: Chosen) => void;
}

interface BranchProps extends ChoiceProps {
  readonly series: readonly string[];
  readonly label: string;
}

const BranchBox = ({ series, label, chosen, onChosen }: BranchProps) => {
  const mark = markOf(series, chosen);
  return (
    <Checkbox
      checked={mark === 'all'}
      indeterminate={mark === 'some'}
      onChange={() => onChosen(toggled(series, chosen))}
      label={label}
    />
  );
};

interface InstancesProps extends ChoiceProps {
  readonly medium: string;
  readonly item: string;
}

const shownAtMost = 1000;

const Instances = ({ medium, item, chosen, onChosen }: InstancesProps) => {
  const { data, error } = useQuery({
    queryKey: ['media', medium, 'instances', item],
    queryFn: ({ signal }) => getInstances({ medium, item }, signal),
  });
  if (error) return <Text role="alert">{error.message}</Text>;
  if (!data) return <Loader size="sm" aria-label="Loading the objects" />;
  const all = data.map((instance) => instance.item);
  return (
    <ul className={classes.objects}>
      {data.slice(0, shownAtMost).map((instance) => (
        <li key={instance.item}>
          <Group gap={8}>
            <Checkbox
              size="xs"
              checked={chosen.has(item) || chosen.has(instance.item)}
              onChange={() => onChosen(toggledInstance(instance.item, { series: item, all }, chosen))}
              label={[instance.number, instance.file].filter(Boolean).join(' · ')}
            />
            <Text size="xs" className="quiet">
              <UidName uid={instance.sopClassUid} />
              {!instance.isThere && ' · not on the medium'}
            </Text>
          </Group>
        </li>
      ))}
      {data.length > shownAtMost && <li>and {shownCount(data.length - shownAtMost)} more</li>}
    </ul>
  );
};

interface ObjectsProps extends InstancesProps {
  readonly count: number;
  /** What they are objects of. */
  readonly of: string;
}

const Objects = ({ count, of, ...props }: ObjectsProps) => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <UnstyledButton
        className={classes.more}
        onClick={() => setOpen(!open)}
        aria-expanded={open}
        aria-label={`${counted(count, 'object')} of ${of}`}
      >
        {counted(count, 'object')}
      </UnstyledButton>
      {open && <Instances {...props} />}
    </>
  );
};

interface MediumProps extends ChoiceProps {
  readonly medium: string;
}

const Series = ({ series, ...props }: MediumProps & { readonly series: SeriesOnMedium }) => {
  const { item, modality, number, description, instances } = series;
  const label = [`Series ${number || '?'}`, description].filter(Boolean).join(': ');
  return (
    <li className={classes.series}>
      <BranchBox series={[item]} label={label} chosen={props.chosen} onChosen={props.onChosen} />
      {modality !== '' && <Badge variant="light">{modality}</Badge>}
      <Objects {...props} item={item} count={instances} of={label} />
    </li>
  );
};

const Study = ({ study, ...props }: MediumProps & { readonly study: StudyOnMedium }) => {
  const { date, description, accessionNumber, series } = study;
  const label = [shownDate(date) || 'Study without a date', description, accessionNumber].filter(Boolean).join(' · ');
  return (
    <li>
      <BranchBox series={seriesOfStudy(study)} label={label} chosen={props.chosen} onChosen={props.onChosen} />
      <ul className={classes.branch}>
        {series.map((each) => (
          <Series key={each.item} series={each} {...props} />
        ))}
      </ul>
    </li>
  );
};

const Patient = ({ patient, ...props }: MediumProps & { readonly patient: PatientOnMedium }) => {
  const { name, patientId, birthDate, sex, studies } = patient;
  const born = birthDate === '' ? '' : `born ${shownDate(birthDate)}`;
  const label = [nameInLine(name) || 'No name', patientId, born, sex].filter(Boolean).join(' · ');
  return (
    <li className={classes.patient}>
      <BranchBox series={seriesOfPatient(patient)} label={label} chosen={props.chosen} onChosen={props.onChosen} />
      <ul className={classes.branch}>
        {studies.map((each) => (
          <Study key={each.item} study={each} {...props} />
        ))}
      </ul>
    </li>
  );
};

export const ContentsView = ({ contents, chosen, onChosen }: ChoiceProps & { readonly contents: Contents }) => {
  const props = { medium: contents.id, chosen, onChosen };
  return (
    <ul className={classes.tree} aria-label="Contents of the medium">
      {contents.patients.map((each) => (
        <Patient key={each.item} patient={each} {...props} />
      ))}
      {contents.others > 0 && (
        <li className={classes.series}>
          <BranchBox series={['others']} label="Objects of no series" chosen={chosen} onChosen={onChosen} />
          <Objects {...props} item="others" count={contents.others} of="no series" />
        </li>
      )}
      {contents.patients.length === 0 && contents.others === 0 && <li>No DICOM objects are on it.</li>}
    </ul>
  );
};
