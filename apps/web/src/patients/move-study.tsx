// Gives a study to another patient: who is known under the ID is named first; a new one needs a name.
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { seenKnown, useKnownPatient } from './known-patient.ts';
import { act, seenAt } from './patient-api.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

interface MoveStudyProps {
  readonly study: string;
  /** What the study says, as it was shown. */
  readonly current: Readonly<Record<string, string>>;
  readonly onDone: () => void;
}

const empty = { id: '', issuer: '', name: '', birthDate: '', reason: '' };

export const MoveStudy = ({ study, current, onDone }: MoveStudyProps) => {
  const [given, setGiven] = useState(empty);
  const id = given.id.trim();
  const issuer = given.issuer.trim();
  const { patient: known, words, asked, error } = useKnownPatient(id, issuer);
  const isNew = asked && !known;
  const acting = useAct((to: object) => {
    const them = known ? [seenKnown(known)] : [];
    const what = { kind: 'move study', studyInstanceUid: study, to };
    return act(what, { reason: given.reason, seen: [seenAt(study, current), ...them] });
  }, onDone);
  const ready = known !== undefined || (isNew && given.name.trim() !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const { name, birthDate } = given;
    const person = { PatientName: name.trim(), ...(birthDate !== '' && { PatientBirthDate: birthDate.trim() }) };
    acting.mutate({ PatientID: id, ...(issuer !== '' && { IssuerOfPatientID: issuer }), ...(!known && person) });
  };
  const field = (name: keyof typeof empty, label: string, description?: string) => (
    <TextInput
      label={label}
      {...(description !== undefined && { description })}
      value={given[name]}
      onChange={({ currentTarget: { value } }) => setGiven({ ...given, [name]: value })}
      autoComplete="off"
      spellCheck={false}
    />
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" pt="sm">
        <Text size="sm" className="quiet">
          Moves this study alone.
        </Text>
        {field('id', 'Patient ID')}
        {field('issuer', 'Its issuer', 'Only where two hospitals use the same numbers')}
        <output className={classes.name}>
          <bdi>{words}</bdi>
          {isNew && ' With a name a new patient is made.'}
        </output>
        {isNew && field('name', 'Name', 'Doe^Jane: family, given, divided by ^')}
        {isNew && field('birthDate', 'Birth date', 'YYYYMMDD')}
        {field('reason', 'Why')}
        {(acting.error ?? error) && (
          <Text size="sm" role="alert" className={classes.problem}>
            {(acting.error ?? error)?.message}
          </Text>
        )}
        <Button type="submit" loading={acting.isPending} disabled={!ready}>
          {isNew ? 'Move the study to a new patient' : 'Move the study'}
        </Button>
      </Stack>
    </form>
  );
};
