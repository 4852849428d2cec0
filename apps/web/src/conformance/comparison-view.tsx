// What two or more systems can do together: work of the real world first, then each SOP Class with its reasons.
import { NativeSelect, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { counted } from '../format/quantity.ts';
import { type Comparison, type Direction, type PairRow, type Verdict, verdicts } from './comparison.ts';
import classes from './conformance.module.css';
import { VerdictText } from './verdict-text.tsx';

const Reasons = ({ reasons }: { readonly reasons: readonly string[] }) => {
  const [open, setOpen] = useState(false);
  if (reasons.length === 0) return <span className="quiet">nothing against it</span>;
  return (
    <>
      <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} td="underline" fz={13}>
        {counted(reasons.length, 'reason')}
      </UnstyledButton>
      {open && (
        <ul className={classes.reasons}>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </>
  );
};

const mostRows = 300;

const Pairs = ({ pairs }: { readonly pairs: readonly PairRow[] }) => {
  const [wanted, setWanted] = useState<Verdict | ''>('');
  const shown = pairs.filter(({ verdict }) => wanted === '' || verdict === wanted);
  return (
    <Stack gap="xs">
      <NativeSelect
        label="Show"
        maw={260}
        value={wanted}
        onChange={({ currentTarget }) => setWanted(verdicts.find((each) => each === currentTarget.value) ?? '')}
        data={[{ value: '', label: `all ${pairs.length}` }, ...verdicts]}
      />
      <div className={classes.scroll}>
        <table>
          <thead>
            <tr>
              <th scope="col">SOP Class</th>
              <th scope="col">Activities</th>
              <th scope="col">Verdict</th>
              <th scope="col">Reasons</th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, mostRows).map((pair) => (
              <tr key={pair.key}>
                <td>{pair.sopClass}</td>
                <td>{pair.activities}</td>
                <td>
                  <VerdictText verdict={pair.verdict} />
                </td>
                <td>
                  <Reasons reasons={pair.reasons} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length > mostRows && (
        <Text size="sm" className="quiet">
          The first {mostRows}; the report has all {shown.length}.
        </Text>
      )}
    </Stack>
  );
};

const DirectionCard = ({ direction: { initiator, acceptor, works, pairs } }: { readonly direction: Direction }) => (
  <section className={classes.card} aria-label={`${initiator} with ${acceptor}`}>
    <Title order={3} size="h4">
      {initiator} → {acceptor}
    </Title>
    {works.length === 0 && pairs.length === 0 && (
      <Text size="sm" className="quiet">
        {initiator} starts nothing that is stated.
      </Text>
    )}
    {works.length > 0 && (
      <table aria-label="Work">
        <tbody>
          {works.map(({ name, verdict, parts }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>
                <VerdictText verdict={verdict} />
              </td>
              <td className="quiet">{parts.join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
    {pairs.length > 0 && <Pairs pairs={pairs} />}
  </section>
);

export const ComparisonView = ({ comparison: { directions, questions } }: { readonly comparison: Comparison }) => (
  <Stack gap="md">
    {directions.map((direction) => (
      <DirectionCard key={direction.key} direction={direction} />
    ))}
    {questions.length > 0 && (
      <section className={classes.card} aria-label="Questions">
        <Title order={3} size="h4">
          What to ask
        </Title>
        <ul className={classes.reasons}>
          {questions.slice(0, 100).map(({ of, text }) => (
            <li key={`${of} ${text}`}>
              {of}: {text}
            </li>
          ))}
        </ul>
      </section>
    )}
    <Text size="sm" className="quiet">
      This compares what makers say of their systems. Tests have to be carried out to know.
    </Text>
  </Stack>
);
