// Rules of form: the fields that the model demands, always or on a condition; the form of values; the printed form. PS3.2 Annex A
import { conditionalFields } from './conditional.ts';
import { allActivities, conformancesOf, entitiesOf, invokes } from './entities.ts';
import { at, described, has, list, type Place, text } from './place.ts';
import { wrongTables } from './print-rules.ts';
import type { SchemaFault } from './reading.ts';
import { type Fault, fault, type Rule } from './rule.ts';

const bare = ({ path, message }: SchemaFault): Fault => ({ path, message });

/** Statements of others and of what was watched say what they know; their gaps are warnings. */
const levelOf = (document: Place): Pick<Fault, 'level'> =>
  ['imported', 'observed'].includes(text(document, 'edition')) ? { level: 'W' } : {};

/** Lists that the model allows to be empty where nothing was stated. */
function* notStated(document: Place): Generator<Fault> {
  const level = levelOf(document);
  if (list(document, 'introduction', 'revisions').length === 0)
    yield fault(at(document, 'introduction', 'revisions'), 'there is no revision history', level);
  for (const entity of entitiesOf(document)) {
    if (!has(entity, 'implementation', 'classUid'))
      yield fault(at(entity, 'implementation', 'classUid'), 'there is no Implementation Class UID', level);
    if (described(entity, 'acceptance') && list(entity, 'acceptance', 'rejections').length === 0)
      yield fault(at(entity, 'acceptance', 'rejections'), 'no reason of rejection is told', level);
  }
  for (const each of allActivities(document))
    for (const { conformance, operation, ourRole } of conformancesOf(each)) {
      for (const name of ['statuses', 'failures'])
        if (list(conformance, name).length === 0) yield fault(at(conformance, name), 'the table is empty', level);
      if (invokes(operation, ourRole) && !has(conformance, 'retries'))
        yield fault(at(conformance, 'retries'), 'whether it is tried again is not told', level);
    }
}

const placeholder =
  /^(x|XYZxyz|name_?[ai]|Specify|Explain|TBD)$|^(Specify|Explain)[ .]|a\.b\.c\.x+\.yyy\.zz|\b(AS|TS|SOP)_UID_[a-z]+\b|<(\d+|[a-z]|AE|name)>|^e\.g\.,?/i;

const decided = { level: 'E', decided: ['s'], section: 'Annex A' } as const;

export const formRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-MODEL-03',
    text: 'Each value has the form of its field.',
    remedy: 'Write the value in the form that the message names.',
    check: (_, { faults }) => faults.filter(({ missing }) => !missing).map(bare),
  },
  {
    ...decided,
    id: 'CS-VX-01',
    text: 'Titles and columns of tables are those of Annex A.',
    remedy: 'Give the table its title and columns back; further columns may follow.',
    check: (_, { printed }) => (printed ? wrongTables(printed) : []),
  },
  {
    ...decided,
    id: 'CS-VX-02',
    text: 'No placeholder of the template remains.',
    remedy: 'Write what is true of the product.',
    *check(_, { texts }) {
      for (const { place, text: words } of texts)
        if (placeholder.test(words.trim())) yield fault(place, `"${words.slice(0, 40)}" stands in the template`);
    },
  },
  {
    ...decided,
    id: 'CS-VX-03',
    text: 'Each mandatory field is filled.',
    remedy: 'Fill the field.',
    *check(document, { faults }) {
      yield* faults.filter(({ missing }) => missing).map(bare);
      yield* notStated(document);
    },
  },
  {
    ...decided,
    id: 'CS-VX-04',
    text: 'Each conditional field is filled where its condition holds.',
    remedy: 'Fill the field, or change what makes it necessary.',
    *check(document) {
      for (const found of conditionalFields(document)) yield { ...levelOf(document), ...found };
    },
  },
];
