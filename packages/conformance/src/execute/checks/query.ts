// Checks of queries: what is there is found, what is not is not, by every matching; wrong identifiers; cancel. PS3.4 C.2.2, K.2.2
import {
  DataSet,
  describeTag,
  explicitVrLittleEndian,
  formatTag,
  implicitVrLittleEndian,
  parseTag,
} from '@concord/dicom';
import {
  type Association,
  modalityWorklistSopClass,
  NetworkError,
  queryRetrieveSopClasses,
  statusClass,
} from '@concord/network';
import type { Check, CheckedKey } from '../../plan/check.ts';
import { byDifferences, hex, inconclusive, isListed, type Outcome, outcomeOfError, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { freshUid, testPatientPrefix } from '../test-data.ts';

type Find = Extract<Check, { kind: 'find' }>;

export interface Found {
  readonly matches: readonly DataSet[];
  readonly status: number;
  readonly pending: ReadonlySet<number>;
}

/** Answers beyond these are not kept: the query is cancelled. */
const mostMatches = 2000;
/** A peer that sends so many more after C-CANCEL does not listen. PS3.4 C.4.1.3.1 */
const mostAfterCancel = 2000;

export const queryContext = (sopClass: string) => ({
  abstractSyntax: sopClass,
  transferSyntaxes: [explicitVrLittleEndian, implicitVrLittleEndian],
});

/** Asks, and keeps what comes. */
export async function ask(
  association: Association,
  sopClass: string,
  identifier: DataSet,
  signal: AbortSignal,
): Promise<Found> {
  const matches: DataSet[] = [];
  const pending = new Set<number>();
  let [final, late] = [0, 0];
  const stop = new AbortController();
  for await (const { status, identifier: match } of association.find(sopClass, identifier, {
    signal: AbortSignal.any([signal, stop.signal]),
  })) {
    if (statusClass(status.code) !== 'pending') {
      final = status.code;
      continue;
    }
    pending.add(status.code);
    if (match && matches.length < mostMatches) matches.push(match);
    if (stop.signal.aborted && ++late > mostAfterCancel)
      throw new NetworkError('limit-exceeded', `${late} matches came after C-CANCEL`);
    if (matches.length === mostMatches) stop.abort();
  }
  return { matches, status: final, pending };
}

/** Attributes of a worklist item that stand inside its Scheduled Procedure Step Sequence. PS3.4 Table K.6-1 */
const insideStep = new Set([
  0x00400400,
  0x00080060,
  0x00321070,
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0x11, 0x12, 0x20].map((low) => 0x00400000 + low),
]);

const pathOf = (sopClass: string, tag: number): string =>
  sopClass === modalityWorklistSopClass && insideStep.has(tag)
    ? `ScheduledProcedureStepSequence[0].${formatTag(tag)}`
    : formatTag(tag);

/** Levels above one, with the attributes that name an entity there. PS3.4 C.6 */
const unique = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
} as const;
type Level = keyof typeof unique;
const levels = Object.keys(unique) as readonly Level[];
const isLevel = (text: string): text is Level => text in unique;

const studyRoot: readonly string[] = [queryRetrieveSopClasses.studyRootFind];

/** What narrows a query to the test data: the unique keys down to its level, as its model has them. */
export function narrowed(sopClass: string, level: string, sample: DataSet): DataSet {
  const identifier = new DataSet();
  identifier.set('QueryRetrieveLevel', level);
  const above = isLevel(level) ? levels.slice(0, levels.indexOf(level) + 1) : [];
  for (const each of above)
    if (!(each === 'PATIENT' && studyRoot.includes(sopClass)))
      identifier.set(unique[each], sample.string(unique[each]) ?? null);
  return identifier;
}

const numberTexts: ReadonlySet<string> = new Set(['IS', 'DS']);
const binaryNumbers: ReadonlySet<string> = new Set(['US', 'SS', 'UL', 'SL', 'FL', 'FD', 'UV', 'SV']);

/** A value that nothing has. */
function nothing(vr: string, kind: string): string | undefined {
  if (kind === 'range') return vr === 'DA' ? '18000101-18000102' : vr === 'TM' ? '235958-235959' : undefined;
  if (kind === 'wildcard') return numberTexts.has(vr) ? '98765*' : 'QQZZ*NONE?';
  if (binaryNumbers.has(vr)) return '54321';
  if (vr === 'UI') return freshUid();
  if (vr === 'DA') return '18000101';
  if (vr === 'TM') return '235959';
  if (numberTexts.has(vr)) return '98765432';
  return vr === 'CS' || vr === 'SH' || vr === 'AE' ? 'ZZNOSUCH' : 'ZZNOSUCHVALUE';
}

/** A query value that finds `value` by this kind of matching. */
function finding(value: string, vr: string, kind: string): string | undefined {
  if (kind === 'single value') return value;
  if (kind === 'wildcard') return value.length > 1 ? `${value.slice(0, -1)}*` : numberTexts.has(vr) ? '?' : undefined;
  if (kind === 'range') return vr === 'DA' || vr === 'TM' ? `${value.slice(0, 8)}-${value.slice(0, 8)}` : undefined;
  if (kind === 'list of UID') return `${value}\\${freshUid()}`;
  return undefined;
}

