// What counts as complete where something is taken out: what is left still does, and whatever comes then is news, however many it makes.
import { type Query, sql } from '../database/database.ts';
import { recountMissingOf } from './named-instances.ts';

/**
 * Statements for the transaction that takes instances out, when their rows are gone and the kept counts are still the old ones. What
 * everything was decided about stays so; of anything else nobody knows what the number was about: -1 is none that it can have.
 *
 * @param studies UIDs, as the list of a statement
 */
export const judgedAgain = (studies: Query): readonly Query[] => [
  sql`
    update completion set instance_count = case
      when instance_count = (select s.instance_count from study s
        where s.study_instance_uid = completion.study_instance_uid)
      then (select count(*) from study s join series e on e.study_key = s.study_key
          join instance i on i.series_key = e.series_key
        where s.study_instance_uid = completion.study_instance_uid)
      else -1 end
    where study_instance_uid in ${studies} and series_instance_uid = ''`,
  sql`
    update completion set instance_count = case
      when instance_count = (select e.instance_count from study s join series e on e.study_key = s.study_key
        where s.study_instance_uid = completion.study_instance_uid
          and e.series_instance_uid = completion.series_instance_uid)
      then (select count(*) from study s join series e on e.study_key = s.study_key
          join instance i on i.series_key = e.series_key
        where s.study_instance_uid = completion.study_instance_uid
          and e.series_instance_uid = completion.series_instance_uid)
      else -1 end
    where study_instance_uid in ${studies} and series_instance_uid <> ''`,
  recountMissingOf(studies),
];
