// Work of the real world as chains of services: a chain is as good as its weakest part. PS3.2 A.4.1.3
import { isStorageSopClass } from '@concord/dicom';
import {
  instanceAvailabilitySopClass,
  modalityWorklistSopClass,
  performedProcedureStepSopClasses,
  printSopClasses,
  queryRetrieveSopClasses as qr,
  storageCommitmentSopClass,
} from '@concord/network';
import type { MediaRow } from './media.ts';
import type { Pair } from './pairs.ts';
import { type Verdict, weakest } from './verdict.ts';

interface Part {
  readonly name: string;
  readonly takes: (uid: string) => boolean;
  /** Without it the work cannot be done at all. */
  readonly essential: boolean;
}

interface Chain {
  readonly name: string;
  readonly parts: readonly Part[];
}

const oneOf =
  (...uids: readonly string[]) =>
  (uid: string) =>
    uids.includes(uid);
const isReport = (uid: string): boolean => uid.startsWith('1.2.840.10008.5.1.4.1.1.88.');
const isImage = (uid: string): boolean => isStorageSopClass(uid) && !isReport(uid);
const part = (name: string, takes: Part['takes'], essential = true): Part => ({ name, takes, essential });

const chains: readonly Chain[] = [
  { name: 'Send images and other objects', parts: [part('Storage', isImage)] },
  { name: 'Send reports', parts: [part('Storage of structured reports', isReport)] },
  {
    name: 'Query and retrieve',
    parts: [
      part('Query (C-FIND)', oneOf(qr.patientRootFind, qr.studyRootFind, qr.patientStudyOnlyFind)),
      part(
        'Retrieve (C-MOVE or C-GET)',
        oneOf(
          qr.patientRootMove,
          qr.studyRootMove,
          qr.patientStudyOnlyMove,
          qr.patientRootGet,
          qr.studyRootGet,
          qr.patientStudyOnlyGet,
        ),
      ),
    ],
  },
  {
    name: 'Scheduled acquisition',
    parts: [
      part('Modality Worklist', oneOf(modalityWorklistSopClass)),
      part('Modality Performed Procedure Step', oneOf(...Object.values(performedProcedureStepSopClasses)), false),
      part('Storage Commitment', oneOf(storageCommitmentSopClass), false),
      part('Instance Availability Notification', oneOf(instanceAvailabilitySopClass), false),
    ],
  },
  { name: 'Print', parts: [part('Print Management', oneOf(printSopClasses.grayscaleMeta, printSopClasses.colorMeta))] },
  { name: 'Medication logging', parts: [part('Substance Administration Logging', oneOf('1.2.840.10008.1.42'))] },
];

export interface PartVerdict {
  readonly name: string;
  readonly verdict: Verdict;
  /** SOP Classes that cannot, where others of the part can. */
  readonly cannot: readonly string[];
  /** UIDs of all SOP Classes of the part that are compared. */
  readonly sopClasses: readonly string[];
}

export interface Workflow {
  readonly name: string;
  readonly verdict: Verdict;
  readonly parts: readonly PartVerdict[];
}

/** Several classes: some that work make the part work, with limits. */
function partVerdict({ name, takes }: Part, pairs: readonly Pair[]): PartVerdict | undefined {
  const found = pairs.filter(({ sopClass, initiator }) => takes(sopClass.uid) && initiator.role !== 'SCP');
  if (found.length === 0) return undefined;
  const best = new Map<string, Verdict>();
  const order: readonly Verdict[] = ['can', 'can with limits', 'unknown', 'cannot'];
  for (const { sopClass, verdict } of found) {
    const known = best.get(sopClass.name);
    if (known === undefined || order.indexOf(verdict) < order.indexOf(known)) best.set(sopClass.name, verdict);
  }
  const cannot = [...best].filter(([, verdict]) => verdict === 'cannot').map(([className]) => className);
  const rest = [...best.values()].filter((verdict) => verdict !== 'cannot');
  const sopClasses = [...new Set(found.map(({ sopClass }) => sopClass.uid))];
  if (rest.length === 0) return { name, verdict: 'cannot', cannot, sopClasses };
  const limit = cannot.length > 0 ? (['can with limits'] as const) : [];
  return { name, verdict: weakest([...rest, ...limit]), cannot, sopClasses };
}

function chainVerdict({ name, parts }: Chain, pairs: readonly Pair[]): Workflow | undefined {
  const results = parts.map((each) => ({ ...each, result: partVerdict(each, pairs) }));
  if (results.some(({ essential, result }) => essential && result === undefined)) return undefined;
  const known = results.flatMap(({ essential, result }) => (result ? [{ essential, result }] : []));
  // What is not essential and cannot be done limits the whole.
  const verdict = weakest(
    known.map(({ essential, result }) =>
      !essential && result.verdict === 'cannot' ? 'can with limits' : result.verdict,
    ),
  );
  return { name, verdict, parts: known.map(({ result }) => result) };
}

/** The chains that the initiator starts. */
export function compareWorkflows(pairs: readonly Pair[], media: readonly MediaRow[]): readonly Workflow[] {
  const network = chains.flatMap((chain) => chainVerdict(chain, pairs) ?? []);
  if (media.length === 0) return network;
  const parts = media.map(({ profile, verdict }) => ({ name: profile, verdict, cannot: [], sopClasses: [] }));
  return [...network, { name: 'Exchange media', verdict: weakest(parts.map(({ verdict }) => verdict)), parts }];
}
