// Checks of storing: plain, of the wrong class, incomplete, a second time, beyond ASCII, many, large, compressed. PS3.4 Annex B
import { explicitVrLittleEndian } from '@concord/dicom';
import { type Association, NetworkError, statusClass } from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { isMakable, lossySyntaxes } from '../../plan/syntaxes.ts';
import { largeInstance } from '../large-instance.ts';
import { isListed, type Outcome, outcomeOfError, statusWords, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { addedTags, freshUid, type InstanceOptions, type TestInstance, testInstance } from '../test-data.ts';

type Store = Extract<Check, { kind: 'store' }>;

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';
const ct = '1.2.840.10008.5.1.4.1.1.2';
const counts: Readonly<Partial<Record<Store['variant'], number>>> = { many: 20, 'five hundred': 500 };

const another = (sopClass: string): string => (sopClass === ct ? secondaryCapture : ct);

/** What an instance of the variant has that others have not. */
const optionsOf = ({ sopClass, variant, characterSet }: Store): Partial<InstanceOptions> =>
  variant === 'class mismatch'
    ? { declaredSopClass: another(sopClass) }
    : variant === 'character set'
      ? { characterSet: characterSet ?? 'ISO_IR 192', number: 2 }
      : variant === 'added attributes'
        ? { added: true, number: 3 }
        : variant === 'missing attribute'
          ? { without: 'StudyInstanceUID' }
          : variant === 'gray steps'
            ? { graySteps: true, number: 4 }
            : {};

const marksOf = ({ variant, transferSyntax, characterSet }: Store): TestInstance['marks'] => {
  if (variant === 'character set') return { characterSet: characterSet ?? 'ISO_IR 192' };
  if (variant === 'added attributes')
    return { variant, added: addedTags.map((tag) => tag.toString(16).padStart(8, '0')) };
  if (variant === 'gray steps') return { variant };
  return lossySyntaxes.has(transferSyntax) ? { variant: 'lossy only' } : undefined;
};

async function instancesOf(run: RunContext, check: Store): Promise<readonly TestInstance[]> {
  const { sopClass, transferSyntax, variant } = check;
  const series = run.stored.find(({ sopClassUid }) => sopClassUid === sopClass);
  const seriesInstanceUid = series?.dataSet.string('SeriesInstanceUID') ?? seriesFor(run, sopClass);
  // One study for what is asked for later; a series for each class.
  const patient = { ...run.patient, seriesInstanceUid };
  const uncompressed = isMakable(transferSyntax);
  const make = (options: Partial<InstanceOptions> = {}): TestInstance => {
    const transferSyntaxUid = uncompressed ? transferSyntax : explicitVrLittleEndian;
    const marks = marksOf(check);
    const made = testInstance(patient, sopClass, { transferSyntaxUid, ...optionsOf(check), ...options });
    return marks ? { ...made, marks } : made;
  };
  if (variant === 'large') {
    // In a study of its own: nobody asks for it back.
    const apart = { ...patient, studyInstanceUid: freshUid(), seriesInstanceUid: freshUid() };
    return [{ ...largeInstance(apart, sopClass, { transferSyntax, bytes: check.bytes ?? 1 }), marks: { variant } }];
  }
  const count = counts[variant];
  if (count !== undefined) return Array.from({ length: count }, (_, index) => make({ number: index + 10 }));
  const before = run.stored.find(
    (each) => each.sopClassUid === sopClass && each.transferSyntaxUid === transferSyntax && !each.marks,
  );
  if (variant === 'again' && before) return [before];
  if (uncompressed) return [make()];
  const encoded = await run.encode?.(make(), transferSyntax, freshUid());
  return encoded ? [encoded] : [];
}

/** The patient's series is that of the first class; others follow from it. */
const seriesFor = (run: RunContext, sopClass: string): string =>
  run.stored.length === 0
    ? run.patient.seriesInstanceUid
    : `${run.patient.seriesInstanceUid}.${suffix(sopClass)}`.slice(0, 64);

const suffix = (sopClass: string): string =>
  String([...sopClass].reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) % 1_000_000_007, 7));

/** Variants whose instances have to be kept, and are no use to others. */
const mustBeKept = (variant: Store['variant']): boolean =>
  !['class mismatch', 'again', 'missing attribute', 'large'].includes(variant);

const lengthOf = (instance: TestInstance): number =>
  'length' in instance && typeof instance.length === 'number' ? instance.length : instance.bytes.length;

/** Sends one; undefined where all is as it should be. */
async function sendOne(
  run: RunContext,
  association: Association,
  instance: TestInstance,
  { variant, statuses }: Store,
): Promise<{ readonly observed: string; readonly wrong?: Outcome }> {
  const expected = `a stated status: ${statuses.join(', ')}`;
  const status = await association.store(instance, { signal: run.signal }).catch((error: unknown) => {
    if (variant !== 'again') run.besides.push(instance); // nobody said what became of it
    throw error;
  });
  const kept = ['success', 'warning'].includes(statusClass(status.code));
  if (kept && variant !== 'again') run.stored.push(instance);
  if (variant !== 'large') run.evidence.object(instance.sopInstanceUid, instance.bytes);
  const observed = statusWords(status);
  if (!isListed(status.code, statuses)) return { observed, wrong: verdict(false, expected, observed) };
  if (mustBeKept(variant) && !kept) return { observed, wrong: verdict(false, expected, observed) };
  if (variant === 'class mismatch' && statusClass(status.code) === 'success')
    return { observed, wrong: verdict(false, 'a stated failure or warning', `${observed}: stored without a word`) };
  return { observed };
}

export async function store(run: RunContext, check: Store): Promise<Outcome> {
  const { sopClass, transferSyntax, statuses } = check;
  const expected = `a stated status: ${statuses.join(', ')}`;
  const instances = await instancesOf(run, check);
  if (instances.length === 0)
    return { result: 'not automatable', expected, observed: 'no encoder for this transfer syntax is at hand' };
  try {
    await using association = await run.associate([{ abstractSyntax: sopClass, transferSyntaxes: [transferSyntax] }]);
    let observed = '';
    for (const instance of instances) {
      if (!(await run.mayExchange(lengthOf(instance))))
        return { result: 'not run', expected, observed: 'the run has sent as many bytes as it may' };
      const sent = await sendOne(run, association, instance, check);
      if (sent.wrong) return sent.wrong;
      observed = sent.observed;
    }
    return verdict(true, expected, instances.length > 1 ? `${instances.length} times ${observed}` : observed);
  } catch (error) {
    // What is too large may end the association instead of being answered: the statement decides whether it should.
    if (
      check.variant === 'large' &&
      statuses.includes('abort') &&
      error instanceof NetworkError &&
      error.fault === 'aborted'
    )
      return verdict(true, expected, error.message);
    return outcomeOfError(error, expected);
  }
}
