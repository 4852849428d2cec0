// Items about associations: reaching the system, verification, rejections, identification, lengths, limits, recovery. PS3.8
import { isStorageSopClass } from '@concord/dicom';
import { queryRetrieveSopClasses, verificationSopClass } from '@concord/network';
import { parameterNames, parameterOf } from '../compare/parameters.ts';
import { sectionOf } from '../compare/statement-section.ts';
import type { Check, ExpectedRejection } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { limitItems } from './limit-items.ts';
import { faultActions, isStoreFault, type RecoveryFault, recoveryFaults, storeCourses } from './recovery-faults.ts';
import { securityItems } from './security-items.ts';
import { accepted, echoId, idOf, offersIn, provides, reachId, type Situation } from './situation.ts';

const service = 'Associations';

function reach(situation: Situation): PlanItem {
  const { title = 'the AE title', port = 'the port' } = situation.entity;
  return item({
    id: reachId(situation),
    title: 'The system can be reached',
    service,
    kind: 'positive',
    claim: {
      text: `${situation.entity.name} listens on ${port}.`,
      paths: ['/networking/configuration/localTitles'],
      section: sectionOf('/networking/configuration'),
    },
    configuration: [`Enter host, port (${port}) and AE title (${title}) of the system under test.`],
    steps: [{ action: 'Open a TCP connection.', expected: 'The connection is accepted.' }],
    criterion: 'A connection comes about within the time-out.',
    check: { kind: 'reach' },
  });
}

function echo(situation: Situation): PlanItem {
  const offer = provides(situation, verificationSopClass);
  return item({
    id: echoId(situation),
    title: 'Verification is answered',
    service: 'Verification',
    kind: 'positive',
    claim: {
      text: 'Whatever accepts associations answers C-ECHO.',
      paths: offer
        ? [offer.path, ...offer.conformance.flatMap(({ statuses }) => statuses.map(({ path }) => path))]
        : [],
      section: sectionOf(offer?.path ?? situation.entity.path),
    },
    configuration: ['Allow our AE title on the system under test, where callers are restricted.'],
    steps: [
      { action: 'Open an association with Verification.', expected: 'It is accepted.' },
      { action: 'Send C-ECHO.', expected: 'Status 0000.' },
    ],
    criterion: 'Status 0000.',
    dependsOn: [reachId(situation)],
    check: { kind: 'echo' },
  });
}

const wrongs = [
  { wrong: 'called AE title', rejection: { result: 1, source: 1, reason: 7 }, always: false },
  { wrong: 'calling AE title', rejection: { result: 1, source: 1, reason: 3 }, always: false },
  { wrong: 'application context', rejection: { result: 1, source: 1, reason: 2 }, always: true },
  { wrong: 'protocol version', rejection: { result: 1, source: 2, reason: 2 }, always: false },
] as const;

/** Whether the statement lists the rejection, always or under a condition; undefined where it lists none at all. */
function listed(
  { entity }: Situation,
  { result = 0, source, reason }: ExpectedRejection,
): 'always' | 'under a condition' | 'no' | undefined {
  if (entity.acceptance.state !== 'described' || entity.acceptance.value.rejections.length === 0) return undefined;
  const found = entity.acceptance.value.rejections.find((row) =>
    [
      [row.result, result],
      [row.source, source],
      [row.reason, reason],
    ].every(([text, number]) => String(text).trimStart().startsWith(String(number))),
  );
  if (!found) return 'no';
  return /\b(?:where (?:only|that)|if (?:it is )?(?:configured|set)|optional)/i.test(found.explanation)
    ? 'under a condition'
    : 'always';
}

function rejectionItem(
  situation: Situation,
  { wrong, rejection }: Pick<(typeof wrongs)[number], 'wrong' | 'rejection'>,
  stated: ReturnType<typeof listed>,
  expected: boolean,
): PlanItem {
  const { source, reason } = rejection;
  const wanted: ExpectedRejection = stated === undefined ? { source, reason } : rejection;
  const code = `${wanted.result ?? '1 or 2'}/${source}/${reason}`;
  const conditional = stated === 'under a condition';
  return item({
    id: idOf(situation, 'rejection', wrong),
    title: `A wrong ${wrong} ${expected ? `is rejected with ${code}` : 'is accepted'}`,
    service,
    kind: 'negative',
    claim: {
      text: expected ? `A wrong ${wrong} is rejected (${code}).` : `No rejection of a wrong ${wrong} is listed.`,
      paths: [`${situation.entity.path}/acceptance/rejections`],
      section: sectionOf(`${situation.entity.path}/acceptance`),
    },
    configuration: conditional ? [`Turn the check of the ${wrong} on, on the system under test.`] : [],
    steps: [
      {
        action: `Ask for an association with a wrong ${wrong}.`,
        expected: expected ? `A-ASSOCIATE-RJ ${code}.` : 'A-ASSOCIATE-AC.',
      },
    ],
    criterion: expected ? `Rejected with ${code}.` : 'Accepted.',
    // What depends on a setting is tried when somebody has seen to it.
    automation: conditional ? 'assisted' : 'automatic',
    priority: 'should',
    dependsOn: [echoId(situation)],
    check: { kind: 'rejection', wrong, ...(expected && { expected: wanted }) },
  });
}

