// What goes along with the objects a rule holds for: what refers to them, whose modality is its own, or the rest of the study.
import type { DataSet } from '@concord/dicom';
import type { Arrived } from '../arrivals/arrival-rows.ts';
import { held } from './apply-rule.ts';
import { type HeaderParts, headersOf } from './headers-of.ts';
import { looksInside, mayHold } from './match-rule.ts';
import type { RuleContent } from './rule.ts';

/** What a rule sends of some instances. */
export interface Taken {
  /** Those it holds for. */
  readonly held: readonly Arrived[];
  /** Others that go with them. */
  readonly along: readonly Arrived[];
}

export interface Offered {
  readonly instances: readonly Arrived[];
  /** Those among which the rest is looked for: `instances` and what came before. */
  readonly ofStudy: readonly Arrived[];
}

/**
 * Objects that say something of others: presentation states, reports with key objects, registrations, fiducials, segmentations, real
 * world values. Images refer to others as well, and do not belong to them. PS3.4 Table B.5-1
 */
const isAboutOthers = ({ sopClassUid }: Arrived): boolean =>
  /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:11\.\d+|88\.\d+|66\.[1-7]|67)$/u.test(sopClassUid);

const uidsOf = (instances: readonly Arrived[]): Set<string> =>
  new Set(instances.map(({ sopInstanceUid }) => sopInstanceUid));

/** Throws ArchiveError. */
export async function taken(rule: RuleContent, { instances, ofStudy }: Offered, parts: HeaderParts): Promise<Taken> {
  if (rule.takeAlong === 'study') return wholeStudy(await held(rule, ofStudy, parts), ofStudy);
  const holding = await held(rule, instances, parts);
  if (rule.takeAlong === 'nothing') return { held: holding, along: [] };
  const holds = uidsOf(holding);
  const isHeld = (each: Arrived) => holds.has(each.sopInstanceUid) || (!looksInside(rule) && mayHold(rule, each));
  const others = ofStudy.filter((each) => isAboutOthers(each) && !isHeld(each));
  if (others.length === 0) return { held: holding, along: [] };
  const references = await referencesOf(others, parts);
  const named = new Set([...references.values()].flatMap((uids) => [...uids]));
  const known = uidsOf(instances);
  // What came before and is referred to now: whether the rule holds for it is asked once more.
  const before = ofStudy.filter(({ sopInstanceUid }) => named.has(sopInstanceUid) && !known.has(sopInstanceUid));
  for (const uid of uidsOf(await held(rule, before, parts))) holds.add(uid);
  return { held: holding, along: referring(others, references, holds) };
}

function wholeStudy(holding: readonly Arrived[], ofStudy: readonly Arrived[]): Taken {
  if (holding.length === 0) return { held: [], along: [] };
  const holds = uidsOf(holding);
  return { held: holding, along: ofStudy.filter(({ sopInstanceUid }) => !holds.has(sopInstanceUid)) };
}

/** By SOP Instance UID, what each refers to. */
async function referencesOf(
  instances: readonly Arrived[],
  parts: HeaderParts,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const references = new Map<string, ReadonlySet<string>>();
  for await (const [uid, header] of headersOf(instances, parts)) references.set(uid, new Set(referredTo(header)));
  return references;
}

/** At any depth: a report refers from within its content. (0008,1155), PS3.3 10.8 */
function* referredTo(dataSet: DataSet): Generator<string> {
  yield* dataSet.strings('ReferencedSOPInstanceUID');
  for (const { tag, items } of dataSet.elements())
    if (items) for (const item of dataSet.items(tag)) yield* referredTo(item);
}

/** Also what refers to one of these in its turn: a selection names the presentation state its images are shown with. */
function referring(
  others: readonly Arrived[],
  references: ReadonlyMap<string, ReadonlySet<string>>,
  holds: ReadonlySet<string>,
): readonly Arrived[] {
  const referrers = new Map<string, string[]>();
  for (const [uid, named] of references)
    for (const each of named) {
      const list = referrers.get(each);
      if (list) list.push(uid);
      else referrers.set(each, [uid]);
    }
  const goes = new Set(holds);
  // What is added while the set is walked through has its turn as well.
  for (const uid of goes) for (const referrer of referrers.get(uid) ?? []) goes.add(referrer);
  return others.filter(({ sopInstanceUid }) => goes.has(sopInstanceUid));
}
