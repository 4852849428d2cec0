// What came in month by month and is still here, drawn, and as a table for those who read numbers.
import { Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { counted, shownBytes, shownCount } from '../format/quantity.ts';
import classes from './storage.module.css';

export interface Share {
  readonly name: string;
  readonly bytes: number;
  readonly studies: number;
}

const shownMonths = 24;
const chart = { narrow: 360, perMonth: 30, height: 180, gap: 4, foot: 22, head: 16 };

const inWords = ({ bytes, studies }: Share): string => `${shownBytes(bytes)}, ${counted(studies, 'study', 'studies')}`;

/** A bar for each month; the tallest reaches the top, and says how much it is. */
const Bars = ({ months }: { readonly months: readonly Share[] }) => {
  const most = Math.max(1, ...months.map(({ bytes }) => bytes));
  const tallest = months.findIndex(({ bytes }) => bytes === most);
  const width = Math.max(chart.narrow, months.length * chart.perMonth);
  const step = Math.min(60, width / Math.max(1, months.length));
  const tall = chart.height - chart.foot;
  return (
    <svg
      viewBox={`0 0 ${width} ${chart.height}`}
      preserveAspectRatio="xMinYMid meet"
      className={classes.chart}
      role="img"
      aria-label="Stored by month"
    >
      {months.map((month, index) => {
        const height = Math.max(2, (month.bytes / most) * (tall - chart.head));
        const x = index * step;
        const labelled = months.length <= 6 || (months.length - 1 - index) % 3 === 0;
        return (
          <g key={month.name}>
            <title>{`${month.name}: ${inWords(month)}`}</title>
            <rect x={x} y={tall - height} width={step - chart.gap} height={height} rx={3} className={classes.bar} />
            {index === tallest && (
              <text x={Math.min(x, width - 60)} y={tall - height - 4} className={classes.label}>
                {shownBytes(month.bytes)}
              </text>
            )}
            {labelled && (
              <text x={Math.min(x, width - 42)} y={chart.height - 6} className={classes.label}>
                {month.name}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
};

const Numbers = ({ months }: { readonly months: readonly Share[] }) => (
  <Table aria-label="Stored by month, in numbers">
    <Table.Thead>
      <Table.Tr>
        {['Month', 'Stored', 'Studies'].map((heading) => (
          <Table.Th key={heading} scope="col">
            {heading}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {months.toReversed().map(({ name, bytes, studies }) => (
        <Table.Tr key={name}>
          <Table.Td className="figures">{name}</Table.Td>
          <Table.Td className="figures">{shownBytes(bytes)}</Table.Td>
          <Table.Td className="figures">{shownCount(studies)}</Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);

/** The last 24 are drawn, and what is older said in a line; the table has all. */
export const Months = ({ months }: { readonly months: readonly Share[] }) => {
  const [open, setOpen] = useState(false);
  const older = months.slice(0, -shownMonths);
  const sum = (of: 'bytes' | 'studies') => older.reduce((total, month) => total + month[of], 0);
  return (
    <>
      <Bars months={months.slice(-shownMonths)} />
      {older.length > 0 && (
        <Text size="sm" className="quiet">
          Before: {inWords({ name: '', bytes: sum('bytes'), studies: sum('studies') })} in{' '}
          {counted(older.length, 'month')}.
        </Text>
      )}
      <UnstyledButton className={classes.more} onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? 'Hide the numbers' : 'In numbers'}
      </UnstyledButton>
      {open && <Numbers months={months} />}
    </>
  );
};
