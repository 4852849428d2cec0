// What two or more systems can do together: work of the real world first, then each SOP Class by direction with its reasons.
import { Group, NativeSelect, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useMemo, useState } from 'react';
import { counted } from '../format/quantity.ts';
import { type Comparison, type Direction, type PairRow, verdicts } from './comparison.ts';
import classes from './conformance.module.css';
import { cellsOf, type Filter, type MatrixRow, narrowed, noFilter } from './matrix.ts';
import { VerdictText } from './verdict-text.tsx';

/** One verdict; a click tells why. */
const Cell = ({ pair }: { readonly pair: PairRow }) => {
  const [open, setOpen] = useState(false);
  return (
    <div>
      <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open}>
        <VerdictText verdict={pair.verdict} />
        {pair.reasons.length > 0 && <span className={classes.count}> {counted(pair.reasons.length, 'reason')}</span>}
      </UnstyledButton>
      {open && (
        <ul className={classes.reasons}>
          <li className="quiet">{pair.activities}</li>
          {pair.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
          {pair.reasons.length === 0 && <li>nothing against it</li>}
          {pair.sources.map((source) => (
            <li key={source} className="quiet">
              {source}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};

const shownAtMost = 300;
const any = { value: '', label: 'any' };
const namesIn = (values: readonly string[]): string[] => [...new Set(values)].filter(Boolean).sort();

interface FiltersProps {
  readonly filter: Filter;
  readonly directions: readonly Direction[];
  readonly rows: readonly MatrixRow[];
  readonly onChange: (filter: Filter) => void;
}

const Filters = ({ filter, directions, rows, onChange }: FiltersProps) => {
  const works = namesIn(directions.flatMap((direction) => direction.works.map(({ name }) => name)));
  return (
    <Group gap="sm" align="end" role="search" aria-label="SOP Classes">
      <TextInput
        label="SOP Class"
        value={filter.text}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, text: value })}
      />
      <NativeSelect
        label="Category"
        data={[any, ...namesIn(rows.map(({ category }) => category))]}
        value={filter.category}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, category: value })}
      />
      <NativeSelect
        label="Work"
        data={[any, ...works]}
        value={filter.work}
        onChange={({ currentTarget: { value } }) => onChange({ ...filter, work: value })}
      />
      <NativeSelect
        label="Verdict"
        data={[any, ...verdicts]}
        value={filter.verdict}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...filter, verdict: verdicts.find((verdict) => verdict === value) ?? '' })
        }
      />
    </Group>
  );
};

const Matrix = ({ directions }: { readonly directions: readonly Direction[] }) => {
  const [filter, setFilter] = useState(noFilter);
  const rows = useMemo(() => cellsOf(directions), [directions]);
  const shown = narrowed(rows, directions, filter);
  return (
    <Stack gap="sm">
      <Filters filter={filter} directions={directions} rows={rows} onChange={setFilter} />
      <Text size="sm" className="quiet">
        {shown.length === rows.length
          ? counted(rows.length, 'SOP Class', 'SOP Classes')
          : `${shown.length} of ${counted(rows.length, 'SOP Class', 'SOP Classes')}`}
        {shown.length > shownAtMost && `, the first ${shownAtMost} of them; the report has all`}
      </Text>
      <div className={classes.scroll}>
        <table aria-label="SOP Classes by direction">
          <thead>
            <tr>
              <th scope="col">SOP Class</th>
              {directions.map(({ key, initiator, acceptor }) => (
                <th key={key} scope="col">
                  {initiator} → {acceptor}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, shownAtMost).map(({ uid, sopClass, category, cells }) => (
              <tr key={uid || sopClass}>
                <th scope="row">
                  {sopClass}
                  <div className="quiet">{category}</div>
                </th>
                {cells.map((pairs, index) => (
                  <td key={directions[index]?.key}>
                    {pairs.length === 0 && <span className="quiet">not started</span>}
                    {pairs.map((pair) => (
                      <Cell key={pair.key} pair={pair} />
                    ))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Stack>
  );
};

const Works = ({ direction: { initiator, acceptor, works } }: { readonly direction: Direction }) => (
  <section aria-label={`${initiator} with ${acceptor}`}>
    <Title order={3} size="h4">
      {initiator} → {acceptor}
    </Title>
    {works.length === 0 ? (
      <Text size="sm" className="quiet">
        {initiator} starts no work that is known.
      </Text>
    ) : (
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
  </section>
);

export const ComparisonView = ({ comparison: { directions, questions } }: { readonly comparison: Comparison }) => (
  <Stack gap="md">
    <section className={classes.card} aria-label="Comparison">
      <Stack gap="md">
        {directions.map((direction) => (
          <Works key={direction.key} direction={direction} />
        ))}
        <Matrix directions={directions} />
      </Stack>
    </section>
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