interface Asked {
  readonly run: RunContext;
  readonly association: Association;
  readonly sopClass: string;
  readonly base: DataSet;
  readonly path: string;
  readonly vr: string;
}

async function count({ run, association, sopClass, base, path, vr }: Asked, value: string): Promise<number> {
  const identifier = base.clone();
  identifier.set(path, vr === 'UI' ? value.split('\\') : binaryNumbers.has(vr) ? Number(value) : value);
  return (await ask(association, sopClass, identifier, run.signal)).matches.length;
}

/** Ranges that end at the value, that begin at it, and that end before it. PS3.4 C.2.2.2.5 */
async function tryEdges(asked: Asked, value: string): Promise<readonly string[]> {
  if (asked.vr !== 'DA' || !/^\d{8}$/.test(value)) return [];
  const before = String(Number(value) - 1);
  const differences: string[] = [];
  for (const range of [`${value}-`, `-${value}`])
    if ((await count(asked, range)) === 0)
      differences.push(`range "${range}" finds nothing, and the data are at its edge`);
  if ((await count(asked, `-${before}`)) > 0) differences.push(`range "-${before}" finds what is after it`);
  return differences;
}

/** One kind of matching with two values: one that must find, one that must not. */
async function tryKind(asked: Asked, kind: string, value: string): Promise<readonly string[]> {
  const [yes, no] = [finding(value, asked.vr, kind), nothing(asked.vr, kind)];
  const differences: string[] = [];
  if (yes !== undefined && (await count(asked, yes)) === 0)
    differences.push(`${kind} "${yes}" finds nothing, and the data have it`);
  if (kind === 'range' && yes !== undefined) differences.push(...(await tryEdges(asked, value.slice(0, 8))));
  if (yes !== undefined && no !== undefined) {
    const found = await count(asked, no);
    if (found > 0) differences.push(`${kind} "${no}" finds ${found}, and nothing has it: the key is not matched`);
  }
  return differences;
}

/** An answer in the default repertoire need not say so. PS3.4 C.4.1.1.3.2 */
const characterSetTag = 0x00080005;
const plain = (match: DataSet): boolean =>
  [...match.elements()].every(({ tag }) => /^[\x20-\x7e]*$/.test(match.string(tag) ?? ''));

/** Where a unique key of the level is itself what is tried, it must not narrow. */
function baseFor(sopClass: string, key: CheckedKey, sample: DataSet | undefined): DataSet {
  if (sopClass !== modalityWorklistSopClass && sample) return narrowed(sopClass, key.level, sample);
  const identifier = new DataSet();
  identifier.set('PatientID', null);
  const step = new DataSet();
  step.set('ScheduledProcedureStepID', null);
  identifier.set('ScheduledProcedureStepSequence', [step]);
  return identifier;
}

async function keyCheck(run: RunContext, sopClass: string, key: CheckedKey): Promise<Outcome> {
  const expected = `${key.attribute} ${key.tag}: ${key.matching.join(', ') || 'returned'}`;
  const tag = parseTag(key.tag);
  const worklist = sopClass === modalityWorklistSopClass;
  if (tag === undefined) return inconclusive(expected, 'the statement gives no tag');
  // Not every class has every attribute: a signal has no rows.
  const sample = run.stored.find(({ dataSet }) => dataSet.has(pathOf(sopClass, tag))) ?? run.stored[0];
  if (!worklist && !sample) return inconclusive(expected, 'nothing could be stored to be found');
  const vr = describeTag(tag)?.vr[0] ?? 'UN';
  const [path, base] = [pathOf(sopClass, tag), baseFor(sopClass, key, sample?.dataSet)];
  await using association = await run.associate([queryContext(sopClass)]);
  const asked: Asked = { run, association, sopClass, base, path, vr };
  const universal = base.clone();
  if (!universal.string(path) && vr !== 'SQ') universal.set(path, null);
  if (vr === 'SQ' && !universal.has(path)) universal.set(path, [new DataSet()]);
  const { matches, status } = await ask(association, sopClass, universal, run.signal);
  if (status !== 0) return verdict(false, expected, `the query ended with status ${hex(status)}`);
  const [match] = matches;
  if (!match)
    return worklist
      ? inconclusive(expected, 'the worklist is empty')
      : verdict(false, expected, 'the test data are not found');
  const known = worklist ? undefined : sample?.dataSet.string(path);
  if (!match.has(path) && tag === characterSetTag && plain(match))
    return verdict(true, expected, 'left out, as nothing in the answer is beyond ASCII');
  if (!match.has(path) && known === undefined)
    return inconclusive(expected, 'the attribute is not in the answer, and the data have none');
  if (!match.has(path)) return verdict(false, expected, 'the attribute is not in the answer');
  const value = match.string(path) ?? known;
  const kinds = key.matching.filter((kind) => kind !== 'universal' && kind !== 'empty value');
  if (kinds.length === 0 || vr === 'SQ') return verdict(true, expected, 'returned');
  if (value === undefined) return inconclusive(expected, 'it is returned without a value: matching cannot be decided');
  const differences: string[] = [];
  for (const kind of kinds) differences.push(...(await tryKind(asked, kind, value)));
  return byDifferences(expected, `found, and not found, as stated (${kinds.join(', ')})`, differences);
}

