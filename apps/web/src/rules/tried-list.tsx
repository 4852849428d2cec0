// What a rule would have done: how much it would have held for, and study by study.
import { Stack, Text } from '@mantine/core';
import { nameInLine } from '../format/person-name.ts';
import { counted, shownCount } from '../format/quantity.ts';
import classes from '../jobs/jobs.module.css';
import { mostTried, type Tried } from './rule.ts';

const shownAtMost = 50;

interface TriedListProps {
  readonly tried: readonly Tried[];
  /** Words for when what it was tried with came in. */
  readonly period: string;
}

export const TriedList = ({ tried, period }: TriedListProps) => {
  const held = tried.filter((study) => study.held > 0);
  const sum = (of: 'held' | 'along') => held.reduce((total, study) => total + study[of], 0);
  const along = sum('along') > 0 ? `, and taken ${counted(sum('along'), 'other')} along` : '';
  const all = counted(tried.length, 'study', 'studies');
  const studies = tried.length < mostTried ? all : `the newest ${all} (what came before them was not tried)`;
  return (
    <Stack gap={4} role="status" mt={6}>
      <Text size="sm">
        {tried.length === 0
          ? `Nothing came in: ${period}. Nothing was sent.`
          : `It would have held for ${counted(sum('held'), 'object')} of ${shownCount(held.length)} of ${studies}${along}: ${period}. Nothing was sent.`}
      </Text>
      <ul className={classes.missing}>
        {held.slice(0, shownAtMost).map((study) => (
          <li key={study.study}>
            <bdi>{nameInLine(study.patientName) || 'no name'}</bdi> {study.description}:{' '}
            <span className="figures">
              {study.held} of {study.total}
              {study.along > 0 && ` with ${study.along} more`}
            </span>{' '}
            <span className="quiet">
              {study.shares.map(({ destination, instances }) => `${destination} ${instances}`).join(', ')}
            </span>
          </li>
        ))}
      </ul>
      {held.length > shownAtMost && (
        <Text size="sm" className="quiet">
          and {shownCount(held.length - shownAtMost)} more
        </Text>
      )}
    </Stack>
  );
};
