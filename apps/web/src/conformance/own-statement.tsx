// This server's own statement: two editions in two orders, in every form, with what its rules find and what was released.
import { Anchor, Badge, Button, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { counted } from '../format/quantity.ts';
import classes from './conformance.module.css';
import { DriftAlarm } from './drift-alarm.tsx';
import { ReleaseList } from './release-list.tsx';
import {
  type Edition,
  editions,
  forms,
  getValidation,
  statementAddress,
  type Template,
  templates,
  type Validation,
} from './statement-api.ts';

const choices = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));
const isIn = <K extends string>(labels: Readonly<Record<K, string>>, value: string): value is K =>
  Object.hasOwn(labels, value);

const Findings = ({ validation }: { readonly validation: Validation }) => {
  const { errors, warnings, notes, open, decided, findings } = validation;
  const against = decided.filter(({ holds }) => !holds);
  return (
    <Stack gap="xs" role="group" aria-label="Status">
      <Group gap="xs">
        <Badge variant="light" c="var(--mantine-color-text)" color={errors > 0 ? 'red' : 'green'}>
          {errors > 0 ? `draft: ${counted(errors, 'error')}` : 'no errors'}
        </Badge>
        {warnings > 0 && (
          <Badge variant="light" c="var(--mantine-color-text)" color="yellow">
            {counted(warnings, 'warning')}
          </Badge>
        )}
        <Text size="sm" className="quiet">
          {counted(notes, 'note')}; {counted(decided.length, 'rule')} decided by what runs
          {against.length > 0 && `, ${against.length} of them against it`}
        </Text>
      </Group>
      {open.length > 0 && (
        <Text size="sm" className="quiet">
          Only a person can decide: {open.join(', ')}
        </Text>
      )}
      {findings.length > 0 && (
        <div className={classes.scroll}>
          <table aria-label="Findings">
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Section</th>
                <th scope="col">What it finds, and what would mend it</th>
              </tr>
            </thead>
            <tbody>
              {findings.map(({ rule, level, section, message, remedy }) => (
                <tr key={`${rule} ${section} ${message}`}>
                  <td className={level === 'E' ? classes.error : undefined}>
                    {level} {rule}
                  </td>
                  <td>{section}</td>
                  <td>
                    {message} <span className="quiet">{remedy}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Stack>
  );
};

/** What runs may change at any time; the server knows without being told. */
const againMs = 20_000;

export const OwnStatement = () => {
  const [edition, setEdition] = useState<Edition>('as-configured');
  const [template, setTemplate] = useState<Template>('annex-a');
  const { data, error } = useQuery({
    queryKey: ['validation', edition],
    queryFn: ({ signal }) => getValidation(edition, signal),
    refetchInterval: againMs,
  });
  return (
    <section className={classes.card} aria-label="Statement">
      <Stack gap="sm">
        <Title order={2} size="h3">
          Statement
        </Title>
        <Text className="quiet">Made from what runs, at each request. It cannot go stale.</Text>
        <Group gap="sm">
          <SegmentedControl
            aria-label="Edition"
            data={choices(editions)}
            value={edition}
            onChange={(value) => isIn(editions, value) && setEdition(value)}
          />
          <SegmentedControl
            aria-label="Order"
            data={choices(templates)}
            value={template}
            onChange={(value) => isIn(templates, value) && setTemplate(value)}
          />
        </Group>
        <Group gap="xs">
          <Button component="a" href={statementAddress(edition, template, 'html')} target="_blank" size="xs">
            Read
          </Button>
          {Object.entries(forms).map(([form, label]) => (
            <Button
              key={form}
              component="a"
              href={isIn(forms, form) ? statementAddress(edition, template, form) : ''}
              download={`concord-statement.${form === 'markdown' ? 'md' : form === 'docbook' ? 'xml' : form}`}
              size="xs"
              variant="default"
            >
              {label}
            </Button>
          ))}
        </Group>
        <Group gap="md">
          <Anchor component={Link} to="/interoperability/texts" size="sm">
            Texts
          </Anchor>
          <Anchor component={Link} to="/interoperability/glossary" size="sm">
            Glossary
          </Anchor>
        </Group>
        {error && <Text role="alert">{error.message}</Text>}
        {data && <Findings validation={data} />}
        <DriftAlarm />
        <ReleaseList />
      </Stack>
    </section>
  );
};
