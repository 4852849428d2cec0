// While images are chosen: how many, and what is said of them. PS3.16 TID 2010
import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { counted } from '../format/quantity.ts';
import { useAct } from '../patients/use-act.ts';
import { useChosenImages } from './chosen-images.tsx';
import classes from './key-objects.module.css';
import { createKeyObjects, type Term, useTitles } from './key-objects-api.ts';

const ofInterest = '113000';

const options = (terms: readonly Term[]) => terms.map(({ code, meaning }) => ({ value: code, label: meaning }));

/** Who chose is the same the next time. */
const keptName = 'concord.keyObjects.observer';

const Dialogue = ({ close }: { readonly close: () => void }) => {
  const { chosen, clear } = useChosenImages();
  const { data: titles = [], error } = useTitles();
  const [title, setTitle] = useState(ofInterest);
  const [modifier, setModifier] = useState('');
  const [description, setDescription] = useState('');
  const [observer, setObserver] = useState(() => localStorage.getItem(keptName) ?? '');
  const making = useAct(createKeyObjects, () => {
    localStorage.setItem(keptName, observer);
    clear();
    close();
  });
  const { modifiers = [], modifierRequired = false } = titles.find(({ code }) => code === title) ?? {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate({ title, modifier, description, observer, instances: chosen });
  };
  const problem = making.error ?? error;
  return (
    <Modal opened onClose={close} title={`Note ${counted(chosen.length, 'image')}`} centered>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Select
            label="Title"
            data={options(titles)}
            value={title}
            onChange={(value) => {
              setTitle(value ?? ofInterest);
              setModifier('');
            }}
            searchable
            allowDeselect={false}
            nothingFoundMessage="No such title"
          />
          {modifiers.length > 0 && (
            <Select
              label={modifierRequired ? 'Of what' : 'Reason'}
              data={options(modifiers)}
              value={modifier === '' ? null : modifier}
              onChange={(value) => setModifier(value ?? '')}
              required={modifierRequired}
              clearable={!modifierRequired}
            />
          )}
          <Textarea
            label="Comment"
            value={description}
            onChange={({ currentTarget: { value } }) => setDescription(value)}
            maxLength={10_000}
            autosize
            minRows={2}
          />
          <TextInput
            label="Chosen by"
            placeholder="Doe^Jane"
            value={observer}
            onChange={({ currentTarget: { value } }) => setObserver(value)}
            maxLength={64}
          />
          {problem && (
            <Text size="sm" role="alert" className={classes.problem}>
              {problem.message}
            </Text>
          )}
          <Button
            type="submit"
            loading={making.isPending}
            disabled={titles.length === 0 || (modifierRequired && modifier === '')}
          >
            Note {chosen.length === 1 ? 'this image' : 'these images'}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
};

export const SelectionBar = () => {
  const { chosen, clear } = useChosenImages();
  const [isOpen, { open, close }] = useDisclosure();
  if (chosen.length === 0) return null;
  return (
    <section className={classes.bar} aria-label="Chosen images">
      <Text size="sm" className="figures">
        {counted(chosen.length, 'image')} chosen
      </Text>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={clear}>
          Choose none
        </Button>
        <Button size="compact-sm" leftSection={<IconKey size={15} />} onClick={open}>
          Note as key images
        </Button>
      </Group>
      {isOpen && <Dialogue close={close} />}
    </section>
  );
};
