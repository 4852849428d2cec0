// Checks of storing: plain, of the wrong class, a second time, with names beyond ASCII, many. PS3.4 Annex B
import { statusClass } from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { isListed, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { type InstanceOptions, type TestInstance, testInstance } from '../test-data.ts';

type Store = Extract<Check, { kind: 'store' }>;

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
const ct = '1.2.840.10008.5.1.4.1.1.2';
const many = 20;

const another = (sopClass: string): string => (sopClass === ct ? secondaryCapture : ct);

function instancesOf(run: RunContext, { sopClass, transferSyntax, variant }: Store): readonly TestInstance[] {
  const make = (options: Partial<InstanceOptions> = {}): TestInstance => {
    // One study for what is asked for later; a series for each class.
    const series = run.stored.find(({ sopClassUid }) => sopClassUid === sopClass);
    const seriesInstanceUid = series?.dataSet.string('SeriesInstanceUID') ?? seriesFor(run, sopClass);
    return testInstance({ ...run.patient, seriesInstanceUid }, sopClass, {
      transferSyntaxUid: transferSyntax,
      ...options,
    });
  };
  if (variant === 'class mismatch') return [make({ declaredSopClass: another(sopClass) })];
  if (variant === 'character set') return [make({ unicodeName: true, number: 2 })];
  if (variant === 'many') return Array.from({ length: many }, (_, index) => make({ number: index + 10 }));
  const before = run.stored.find(
    ({ sopClassUid, transferSyntaxUid }) => sopClassUid === sopClass && transferSyntaxUid === transferSyntax,
  );
  return [variant === 'again' && before ? before : make()];
}

/** The patient's series is that of the first class; others follow from it. */
const seriesFor = (run: RunContext, sopClass: string): string =>
  run.stored.length === 0
    ? run.patient.seriesInstanceUid
    : `${run.patient.seriesInstanceUid}.${suffix(sopClass)}`.slice(0, 64);

const suffix = (sopClass: string): string =>
  String([...sopClass].reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) % 1_000_000_007, 7));

export async function store(run: RunContext, check: Store): Promise<Outcome> {
  const { sopClass, transferSyntax, variant, statuses } = check;
  const expected = `a stated status: ${statuses.join(', ')}`;
  const instances = instancesOf(run, check);
  try {
    await using association = await run.associate([{ abstractSyntax: sopClass, transferSyntaxes: [transferSyntax] }]);
    let observed = '';
    for (const instance of instances) {
      if (!(await run.mayExchange(instance.bytes.length)))
        return { result: 'not run', expected, observed: 'the run has sent as many bytes as it may' };
      const status = await association.store(instance, { signal: run.signal });
      const kept = ['success', 'warning'].includes(statusClass(status.code));
      if (kept && variant !== 'again') run.stored.push(instance);
      observed = statusWords(status);
      if (!isListed(status.code, statuses)) return verdict(false, expected, observed);
      if (variant !== 'class mismatch' && variant !== 'again' && !kept) return verdict(false, expected, observed);
      if (variant === 'class mismatch' && statusClass(status.code) === 'success')
        return verdict(false, 'a stated failure or warning', `${observed}: stored without a word`);
    }
    return verdict(true, expected, instances.length > 1 ? `${instances.length} times ${observed}` : observed);
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
