// Puts a study and its patient right: what it should say, or whose it is, for whom the dialogue names.
import { Button, Modal, Select, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEdit } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { findDataSets } from '../api.ts';
import { textAt } from '../dicom-json.ts';
import { shownDate } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { MoveStudy } from './move-study.tsx';
import { OtherPatient } from './other-patient.tsx';
import { act, seenAt } from './patient-api.ts';
import classes from './patients.module.css';
import { TakeOut } from './take-out.tsx';
import { useAct } from './use-act.ts';

type Values = Readonly<Record<string, string>>;

const patientFields = [
  ['PatientName', 'Name', 'Doe^Jane: family, given, divided by ^'],
  ['PatientID', 'Patient ID', ''],
  ['PatientBirthDate', 'Birth date', 'YYYYMMDD'],
] as const;
const studyFields = [
  ['StudyDescription', 'Description', ''],
  ['AccessionNumber', 'Accession number', ''],
  ['StudyDate', 'Study date', 'YYYYMMDD'],
  ['ReferringPhysicianName', 'Referring physician', 'Doe^Jane'],
] as const;

/** What the index says as the dialogue opens, as it is written in DICOM. It stays so: what is decided is decided about that. */
const useCurrent = (study: string) =>
  useQuery({
    queryKey: ['written', study],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    queryFn: async ({ signal }): Promise<Values> => {
      const names = ['PatientSex', 'IssuerOfPatientID', ...patientFields, ...studyFields].map((field) =>
        typeof field === 'string' ? field : field[0],
      );
      const address = `/dicom-web/studies?StudyInstanceUID=${encodeURIComponent(study)}&includefield=${names.join(',')}`;
      const [found = {}] = (await findDataSets(address, signal)).dataSets;
      return Object.fromEntries(names.map((name) => [name, written(found, name)]));
    },
  });

/** Names come in groups, everything else as text. */
const written = (dataSet: Parameters<typeof textAt>[0], keyword: string): string => {
  const tags = { PatientName: '00100010', ReferringPhysicianName: '00080090' } as const;
  const tag = keyword === 'PatientName' || keyword === 'ReferringPhysicianName' ? tags[keyword] : undefined;
  if (tag === undefined) return textAt(dataSet, keyword as 'PatientID');
  const element = dataSet[tag];
  const [value] =
    typeof element === 'object' && element !== null && 'Value' in element && Array.isArray(element.Value)
      ? element.Value
      : [];
  const groups = ['Alphabetic', 'Ideographic', 'Phonetic'].map((group) => String(Object(value)[group] ?? ''));
  return groups.join('=').replace(/=+$/u, '');
};

/** Whose study this is, in one line. */
const whoIn = ({ PatientName = '', PatientID = '', IssuerOfPatientID = '', PatientBirthDate = '' }: Values): string =>
  [
    nameInLine(PatientName) || 'No name',
    PatientID && `ID ${PatientID}${IssuerOfPatientID && ` of ${IssuerOfPatientID}`}`,
    PatientBirthDate && `born ${shownDate(PatientBirthDate)}`,
  ]
    .filter(Boolean)
    .join(' · ');

interface PanelProps {
  readonly study: string;
  readonly current: Values;
  readonly onDone: () => void;
}

interface FieldsProps extends PanelProps {
  readonly fields: readonly (readonly [string, string, string])[];
  readonly button: string;
  readonly whatOf: (values: Values) => object;
  readonly withSex?: boolean;
}

const sexes = [
  { value: '', label: 'not known' },
  { value: 'F', label: 'female' },
  { value: 'M', label: 'male' },
  { value: 'O', label: 'other' },
];

const Fields = ({ study, current, fields, button, whatOf, withSex = false, onDone }: FieldsProps) => {
  const [values, setValues] = useState<Values>({});
  const [reason, setReason] = useState('');
  const acting = useAct((what: object) => act(what, { reason, seen: [seenAt(study, current)] }), onDone);
  const changed = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== current[name]));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(changed).length > 0) acting.mutate(whatOf(changed));
  };
  const shown = (name: string): string => values[name] ?? current[name] ?? '';
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" pt="sm">
        {fields.map(([name, label, hint]) => (
          <TextInput
            key={name}
            label={label}
            description={hint || undefined}
            value={shown(name)}
            onChange={({ currentTarget: { value } }) => setValues({ ...values, [name]: value })}
            autoComplete="off"
            spellCheck={false}
          />
        ))}
        {withSex && (
          <Select
            label="Sex"
            data={sexes}
            value={shown('PatientSex')}
            onChange={(sex) => setValues({ ...values, PatientSex: sex ?? '' })}
            allowDeselect={false}
          />
        )}
        <TextInput
          label="Why"
          value={reason}
          onChange={({ currentTarget: { value } }) => setReason(value)}
          autoComplete="off"
        />
        {acting.error && (
          <Text size="sm" role="alert" className={classes.problem}>
            {acting.error.message}
          </Text>
        )}
        <Button type="submit" loading={acting.isPending} disabled={Object.keys(changed).length === 0}>
          {button}
        </Button>
      </Stack>
    </form>
  );
};

const Dialogue = ({ study, onDone }: Omit<PanelProps, 'current'>) => {
  const { data: current, error } = useCurrent(study);
  if (error) return <Text role="alert">{error.message}</Text>;
  if (!current) return <Text className="quiet">Loading…</Text>;
  const panel = { study, current, onDone };
  const ref = { studyInstanceUid: study };
  return (
    <Tabs defaultValue="patient" keepMounted={false}>
      <Text fw={600} pb="xs">
        <bdi>{whoIn(current)}</bdi>
      </Text>
      <Tabs.List>
        <Tabs.Tab value="patient">Patient</Tabs.Tab>
        <Tabs.Tab value="study">Study</Tabs.Tab>
        <Tabs.Tab value="move">Another patient</Tabs.Tab>
        <Tabs.Tab value="two">Two IDs</Tabs.Tab>
        <Tabs.Tab value="out">Take out</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="patient">
        <Text size="sm" pt="sm" className="quiet">
          Changes every study of this patient, here and in what is sent.
        </Text>
        <Fields
          {...panel}
          fields={patientFields}
          withSex
          button="Correct the patient"
          whatOf={(values) => ({ kind: 'correct patient', patient: ref, values })}
        />
      </Tabs.Panel>
      <Tabs.Panel value="study">
        <Fields
          {...panel}
          fields={studyFields}
          button="Correct the study"
          whatOf={(values) => ({ kind: 'correct study', ...ref, values })}
        />
      </Tabs.Panel>
      <Tabs.Panel value="move">
        <MoveStudy {...panel} />
      </Tabs.Panel>
      <Tabs.Panel value="two">
        <OtherPatient {...panel} />
      </Tabs.Panel>
      <Tabs.Panel value="out">
        <TakeOut study={study} onDone={onDone} />
      </Tabs.Panel>
    </Tabs>
  );
};

export const CorrectButton = ({ study }: { readonly study: string }) => {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" leftSection={<IconEdit size={16} />} onClick={open}>
        Correct…
      </Button>
      <Modal opened={opened} onClose={close} title="Put right" size="lg" centered>
        {opened && <Dialogue study={study} onDone={close} />}
      </Modal>
    </>
  );
};