function rejections(situation: Situation): readonly PlanItem[] {
  return wrongs.flatMap((each) => {
    const stated = listed(situation, each.rejection);
    if (stated === undefined && !each.always) return [];
    return rejectionItem(situation, each, stated, stated !== 'no' || each.always);
  });
}

function identification(situation: Situation): readonly PlanItem[] {
  const { classUid, versionName } = situation.entity.implementation;
  if (classUid === undefined && versionName === undefined) return [];
  const path = `${situation.entity.path}/implementation`;
  return [
    item({
      id: idOf(situation, 'identification'),
      title: 'The implementation identifies itself as stated',
      service,
      kind: 'positive',
      claim: {
        text: `Implementation Class UID ${classUid ?? 'not stated'}, Version Name ${versionName ?? 'not stated'}.`,
        paths: [path],
        section: sectionOf(path),
      },
      steps: [
        { action: 'Open an association.', expected: 'The answer carries the stated class UID and version name.' },
      ],
      criterion: 'Both are as stated.',
      priority: 'should',
      dependsOn: [echoId(situation)],
      check: {
        kind: 'identification',
        ...(classUid !== undefined && { classUid }),
        ...(versionName !== undefined && { versionName }),
      },
    }),
  ];
}

/** Seconds that a pause in a data set lasts, where the statement does not end it earlier. */
const longestPause = 5;

/** A pause that the stated wait for data allows. */
function pauseOf({ system, entity }: Situation): number {
  const stated = parameterOf(system, entity.id, parameterNames.betweenPackets)?.value;
  return stated === undefined || !(stated > 0) ? longestPause : Math.min(longestPause, stated / 2);
}

type StoreParts = Pick<Extract<Check, { kind: 'recovery' }>, 'sopClass' | 'find' | 'seconds'>;

/** With what a fault in a C-STORE is made: undefined where the entity does not store. */
function storeParts(situation: Situation): StoreParts | undefined {
  const stored = offersIn(accepted(situation)).find(
    ({ uid, role, syntaxes }) => isStorageSopClass(uid) && role !== 'SCU' && syntaxes.has('1.2.840.10008.1.2'),
  );
  const { studyRootFind, patientRootFind } = queryRetrieveSopClasses;
  const find = provides(situation, studyRootFind) ?? provides(situation, patientRootFind);
  return stored && { sopClass: stored.uid, ...(find && { find: find.uid }) };
}

function recoveryItem(situation: Situation, fault: RecoveryFault, parts: StoreParts | undefined): PlanItem {
  const path = `${situation.entity.path}/acceptance`;
  const offers = offersIn(accepted(situation)).slice(0, 1);
  const keeps = isStoreFault(fault) && storeCourses[fault].remains !== 'nothing';
  return item({
    id: idOf(situation, 'recovery', fault),
    title: `Still there after ${fault}`,
    service,
    kind: 'failure',
    claim: {
      text: 'Communication failures end one association and no other.',
      paths: offers.map(({ path: each }) => each),
      section: sectionOf(path),
    },
    steps: [
      {
        action: faultActions[fault],
        expected: keeps
          ? 'What arrives whole may be stored.'
          : 'The system ends that connection, or waits for its time-out.',
      },
      { action: 'Send C-ECHO over a new association.', expected: 'Status 0000.' },
      ...(parts?.find === undefined
        ? []
        : [
            {
              action: 'Ask for the study of the instance.',
              expected: keeps ? 'It is found where it was stored.' : 'Nothing of it is found.',
            },
          ]),
    ],
    criterion:
      'C-ECHO is answered afterwards; what did not arrive whole is not kept, and what was answered with success is.',
    safety: 'disturbs',
    priority: 'should',
    dependsOn: [echoId(situation)],
    check: {
      kind: 'recovery',
      fault,
      ...parts,
      ...(fault === 'delay in a data set' && { seconds: pauseOf(situation) }),
    },
  });
}

function recoveries(situation: Situation): readonly PlanItem[] {
  const parts = storeParts(situation);
  return recoveryFaults
    .filter((fault) => parts || !isStoreFault(fault))
    .map((fault) => recoveryItem(situation, fault, isStoreFault(fault) ? parts : undefined));
}

/** Everything about associations with an entity that is called. */
export const associationItems = (situation: Situation): readonly PlanItem[] =>
  accepted(situation).length === 0
    ? []
    : [
        reach(situation),
        echo(situation),
        ...rejections(situation),
        ...identification(situation),
        ...limitItems(situation),
        ...securityItems(situation),
        ...recoveries(situation),
      ];
