// What a rule would have done: how much it would have held for, and study by study.
import { Stack, Text } from '@mantine/core';
import { counted } from '../format/quantity.ts';
import classes from '../jobs/jobs.module.css';
import type { Tried } from './rule.ts';

export const TriedList = ({ tried }: { readonly tried: readonly Tried[] }) => {
  const held = tried.filter((study) => study.held > 0);
  const objects = held.reduce((sum, study) => sum + study.held, 0);
  return (
    <Stack gap={4} role="status">
      <Text size="sm">
        It would have held for {counted(objects, 'object')} of {held.length} of the {tried.length} studies of the last
        day. Nothing was sent.
      </Text>
      <ul className={classes.missing}>
        {held.slice(0, 50).map((study) => (
          <li key={study.study}>
            {study.patientName.replaceAll('^', ' ') || 'no name'} {study.description}:{' '}
            <span className="figures">
              {study.held} of {study.total}
            </span>{' '}
            <span className="quiet">
              {study.shares.map(({ destination, instances }) => `${destination} ${instances}`).join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </Stack>
  );
};