async function nothingCheck(run: RunContext, sopClass: string): Promise<Outcome> {
  const expected = 'no match, status 0000';
  await using association = await run.associate([queryContext(sopClass)]);
  const identifier = new DataSet();
  if (sopClass !== modalityWorklistSopClass)
    identifier.set('QueryRetrieveLevel', studyRoot.includes(sopClass) ? 'STUDY' : 'PATIENT');
  identifier.set('PatientID', 'ZZTEST-NOBODY');
  const { matches, status } = await ask(association, sopClass, identifier, run.signal);
  return verdict(matches.length === 0 && status === 0, expected, `${matches.length} matches, status ${hex(status)}`);
}

async function invalidCheck(run: RunContext, { sopClass, statuses }: Find): Promise<Outcome> {
  const expected = `a stated failure: ${statuses.join(', ')}`;
  await using association = await run.associate([queryContext(sopClass)]);
  const identifier = new DataSet();
  identifier.set('QueryRetrieveLevel', 'NOSUCHLEVEL');
  identifier.set('PatientID', 'ZZTEST-NOBODY');
  const { status } = await ask(association, sopClass, identifier, run.signal);
  return verdict(statusClass(status) === 'failure' && isListed(status, statuses), expected, `status ${hex(status)}`);
}

/** Every instance of the series that were stored, and no other: asked for at IMAGE level. */
async function wholeSetCheck(run: RunContext, sopClass: string): Promise<Outcome> {
  const [sample] = run.stored;
  const expected = 'the answers are exactly the instances that were stored';
  if (!sample) return inconclusive(expected, 'nothing could be stored to be found');
  const series = sample.dataSet.string('SeriesInstanceUID');
  const wanted = new Set(
    run.stored
      .filter(({ dataSet }) => dataSet.string('SeriesInstanceUID') === series)
      .map(({ sopInstanceUid }) => sopInstanceUid),
  );
  const identifier = narrowed(sopClass, 'IMAGE', sample.dataSet);
  identifier.set('SOPInstanceUID', null);
  await using association = await run.associate([queryContext(sopClass)]);
  const { matches, status } = await ask(association, sopClass, identifier, run.signal);
  const found = new Set(matches.map((match) => match.string('SOPInstanceUID') ?? ''));
  return byDifferences(expected, `${found.size} instances`, [
    ...(status === 0 ? [] : [`the query ended with status ${hex(status)}`]),
    ...[...wanted].filter((uid) => !found.has(uid)).map((uid) => `${uid} is not found`),
    ...[...found].filter((uid) => !wanted.has(uid)).map((uid) => `${uid} is found, and was not stored by this run`),
  ]);
}

/** Reads what is there and stops after the first match. */
async function cancelCheck(run: RunContext, { sopClass, statuses }: Find): Promise<Outcome> {
  const expected = `after C-CANCEL one of ${statuses.join(', ')}`;
  await using association = await run.associate([queryContext(sopClass)]);
  const identifier = new DataSet();
  if (sopClass !== modalityWorklistSopClass)
    identifier.set('QueryRetrieveLevel', studyRoot.includes(sopClass) ? 'STUDY' : 'PATIENT');
  // Nobody's data but those of tests; and some refuse a query that restricts nothing.
  identifier.set('PatientID', sopClass === modalityWorklistSopClass ? null : `${testPatientPrefix}*`);
  const stop = new AbortController();
  let final = -1;
  for await (const { status } of association.find(sopClass, identifier, {
    signal: AbortSignal.any([run.signal, stop.signal]),
  })) {
    if (statusClass(status.code) === 'pending') stop.abort();
    else final = status.code;
  }
  const observed = stop.signal.aborted ? `status ${hex(final)}` : `status ${hex(final)}, there was nothing to cancel`;
  return verdict(final >= 0 && isListed(final, statuses), expected, observed);
}

export async function find(run: RunContext, check: Find): Promise<Outcome> {
  try {
    if (check.variant === 'nothing') return await nothingCheck(run, check.sopClass);
    if (check.variant === 'invalid') return await invalidCheck(run, check);
    if (check.variant === 'whole set') return await wholeSetCheck(run, check.sopClass);
    if (check.variant === 'cancel') return await cancelCheck(run, check);
    if (check.key) return await keyCheck(run, check.sopClass, check.key);
    return inconclusive('a key', 'the item names none');
  } catch (error) {
    return outcomeOfError(error, check.key ? `${check.key.attribute} ${check.key.tag}` : check.variant);
  }
}
