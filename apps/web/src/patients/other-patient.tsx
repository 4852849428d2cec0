// The patient of a study and another one: all studies to the other, or a note that the two are one person.
import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { findDataSets } from '../api.ts';
import { counted } from '../format/quantity.ts';
import { readStudy } from '../studies/study.ts';
import { act } from './patient-api.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

type How = 'merge' | 'link';

/** Who is known under an ID, in words; an empty text where nobody is. */
const describe = async (patientId: string, issuer: string, signal: AbortSignal): Promise<string> => {
  const wanted = new URLSearchParams({ PatientID: patientId, limit: '100' });
  if (issuer !== '') wanted.set('IssuerOfPatientID', issuer);
  const { dataSets, remaining } = await findDataSets(`/dicom-web/studies?${wanted}`, signal);
  const studies = dataSets.map(readStudy).filter((study) => study.patientId === patientId);
  const [first] = studies;
  if (!first) return '';
  const born = first.birthDate === '' ? '' : `, born ${first.birthDate}`;
  return `${first.name.main ?? 'no name'}${born}, ${counted(studies.length + remaining, 'study', 'studies')}`;
};

/** Wildcards would find others. */
const isId = (text: string): boolean => text !== '' && !/[*?\\]/u.test(text);

const useOther = (patientId: string, issuer: string) =>
  useQuery({
    queryKey: ['patients', 'under', patientId, issuer],
    queryFn: ({ signal }) => describe(patientId, issuer, signal),
    enabled: isId(patientId),
  });

const texts: Readonly<Record<How, { readonly label: string; readonly button: string; readonly text: string }>> = {
  merge: {
    label: 'Merge into that patient',
    button: 'Merge the patients',
    text: 'Every study of this patient goes there, and so does what comes under this ID later.',
  },
  link: {
    label: 'Link the two',
    button: 'Link the patients',
    text: 'Nothing moves; both histories say that they are one person.',
  },
};

interface OtherPatientProps {
  readonly study: string;
  readonly onDone: () => void;
}

export const OtherPatient = ({ study, onDone }: OtherPatientProps) => {
  const [how, setHow] = useState<How>('merge');
  const [[id, issuer, reason], setFields] = useState(['', '', ''] as readonly [string, string, string]);
  const other = useOther(id, issuer);
  const acting = useAct((what: object) => act(what, reason), onDone);
  const found = isId(id) && other.data !== undefined && other.data !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!found) return;
    const one = { studyInstanceUid: study };
    const that = { patientId: id, ...(issuer !== '' && { issuer }) };
    acting.mutate(
      how === 'merge' ? { kind: 'merge patients', from: one, into: that } : { kind: 'link patients', one, other: that },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" pt="sm">
        <TextInput
          label="Patient ID of the other"
          value={id}
          onChange={({ currentTarget: { value } }) => setFields([value, issuer, reason])}
          autoComplete="off"
          spellCheck={false}
        />
        <TextInput
          label="Its issuer"
          description="Only where two hospitals use the same numbers"
          value={issuer}
          onChange={({ currentTarget: { value } }) => setFields([id, value, reason])}
          autoComplete="off"
          spellCheck={false}
        />
        <output className={classes.name}>
          {isId(id) && (other.data === '' ? 'Nobody is known under this ID.' : (other.data ?? ''))}
        </output>
        <Radio.Group
          label="What is to be done"
          value={how}
          onChange={(value) => setHow(value === 'link' ? 'link' : 'merge')}
        >
          <Group mt={6}>
            {(['merge', 'link'] as const).map((each) => (
              <Radio key={each} value={each} label={texts[each].label} />
            ))}
          </Group>
        </Radio.Group>
        <Text size="sm" className="quiet">
          {texts[how].text}
        </Text>
        <TextInput
          label="Why"
          value={reason}
          onChange={({ currentTarget: { value } }) => setFields([id, issuer, value])}
          autoComplete="off"
        />
        {(acting.error ?? other.error) && (
          <Text size="sm" role="alert" className={classes.problem}>
            {(acting.error ?? other.error)?.message}
          </Text>
        )}
        <Button type="submit" loading={acting.isPending} disabled={!found}>
          {texts[how].button}
        </Button>
      </Stack>
    </form>
  );
};
