// What each retention rule would take now.
import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { request } from '../api.ts';
import { shownDate } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { counted, shownCount } from '../format/quantity.ts';
import { isObject, listOf, textOf } from '../json.ts';
import classes from './storage.module.css';

interface RulePreview {
  readonly rule: string;
  readonly studies: readonly { readonly uid: string; readonly name: string; readonly date: string }[];
}

const shown = 20;
/** As many as the server names. */
const mostPreviewed = 2000;

const getPreview = async (signal: AbortSignal): Promise<readonly RulePreview[]> =>
  listOf(await (await request('/api/storage/retention', { signal })).json())
    .filter(isObject)
    .map((rule) => ({
      rule: textOf(rule, 'rule'),
      studies: listOf(rule.studies)
        .filter(isObject)
        .map((study) => ({
          uid: textOf(study, 'studyInstanceUid'),
          name: nameInLine(textOf(study, 'patientName')),
          date: shownDate(textOf(study, 'studyDate')),
        })),
    }));

export const RulePreviews = () => {
  const { data = [], error } = useQuery({
    queryKey: ['storage', 'rules'],
    queryFn: ({ signal }) => getPreview(signal),
  });
  if (error)
    return (
      <Text size="sm" role="alert" className={classes.problem}>
        What rules would take cannot be loaded: {error.message}
      </Text>
    );
  if (data.length === 0) return null;
  return (
    <section className={classes.card}>
      <Title order={2} size="h4">
        What rules would take now
      </Title>
      <ul className={classes.shares} aria-label="Rules">
        {data.map(({ rule, studies }) => (
          <li key={rule} className={classes.words}>
            <Text size="sm" fw={600}>
              {rule}: {studies.length === 0 ? 'nothing' : counted(studies.length, 'study', 'studies')}
              {studies.length >= mostPreviewed && ' or more'}
            </Text>
            {studies.slice(0, shown).map(({ uid, name, date }) => (
              <div key={uid}>
                <Link to="/studies/$study" params={{ study: uid }}>
                  <bdi>{name || 'no name'}</bdi>
                </Link>{' '}
                <span className="quiet">{date}</span> <span className="uid">{uid}</span>
              </div>
            ))}
            {studies.length > shown && <Text size="sm">and {shownCount(studies.length - shown)} more</Text>}
          </li>
        ))}
      </ul>
    </section>
  );
};
