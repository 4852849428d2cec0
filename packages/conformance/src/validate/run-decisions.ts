// What a run of the test plan decides of the rules that a statement leaves open. PS3.2 7.1
import type { ItemResult, RunReport } from '../execute/run.ts';
import type { Decision } from './judgement.ts';

const isUnder =
  (part: string) =>
  ({ id }: ItemResult): boolean =>
    id === part || id.includes(`/${part}`) || id.startsWith(`${part}/`);

/** Items whose outcomes decide a rule: what is tried from outside, apart from wrong requests on purpose. */
const deciding: readonly {
  readonly rule: string;
  readonly of: string;
  readonly items: (result: ItemResult) => boolean;
}[] = [
  {
    rule: 'CS-V71-05',
    of: 'operations of the services that it provides',
    items: ({ service }) => !['Associations', 'Negotiation', 'Verification'].includes(service),
  },
  { rule: 'CS-V71-06', of: 'C-ECHO to each entity', items: isUnder('verification') },
  {
    rule: 'CS-V71-07',
    of: 'transfer syntaxes and objects in them',
    items: (result) => isUnder('negotiation')(result) || isUnder('store')(result),
  },
];

const decidedBy = ({ result }: ItemResult): boolean => result === 'passed' || result === 'failed';

/**
 * Decisions by the outcomes of a run: against a rule where one item of its kind failed; for it where at least one passed and
 * none is left undecided. A dry run, and a run that left some out, decides nothing for a rule.
 */
export function decisionsOfRun(report: RunReport): Decision[] {
  const { tester, endedAt, system, target } = report;
  const person = { author: tester, date: endedAt.slice(0, 10) };
  return deciding.flatMap(({ rule, of, items }): Decision[] => {
    const automatic = report.results.filter((each) => items(each) && each.result !== 'not automatable');
    const failed = automatic.filter(({ result }) => result === 'failed');
    const [first] = failed;
    const where = `${system.label} at ${target.host}:${target.port}`;
    if (first) return [{ rule, holds: false, how: `Test of ${of}, ${where}: "${first.title}" failed.`, ...person }];
    if (automatic.length === 0 || !automatic.every(decidedBy)) return [];
    return [{ rule, holds: true, how: `Test of ${of}, ${where}: ${automatic.length} items passed.`, ...person }];
  });
}
