// The patient of a study and another one: all studies to the other, or a note that the two are one person.
import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { seenKnown, useKnownPatient } from './known-patient.ts';
import { act, seenAt } from './patient-api.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

type How = 'merge' | 'link';

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
  /** What the study says, as it was shown. */
  readonly current: Readonly<Record<string, string>>;
  readonly onDone: () => void;
}

export const OtherPatient = ({ study, current, onDone }: OtherPatientProps) => {
  const [how, setHow] = useState<How>('merge');
  const [[id, issuer, reason], setFields] = useState(['', '', ''] as readonly [string, string, string]);
  const { patient: other, words, error } = useKnownPatient(id, issuer);
  const acting = useAct((what: object) => {
    const them = other ? [seenKnown(other)] : [];
    return act(what, { reason, seen: [seenAt(study, current), ...them] });
  }, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!other) return;
    const one = { studyInstanceUid: study };
    const that = { patientId: other.patientId, issuer: other.issuer };
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
          <bdi>{words}</bdi>
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
        {(acting.error ?? error) && (
          <Text size="sm" role="alert" className={classes.problem}>
            {(acting.error ?? error)?.message}
          </Text>
        )}
        <Button type="submit" loading={acting.isPending} disabled={!other}>
          {texts[how].button}
        </Button>
      </Stack>
    </form>
  );
};
