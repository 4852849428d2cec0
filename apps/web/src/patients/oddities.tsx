// Objects that contradict what was there, a line for each matter, those that need no decision hidden where that is wanted.
import { Button, Group, Switch, Text, Title, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { counted, shownCount } from '../format/quantity.ts';
import { decided, kindInWords, type Matter, mattersOf } from './contradictions.ts';
import { type Contradiction, dismiss } from './patient-api.ts';
import classes from './patients.module.css';
import { useAct } from './use-act.ts';

const shownAtMost = 200;

const Objects = ({ objects }: { readonly objects: readonly Contradiction[] }) => (
  <ul className={classes.objects}>
    {objects.slice(0, shownAtMost).map(({ id, instance, detail }) => (
      <li key={id}>
        <span className="uid">{instance}</span> <span className="quiet">{detail}</span>
      </li>
    ))}
    {objects.length > shownAtMost && <li>and {shownCount(objects.length - shownAtMost)} more</li>}
  </ul>
);

const Odd = ({ matter: { kind, study, objects } }: { readonly matter: Matter }) => {
  const [open, setOpen] = useState(false);
  const letting = useAct(async () => {
    for (const { id } of objects) await dismiss(id);
    return objects.length === 1 ? 'Let go' : `${counted(objects.length, 'object')} let go`;
  });
  const many = objects.length > 1;
  return (
    <li className={classes.event}>
      <div className={classes.words}>
        <Text size="sm">
          {many && <b>{counted(objects.length, 'object')}: </b>}
          {kindInWords(kind)}
        </Text>
        <Group gap="sm">
          <Text size="xs">
            <Link to="/studies/$study" params={{ study }}>
              {many ? 'their study' : 'its study'}
              {objects[0]?.name && (
                <>
                  {': '}
                  <bdi>{objects[0].name}</bdi>
                </>
              )}
            </Link>
          </Text>
          <UnstyledButton className={classes.more} onClick={() => setOpen(!open)} aria-expanded={open}>
            {open ? 'Hide' : many ? 'Which' : 'Which one'}
          </UnstyledButton>
        </Group>
        {open && <Objects objects={objects} />}
        {letting.error && (
          <Text size="xs" role="alert" className={classes.problem}>
            {letting.error.message}
          </Text>
        )}
      </div>
      <Button size="compact-xs" variant="default" loading={letting.isPending} onClick={() => letting.mutate(undefined)}>
        {many ? 'Let all go' : 'Let go'}
      </Button>
    </li>
  );
};

/** The browser remembers what is hidden. */
export const Oddities = ({ objects }: { readonly objects: readonly Contradiction[] }) => {
  const [hides, setHides] = useLocalStorage({ key: 'hide-decided', defaultValue: false });
  const shown = hides ? objects.filter(({ kind }) => !decided.has(kind)) : objects;
  const hidden = objects.length - shown.length;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          Objects that contradict what was there
        </Title>
        <Switch
          size="sm"
          label={hidden > 0 ? `Hide what needs no decision (${hidden})` : 'Hide what needs no decision'}
          checked={hides}
          onChange={({ currentTarget: { checked } }) => setHides(checked)}
        />
      </Group>
      <ul className={classes.list} aria-label="Objects that contradict">
        {mattersOf(shown).map((matter) => (
          <Odd key={matter.key} matter={matter} />
        ))}
      </ul>
      {shown.length === 0 && <Text className="quiet">Nothing here needs a decision.</Text>}
    </section>
  );
};
