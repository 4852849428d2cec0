// What each retention rule would take now.
import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { request } from '../api.ts';
import { counted } from '../format/quantity.ts';
import { isObject, listOf, textOf } from '../json.ts';
import classes from './storage.module.css';

interface RulePreview {
  readonly rule: string;
  readonly studies: readonly string[];
}

const shown = 20;

const getPreview = async (signal: AbortSignal): Promise<readonly RulePreview[]> =>
  listOf(await (await request('/api/storage/retention', { signal })).json())
    .filter(isObject)
    .map((rule) => ({
      rule: textOf(rule, 'rule'),
      studies: listOf(rule.studies).filter((study): study is string => typeof study === 'string'),
    }));

export const RulePreviews = () => {
  const { data = [] } = useQuery({
    queryKey: ['storage', 'rules'],
    queryFn: ({ signal }) => getPreview(signal),
  });
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
            </Text>
            {studies.slice(0, shown).map((study) => (
              <div key={study}>
                <Link to="/studies/$study" params={{ study }} className="uid">
                  {study}
                </Link>
              </div>
            ))}
            {studies.length > shown && <Text size="sm">and {studies.length - shown} more</Text>}
          </li>
        ))}
      </ul>
    </section>
  );
};
