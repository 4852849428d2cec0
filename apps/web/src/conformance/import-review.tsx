// What was recognised of a document: each fact with the line it was read from and how sure that is; corrected where it is wrong.
import { Button, Group, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { counted } from '../format/quantity.ts';
import { AddClass } from './add-class.tsx';
import classes from './conformance.module.css';
import { type Corrections, correct, withClass } from './corrections.ts';
import { FactRow } from './fact-row.tsx';
import type { Imported } from './kept-statements.ts';

interface ImportReviewProps {
  readonly imported: Imported;
  readonly lines: readonly string[];
  readonly statement: unknown;
  readonly corrections: Corrections;
  readonly onCorrect: (corrections: Corrections) => void;
  /** With all corrections made so far. */
  readonly onReplace: (statement: unknown) => void;
}

const shownAtMost = 500;

const Facts = ({ imported: { facts }, lines, statement, corrections, onCorrect }: ImportReviewProps) => {
  const [doubtful, setDoubtful] = useState(false);
  const [words, setWords] = useState('');
  const found = facts.filter(
    ({ text, kind, doubts }) =>
      (!doubtful || doubts.length > 0) && `${kind} ${text}`.toLowerCase().includes(words.trim().toLowerCase()),
  );
  return (
    <Stack gap="xs">
      <Group align="end" role="search" aria-label="What was recognised">
        <TextInput label="Find" value={words} onChange={({ currentTarget: { value } }) => setWords(value)} />
        <Switch
          label="Only what to look at"
          checked={doubtful}
          onChange={({ currentTarget: { checked } }) => setDoubtful(checked)}
        />
        <Text size="sm" className="quiet">
          {found.length} of {counted(facts.length, 'fact')}
          {found.length > shownAtMost && `, the first ${shownAtMost}`}
        </Text>
      </Group>
      <div className={classes.scroll}>
        <table aria-label="Recognised">
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">What was recognised</th>
              <th scope="col">How sure</th>
              <th scope="col">Correct it</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shownAtMost).map((fact) => (
              <FactRow
                key={fact.path}
                {...{ fact, lines, statement }}
                correction={corrections[fact.path]}
                onCorrect={(correction) => {
                  const { [fact.path]: _, ...others } = corrections;
                  onCorrect(correction ? { ...others, [fact.path]: correction } : others);
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
    </Stack>
  );
};

/** Places that belong to no fact, such as a table that was left out. */
const Doubts = ({ imported: { facts, uncertain, faults } }: Pick<ImportReviewProps, 'imported'>) => {
  const told = new Set(facts.map(({ line }) => line));
  const rest = uncertain.filter(({ line }) => line === 0 || !told.has(line));
  if (rest.length + faults.length === 0) return null;
  return (
    <details>
      <summary>{counted(rest.length + faults.length, 'further place')} to look at</summary>
      <ul className={classes.reasons} aria-label="Further places">
        {rest.map(({ line, text, reason }) => (
          <li key={`${line} ${reason} ${text}`}>
            {line > 0 && `line ${line}: `}
            {reason} <span className="quiet">{text}</span>
          </li>
        ))}
        {faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </details>
  );
};

/** Everything as JSON, for what has no field of its own. */
const Whole = ({ statement, corrections, onReplace }: ImportReviewProps) => {
  const [text, setText] = useState<string>();
  const [problem, setProblem] = useState('');
  const apply = (): void => {
    try {
      const value: unknown = JSON.parse(text ?? '');
      onReplace(value);
      setText(undefined);
      setProblem('');
    } catch (error) {
      setProblem(`Not JSON: ${error instanceof Error ? error.message : error}`);
    }
  };
  if (text === undefined)
    return (
      <Group>
        <Button
          size="xs"
          variant="default"
          onClick={() => setText(JSON.stringify(correct(statement, corrections), undefined, 2))}
        >
          Edit all of it as JSON
        </Button>
      </Group>
    );
  return (
    <Stack gap="xs">
      <Textarea
        label="Statement as JSON"
        rows={16}
        value={text}
        classNames={{ input: classes.source ?? '' }}
        onChange={({ currentTarget: { value } }) => setText(value)}
      />
      <Group>
        <Button size="xs" onClick={apply}>
          Take this
        </Button>
        <Button size="xs" variant="default" onClick={() => setText(undefined)}>
          Leave it
        </Button>
      </Group>
      {problem !== '' && <Text role="alert">{problem}</Text>}
    </Stack>
  );
};

export const ImportReview = (props: ImportReviewProps) => {
  const { imported, statement, corrections, onReplace } = props;
  const doubtful = imported.facts.filter(({ doubts }) => doubts.length > 0).length;
  return (
    <section className={classes.card} aria-label="Review">
      <Stack gap="sm">
        <Title order={2} size="h3">
          2 Look at what was recognised
        </Title>
        <Text className="quiet" role="status">
          {imported.facts.length > 0
            ? `${counted(imported.facts.length, 'fact')}, ${doubtful} of them to be looked at. What was not read counts as unknown.`
            : 'Taken as it is. What it does not say counts as unknown.'}
        </Text>
        {imported.facts.length > 0 && statement === imported.statement && <Facts {...props} />}
        {imported.facts.length > 0 && statement !== imported.statement && (
          <Text size="sm">It was edited as a whole: the facts of the document do not name its places any more.</Text>
        )}
        <Doubts imported={imported} />
        <AddClass
          statement={statement}
          onAdd={(added) => onReplace(correct(withClass(statement, added), corrections))}
        />
        <Whole {...props} />
      </Stack>
    </section>
  );
};
