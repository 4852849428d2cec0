// Statements of other programs, from what their documents claim: lists of UIDs and keys, spread out into the model.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeTag, parseTag } from '@concord/dicom';
import { operation, system } from './systems.ts';

type Key = readonly [level: string, tag: string, attribute: string];

interface Claimed {
  readonly name: string;
  readonly operation: string;
  readonly sopClasses: readonly string[];
  readonly transferSyntaxes: readonly string[];
  readonly keys?: readonly Key[];
  readonly returnKeys?: readonly Key[];
}

interface Claims {
  readonly name: string;
  readonly version: string;
  /** Where the claims stand. */
  readonly source: string;
  readonly selection: string;
  readonly accepts: readonly Claimed[];
  readonly initiates?: readonly Claimed[];
  readonly associations?: number;
}

export type PeerName = 'dcmqrscp' | 'storescp' | 'wlmscpfs' | 'dcmprscp' | 'orthanc';

/** What PS3.4 C.2.2.2 gives to a key by its VR; a worklist has wildcards for names only (PS3.4 Table K.6-1). */
function matchingOf(level: string, tag: string): readonly string[] {
  const vr = describeTag(parseTag(tag) ?? 0)?.vr[0] ?? 'UN';
  if (level === 'WORKLIST' && ['AE', 'CS', 'LO', 'SH'].includes(vr)) return ['single value', 'universal'];
  if (vr === 'UI') return ['single value', 'universal', 'list of UID'];
  if (vr === 'DA' || vr === 'TM') return ['single value', 'universal', 'range'];
  if (['AE', 'CS', 'LO', 'PN', 'SH'].includes(vr)) return ['single value', 'universal', 'wildcard'];
  return vr === 'SQ' ? ['sequence', 'universal'] : ['single value', 'universal'];
}

const keyOf =
  (matched: boolean) =>
  ([level, tag, attribute]: Key) => ({
    level,
    tag,
    attribute,
    vr: describeTag(parseTag(tag) ?? 0)?.vr[0] ?? 'UN',
    type: 'Optional',
    matching: matched ? matchingOf(level, tag) : ['universal'],
    returned: true,
  });

const studyRootFind = '1.2.840.10008.5.1.4.1.2.2.1';

/** The Study Root model has the patient's attributes at its STUDY level. PS3.4 C.6.2.1 */
const inModel =
  (uid: string) =>
  ([level, tag, attribute]: Key): Key => [
    uid === studyRootFind && level === 'PATIENT' ? 'STUDY' : level,
    tag,
    attribute,
  ];

const activityOf =
  (role: 'SCU' | 'SCP', selection: string) =>
  ({ name, operation: does, sopClasses, transferSyntaxes, keys = [], returnKeys = [] }: Claimed) => ({
    name,
    selection,
    offers: sopClasses.map((uid) => ({ uid, syntaxes: transferSyntaxes })),
    conformance: sopClasses.includes(studyRootFind)
      ? sopClasses.map((uid) => operation(does, role, [uid], { keys: keys.map(inModel(uid)).map(keyOf(true)) }))
      : [operation(does, role, sopClasses, { keys: [...keys.map(keyOf(true)), ...returnKeys.map(keyOf(false))] })],
  });

/** The statement of a program. */
export function peerStatement(name: PeerName) {
  const file = join(import.meta.dirname, 'peers', `${name}.json`);
  const claims = JSON.parse(readFileSync(file, 'utf8')) as Claims;
  const made = system({
    name: claims.name,
    accepts: claims.accepts.map(activityOf('SCP', claims.selection)),
    ...(claims.initiates && { initiates: claims.initiates.map(activityOf('SCU', claims.selection)) }),
    ...(claims.associations !== undefined && { associations: { acceptor: claims.associations } }),
  });
  return { ...made, cover: { state: 'described', products: [{ name: claims.name, versions: [claims.version] }] } };
}
