// Checks of retrieval: destinations known, unknown and refusing, cancel, and what comes back over the association of a C-GET. PS3.4 C.4.2, C.4.3
import { explicitVrLittleEndian, implicitVrLittleEndian } from '@concord/dicom';
import { type RetrieveProgress, statusClass } from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { differencesBetween, keysOf } from '../difference.ts';
import { byDifferences, hex, inconclusive, isListed, type Outcome, outcomeOfError, verdict } from '../outcome.ts';
import { getBack, modelOf, moveBack, type Retrieved } from '../retrieval.ts';
import type { RunContext } from '../run-context.ts';
import type { TestInstance } from '../test-data.ts';
import { narrowed, queryContext } from './query.ts';

type Move = Extract<Check, { kind: 'move' }>;
type Get = Extract<Check, { kind: 'get' }>;

const nothingStored = 'nothing could be stored to be asked for';

async function unknownDestination(
  run: RunContext,
  { sopClass, statuses }: Move,
  sample: TestInstance,
): Promise<Outcome> {
  const expected = `a stated failure: ${statuses.join(', ') || 'none is stated'}`;
  await using association = await run.associate([queryContext(sopClass)]);
  const identifier = narrowed(modelOf(sopClass), 'STUDY', sample.dataSet);
  let final = -1;
  for await (const { status } of association.move(sopClass, identifier, 'ZZNOBODYHERE', { signal: run.signal }))
    if (statusClass(status.code) !== 'pending') final = status.code;
  const fits = statusClass(final) === 'failure' && (statuses.length === 0 || isListed(final, statuses));
  return verdict(final >= 0 && fits, expected, `status ${hex(final)}`);
}

/** Counts that do not add up to what was there. PS3.4 C.4.2.1.6 */
function wrongCounts(progress: readonly RetrieveProgress[], total: number): readonly string[] {
  return progress.flatMap(({ remaining, completed, failed, warning, status }) => {
    const sum = (remaining ?? 0) + completed + failed + warning;
    const isPending = statusClass(status.code) === 'pending';
    if (isPending && remaining === undefined) return []; // counts are optional there
    return sum === total || (!isPending && sum === 0)
      ? []
      : [
          `${remaining ?? 0} remaining, ${completed} completed, ${failed} failed, ${warning} with warning are not ${total}`,
        ];
  });
}

/** Instances of the study that came here by this run. */
const studyOf = (run: RunContext, sample: TestInstance): readonly TestInstance[] => {
  const study = sample.dataSet.string('StudyInstanceUID');
  return run.stored.filter(({ dataSet }) => dataSet.string('StudyInstanceUID') === study);
};

/** Final statuses that come with counts; a failure such as C000 has none. PS3.4 Table C.4-2 */
const countedStatuses: ReadonlySet<number> = new Set([0xa702, 0xb000]);

function judgedMove(check: Move, { arrived, progress, final }: Retrieved, expectedUids: ReadonlySet<string>): Outcome {
  const { variant, statuses } = check;
  const came = new Set(arrived.map(({ sopInstanceUid }) => sopInstanceUid));
  const counts = variant === 'cancel' ? [] : wrongCounts(progress, expectedUids.size);
  const observed = `${came.size} of ${expectedUids.size} instances came, status ${hex(final)}`;
  const strangers = [...came]
    .filter((uid) => !expectedUids.has(uid))
    .map((uid) => `${uid} came, and was not stored by this run`);
  if (variant === 'cancel')
    return byDifferences(
      'FE00, or 0000 where all were sent already',
      observed,
      isListed(final, ['FE00', '0000']) ? strangers : [observed],
    );
  if (variant === 'refusing') {
    const last = progress.at(-1);
    const failed =
      last && (countedStatuses.has(final) && last.failed === 0 ? ['the final response counts no failure'] : []);
    const wrong =
      isListed(final, statuses) && statusClass(final) !== 'success'
        ? []
        : [`status ${hex(final)} is not stated for a move that failed in part`];
    return byDifferences(`one of ${statuses.join(', ')} with counts`, observed, [
      ...wrong,
      ...(failed ?? []),
      ...counts,
      ...strangers,
    ]);
  }
  const missing = [...expectedUids].filter((uid) => !came.has(uid)).map((uid) => `${uid} did not come`);
  const status = final === 0 ? [] : [`the final status is ${hex(final)}`];
  return byDifferences('every instance arrives, status 0000', observed, [
    ...status,
    ...missing,
    ...counts,
    ...strangers,
  ]);
}

