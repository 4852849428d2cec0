// Checks of queries of other things than patients' instances: keys, nothing found, wrong identifiers, unknown destinations. PS3.4 Annexes Q, U, V
import { DataSet, describeTag, parseTag } from '@concord/dicom';
import {
  nonPatientModels,
  productCharacteristicsSopClass,
  relevantPatientInformationSopClasses,
  statusClass,
  substanceApprovalSopClass,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import { byDifferences, hex, isListed, type Outcome, outcomeOfError, verdict } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { freshUid } from '../test-data.ts';
import { ask, queryContext } from './query.ts';

type Query = Extract<Check, { kind: 'special query' }>;

const ofPatients: readonly string[] = [
  ...Object.values(relevantPatientInformationSopClasses),
  substanceApprovalSopClass,
];
const moves: readonly string[] = Object.values(nonPatientModels).map(([, move]) => move);

/** What is asked for in every query of the class: a template of information, where the class has one. PS3.4 Q.4.1 */
function baseOf(sopClass: string): DataSet {
  const identifier = new DataSet();
  const { general, breastImaging, cardiac } = relevantPatientInformationSopClasses;
  const template = { [general]: '9007', [breastImaging]: '9000', [cardiac]: '3802' }[sopClass];
  if (template === undefined) return identifier;
  const item = new DataSet();
  item.set('MappingResource', 'DCMR');
  item.set('TemplateIdentifier', template);
  identifier.set('ContentTemplateSequence', [item]);
  return identifier;
}

/** What every query of the class has to have. */
const uniqueKey = (sopClass: string): 'PatientID' | 'BarcodeValue' | 'SOPInstanceUID' =>
  ofPatients.includes(sopClass)
    ? 'PatientID'
    : sopClass === productCharacteristicsSopClass
      ? 'BarcodeValue'
      : 'SOPInstanceUID';

/** Nothing has this. */
function nobodys(sopClass: string): DataSet {
  const identifier = baseOf(sopClass);
  const key = uniqueKey(sopClass);
  identifier.set(key, key === 'SOPInstanceUID' ? freshUid() : 'ZZTEST-NOBODY');
  return identifier;
}

function allKeys(sopClass: string, keys: readonly string[]): DataSet {
  const identifier = baseOf(sopClass);
  identifier.set(uniqueKey(sopClass), null);
  for (const key of keys) {
    const tag = parseTag(key);
    const vr = tag === undefined ? undefined : describeTag(tag)?.vr[0];
    if (tag === undefined || vr === undefined || identifier.has(tag)) continue;
    if (vr === 'SQ') identifier.set(tag, [new DataSet()]);
    else identifier.set(tag, null);
  }
  return identifier;
}

async function keys(run: RunContext, { sopClass, keys: tags }: Query): Promise<Outcome> {
  await using association = await run.associate([queryContext(sopClass)]);
  const { matches, status } = await ask(association, sopClass, allKeys(sopClass, tags), run.signal);
  const missing = tags.filter((key) => {
    const tag = parseTag(key);
    return tag !== undefined && matches.some((match) => !match.has(tag));
  });
  const wrong = status === 0 ? [] : [`the query ended with status ${hex(status)}`];
  return byDifferences('status 0000, and every key in each answer', `${matches.length} answers with every key`, [
    ...wrong,
    ...missing.map((key) => `${key} is not in an answer`),
  ]);
}

async function nothing(run: RunContext, { sopClass }: Query): Promise<Outcome> {
  await using association = await run.associate([queryContext(sopClass)]);
  const { matches, status } = await ask(association, sopClass, nobodys(sopClass), run.signal);
  return verdict(
    matches.length === 0 && status === 0,
    'no match, status 0000',
    `${matches.length} matches, status ${hex(status)}`,
  );
}

async function invalid(run: RunContext, { sopClass, statuses }: Query): Promise<Outcome> {
  await using association = await run.associate([queryContext(sopClass)]);
  const identifier = new DataSet();
  identifier.set('ImageComments', 'ZZTEST');
  const { matches, status } = await ask(association, sopClass, identifier, run.signal);
  const refused = statusClass(status) === 'failure' && isListed(status, statuses);
  return verdict(
    refused || (status === 0 && matches.length === 0),
    `a stated failure (${statuses.join(', ') || 'none is stated'}), or no match`,
    `${matches.length} matches, status ${hex(status)}`,
  );
}

async function unknownDestination(run: RunContext, { sopClass, statuses }: Query): Promise<Outcome> {
  await using association = await run.associate([queryContext(sopClass)]);
  let [final, sent] = [-1, 0];
  for await (const { status, completed } of association.move(sopClass, nobodys(sopClass), 'ZZNOBODYHERE', {
    signal: run.signal,
  }))
    if (statusClass(status.code) !== 'pending') [final, sent] = [status.code, completed];
  const refused = statusClass(final) === 'failure' && isListed(final, statuses);
  return verdict(
    final >= 0 && sent === 0 && (refused || final === 0),
    `a stated failure (${statuses.join(', ') || 'none is stated'}), or nothing sent`,
    `status ${hex(final)}, ${sent} sent`,
  );
}

const variants = { keys, nothing, invalid, 'unknown destination': unknownDestination };

export async function specialQuery(run: RunContext, check: Query): Promise<Outcome> {
  try {
    return await variants[moves.includes(check.sopClass) ? 'unknown destination' : check.variant](run, check);
  } catch (error) {
    return outcomeOfError(error, check.variant);
  }
}
