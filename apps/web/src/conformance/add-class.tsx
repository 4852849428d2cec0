// A SOP Class that the document has and the reading missed.

import { describeUid } from '@concord/dicom';
import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type AddedClass, activitiesOf, isUid } from './corrections.ts';

interface AddClassProps {
  readonly statement: unknown;
  readonly onAdd: (added: AddedClass) => void;
}

const implicit = '1.2.840.10008.1.2';
const listIn = (text: string): readonly string[] => text.split(/[\s,;\\]+/u).filter(Boolean);

export const AddClass = ({ statement, onAdd }: AddClassProps) => {
  const places = activitiesOf(statement);
  const [chosen, setChosen] = useState('');
  const [uid, setUid] = useState('');
  const [role, setRole] = useState<'SCU' | 'SCP'>('SCP');
  const [syntaxes, setSyntaxes] = useState(implicit);
  const path = chosen || places[0]?.path || '';
  const wrong = [uid.trim(), ...listIn(syntaxes)].find((each) => !isUid(each));
  if (places.length === 0) return null;
  return (
    <details>
      <summary>Add a SOP Class that was missed</summary>
      <Stack gap="xs" mt="xs">
        <Group align="end">
          <NativeSelect
            label="To"
            data={places.map(({ path: value, label }) => ({ value, label }))}
            value={path}
            onChange={({ currentTarget: { value } }) => setChosen(value)}
          />
          <TextInput label="UID" value={uid} onChange={({ currentTarget: { value } }) => setUid(value)} />
          <NativeSelect
            label="Role"
            data={['SCU', 'SCP']}
            value={role}
            onChange={({ currentTarget: { value } }) => setRole(value === 'SCU' ? 'SCU' : 'SCP')}
          />
          <TextInput
            label="Transfer syntaxes"
            value={syntaxes}
            onChange={({ currentTarget: { value } }) => setSyntaxes(value)}
          />
          <Button
            variant="default"
            disabled={wrong !== undefined || listIn(syntaxes).length === 0}
            onClick={() => {
              onAdd({ path, uid: uid.trim(), role, transferSyntaxes: listIn(syntaxes) });
              setUid('');
            }}
          >
            Add
          </Button>
        </Group>
        <Text size="sm" className="quiet" role="status">
          {uid.trim() === '' ? '' : (describeUid(uid.trim())?.name ?? 'The standard has no SOP Class of this UID.')}
        </Text>
      </Stack>
    </details>
  );
};