export async function move(run: RunContext, check: Move): Promise<Outcome> {
  const { sopClass, variant = 'unknown' } = check;
  const expected = variant === 'unknown' ? 'a stated failure' : 'instances at our receiver';
  const [sample] = run.stored;
  if (!sample) return inconclusive(expected, nothingStored);
  const { ourSide } = run;
  if (variant !== 'unknown' && !ourSide)
    return { result: 'not run', expected, observed: 'it has not been said where the system can call us' };
  try {
    if (variant === 'unknown' || !ourSide) return await unknownDestination(run, check, sample);
    const instances = studyOf(run, sample);
    const retrieved = await moveBack(run, sopClass, narrowed(modelOf(sopClass), 'STUDY', sample.dataSet), {
      destination: ourSide,
      ...(variant === 'refusing' && { answer: (number: number) => (number === 0 ? 0xa700 : 0x0000) }),
      cancel: variant === 'cancel',
    });
    return judgedMove(check, retrieved, new Set(instances.map(({ sopInstanceUid }) => sopInstanceUid)));
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}

const plainSyntaxes = [explicitVrLittleEndian, implicitVrLittleEndian];

/** Contexts of an association, less the one of the query. */
const mostContexts = 127;

/** One class with the syntaxes that its instances were stored in, and its series. */
interface StoredClass {
  readonly abstractSyntax: string;
  readonly syntaxes: readonly string[];
  readonly sample: TestInstance;
}

const classesOf = (instances: readonly TestInstance[]): readonly StoredClass[] =>
  [
    ...Map.groupBy(instances, ({ sopClassUid, dataSet }) => `${sopClassUid} ${dataSet.string('SeriesInstanceUID')}`),
  ].flatMap(([, [sample, ...others]]) =>
    sample
      ? [
          {
            abstractSyntax: sample.sopClassUid,
            syntaxes: [...new Set([sample, ...others].map(({ transferSyntaxUid }) => transferSyntaxUid))],
            sample,
          },
        ]
      : [],
  );

/** Classes for one association each, so that every syntax has a context of its own: else the provider chooses one of them. */
function batchesOf(classes: readonly StoredClass[]): readonly (readonly StoredClass[])[] {
  const batches: StoredClass[][] = [];
  let room = 0;
  for (const each of classes) {
    if (each.syntaxes.length > room) {
      batches.push([]);
      room = mostContexts;
    }
    batches.at(-1)?.push(each);
    room -= each.syntaxes.length;
  }
  return batches;
}

function getBatch(run: RunContext, sopClass: string, batch: readonly StoredClass[]): Promise<Retrieved> {
  const identifiers = batch.map(({ sample }) => narrowed(modelOf(sopClass), 'SERIES', sample.dataSet));
  return getBack(run, sopClass, identifiers, {
    contexts: batch.flatMap(({ abstractSyntax, syntaxes }) =>
      syntaxes.map((uid) => ({ abstractSyntax, transferSyntaxes: [uid] })),
    ),
  });
}

/** What differs in what came back; objects go into the evidence. */
function differencesIn(
  run: RunContext,
  sent: ReadonlyMap<string, TestInstance>,
  { arrived, final }: Retrieved,
  coerced: readonly string[],
): readonly string[] {
  const differences = arrived.flatMap(({ sopInstanceUid, bytes, transferSyntax }) => {
    const before = sent.get(sopInstanceUid);
    if (!before) return [`${sopInstanceUid} came, and was not stored by this run`];
    const pixels = before.transferSyntaxUid === transferSyntax;
    run.evidence.object(sopInstanceUid, bytes);
    return differencesBetween(before, bytes, transferSyntax, { coerced: keysOf(coerced), pixels }).map(
      (text) => `${sopInstanceUid}: ${text}`,
    );
  });
  return final === 0 ? differences : [`the final status is ${hex(final)}`, ...differences];
}

/** Every instance of the study, each attribute and the pixels. */
async function getAll(run: RunContext, { sopClass, coerced = [] }: Get, sample: TestInstance): Promise<Outcome> {
  const expected = 'every instance comes back as it was sent, but for what is stated to be coerced';
  const sent = new Map(studyOf(run, sample).map((instance) => [instance.sopInstanceUid, instance]));
  const came = new Set<string>();
  const differences: string[] = [];
  for (const batch of batchesOf(classesOf([...sent.values()]))) {
    const retrieved = await getBatch(run, sopClass, batch);
    differences.push(...differencesIn(run, sent, retrieved, coerced));
    for (const { sopInstanceUid } of retrieved.arrived) came.add(sopInstanceUid);
  }
  const missing = [...sent.keys()].filter((uid) => !came.has(uid)).map((uid) => `${uid} did not come`);
  return byDifferences(expected, `${came.size} instances came back unchanged`, [...missing, ...differences]);
}

/** What is to be stored for the check, where nothing stored so far will do. */
const sampleFor = (run: RunContext, { storageClass, variant, characterSet }: Get): TestInstance | undefined =>
  run.stored.findLast(
    ({ sopClassUid, marks }) =>
      sopClassUid === storageClass &&
      (variant === 'character set'
        ? marks?.characterSet === characterSet
        : marks?.variant === (variant === 'short PDUs' || variant === 'one' ? undefined : variant)),
  );

function judgedLossy({ stated }: Get, { arrived, final }: Retrieved, syntax: string): Outcome {
  const [first] = arrived;
  const observed = first
    ? `it came in ${first.transferSyntax === syntax ? 'the lossy syntax' : 'an uncompressed syntax'}, status ${hex(final)}`
    : `it did not come, status ${hex(final)}`;
  if (stated === undefined) return inconclusive('what the statement says, and it says nothing', observed);
  if (stated === 'converted')
    return verdict(first !== undefined && final === 0, 'it comes in a syntax that is accepted', observed);
  return verdict(!first && final !== 0, 'it does not come, and the status says so', observed);
}

function judgedOne(check: Get, sent: TestInstance, { arrived, final }: Retrieved): Outcome {
  const expected = 'the instance comes back unchanged, final status 0000';
  const [first] = arrived;
  if (!first || final !== 0) return verdict(false, expected, `${arrived.length} instances came, status ${hex(final)}`);
  const dropped = check.variant === 'added attributes' && check.stated === 'dropped' ? sent.marks?.added : undefined;
  const coerced = keysOf([...(check.coerced ?? []), ...(dropped ?? [])]);
  const differences = differencesBetween(sent, first.bytes, first.transferSyntax, { coerced });
  return byDifferences(expected, `${arrived.length} instance came back unchanged`, differences);
}

async function getOne(run: RunContext, check: Get): Promise<Outcome> {
  const { sopClass, storageClass, variant } = check;
  const sent = sampleFor(run, check);
  if (!sent) return inconclusive('the instance comes back', nothingStored);
  const lossy = variant === 'lossy only';
  const retrieved = await getBack(run, sopClass, [narrowed(modelOf(sopClass), 'IMAGE', sent.dataSet)], {
    contexts: lossy
      ? [{ abstractSyntax: storageClass, transferSyntaxes: plainSyntaxes }]
      : [{ abstractSyntax: storageClass, transferSyntaxes: [sent.transferSyntaxUid] }],
    // Our side ends an association in which a longer P-DATA-TF comes in.
    ...(variant === 'short PDUs' && { maximumLength: 4096 }),
  });
  for (const { sopInstanceUid, bytes } of retrieved.arrived) run.evidence.object(sopInstanceUid, bytes);
  return lossy ? judgedLossy(check, retrieved, sent.transferSyntaxUid) : judgedOne(check, sent, retrieved);
}

export async function get(run: RunContext, check: Get): Promise<Outcome> {
  const expected = 'the instance comes back unchanged, final status 0000';
  try {
    if (check.variant !== 'all') return await getOne(run, { variant: 'one', ...check });
    const [sample] = run.stored;
    return sample ? await getAll(run, check, sample) : inconclusive(expected, nothingStored);
  } catch (error) {
    return outcomeOfError(error, expected);
  }
}
