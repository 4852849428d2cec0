// The list of exam types that a site keeps, and which of them a study is: by its descriptions, its body parts, its kinds of images.
import { parseKept } from '../archive/kept-values.ts';
import { type Database, sql } from '../database/database.ts';

export interface ExamType {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly addedAt: string;
  readonly addedBy: string;
}

/** Attributes that may name an exam type; of Image Type its third value. PS3.3 C.7.6.1.1.2 */
export const namingAttributes = [
  'Study Description',
  'Series Description',
  'Body Part Examined',
  'Image Type',
] as const;

/** An entry of the list that a study matches. */
export interface ExamTypeOfStudy {
  readonly name: string;
  /** The first that says so, in the order of `namingAttributes`. */
  readonly from: (typeof namingAttributes)[number];
}

export interface ExamTypes {
  /** In the order of their names. */
  list(): Promise<readonly ExamType[]>;
  /** 'there already': in whatever spelling; 'too many': as many as may be. */
  add(name: string, by: string): Promise<'added' | 'there already' | 'too many'>;
  /** False where there is none of this name. */
  remove(name: string): Promise<boolean>;
  /** None where there is no such study. */
  ofStudy(studyInstanceUid: string): Promise<readonly ExamTypeOfStudy[]>;
}

/** Entries at most. */
export const mostExamTypes = 2000;
/** Images whose type is looked at. */
const mostImages = 20_000;

/** Letters of either case and any white space are alike. */
export const folded = (text: string): string => text.trim().replace(/\s+/gu, ' ').toUpperCase();

interface Kept {
  readonly attributes: string;
}

/** A text of a kept attribute. */
function keptText(
  attributes: string,
  keyword: 'SeriesDescription' | 'BodyPartExamined' | 'ImageType',
  index = 0,
): string {
  const value = parseKept(attributes)[keyword]?.[index];
  return typeof value === 'string' ? value : '';
}

export function createExamTypes(database: Database, now: () => Date): ExamTypes {
  const list = (): Promise<readonly ExamType[]> =>
    database.all<ExamType>(
      sql`select name, added_at as "addedAt", added_by as "addedBy" from exam_type order by folded`,
    );
  return {
    list,
    async add(name, by) {
      const key = folded(name);
      const [rows] = await database.batch([
        sql`insert into exam_type (folded, name, added_at, added_by)
          select ${key}, ${name.trim()}, ${now().toISOString()}, ${by}
          where (select count(*) from exam_type) < ${mostExamTypes}
          on conflict (folded) do nothing returning folded`,
      ]);
      if ((rows?.length ?? 0) > 0) return 'added';
      const found = await database.all(sql`select folded from exam_type where folded = ${key}`);
      return found.length > 0 ? 'there already' : 'too many';
    },
    async remove(name) {
      const [rows] = await database.batch([sql`delete from exam_type where folded = ${folded(name)} returning folded`]);
      return (rows?.length ?? 0) > 0;
    },
    async ofStudy(studyInstanceUid) {
      const names = new Map((await list()).map(({ name }) => [folded(name), name]));
      if (names.size === 0) return [];
      const found = new Map<string, ExamTypeOfStudy>();
      for await (const [text, from] of textsOf(database, studyInstanceUid)) {
        const key = folded(text);
        const name = names.get(key);
        if (name !== undefined && !found.has(key)) found.set(key, { name, from });
        if (found.size === names.size) break;
      }
      return [...found.values()];
    },
  };
}

/** Everything in a study that may name an exam type. */
async function* textsOf(
  database: Database,
  studyInstanceUid: string,
): AsyncGenerator<readonly [text: string, from: ExamTypeOfStudy['from']]> {
  const [study] = await database.all<{ study_key: number; description: string }>(
    sql`select study_key, description from study where study_instance_uid = ${studyInstanceUid}`,
  );
  if (!study) return;
  yield [study.description, 'Study Description'];
  const series = await database.all<Kept>(sql`select attributes from series where study_key = ${study.study_key}`);
  for (const { attributes } of series) yield [keptText(attributes, 'SeriesDescription'), 'Series Description'];
  for (const { attributes } of series) yield [keptText(attributes, 'BodyPartExamined'), 'Body Part Examined'];
  const pages =
    database.iterate<Kept>(sql`select i.attributes from series e join instance i on i.series_key = e.series_key
    where e.study_key = ${study.study_key} limit ${mostImages}`);
  for await (const page of pages)
    for (const { attributes } of page) yield [keptText(attributes, 'ImageType', 2), 'Image Type'];
}
