// The words of conformance, with the meaning that PS3.2 gives them.
import { Anchor, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import classes from './conformance.module.css';
import { getGlossary } from './statement-api.ts';

/** Names of the groups, in their order. */
const groups: Readonly<Record<string, string>> = {
  conformance: 'Terms of conformance',
  'taken over': 'Terms of other parts of the standard',
};

export const GlossaryPage = () => {
  const [words, setWords] = useState('');
  const { data = [], error } = useQuery({ queryKey: ['glossary'], queryFn: ({ signal }) => getGlossary(signal) });
  useEffect(() => {
    document.title = 'Glossary · Concord';
  }, []);
  const found = data.filter(({ term, definition }) =>
    `${term} ${definition}`.toLowerCase().includes(words.trim().toLowerCase()),
  );
  return (
    <Stack gap="lg" maw={860} mx="auto">
      <div>
        <Anchor component={Link} to="/interoperability" size="sm">
          Conformance
        </Anchor>
        <Title order={1} size="h2">
          Glossary
        </Title>
        <Text className="quiet">The words of these pages, with the meaning that the standard gives them.</Text>
      </div>
      <TextInput label="Find" value={words} maw={360} onChange={({ currentTarget: { value } }) => setWords(value)} />
      {error && <Text role="alert">{error.message}</Text>}
      {[...Map.groupBy(found, ({ group }) => group)].map(([group, terms]) => (
        <section key={group} className={classes.card} aria-label={groups[group] ?? group}>
          <Title order={2} size="h3">
            {groups[group] ?? group}
          </Title>
          <dl className={classes.terms}>
            {terms.map(({ term, definition }) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{definition}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Stack>
  );
};
