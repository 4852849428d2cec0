// One application entity of the statement: its SOP Classes with roles, limits, rejections. PS3.2 A.4.2.
import { dicomApplicationContext, type Service } from '@concord/network';
import type { ApplicationEntityStatement, EntitySopClass, Rejection } from '../model/networking.ts';
import { acceptedActivities, initiatedActivities } from './activities.ts';
import { named, storageServiceClass } from './names.ts';
import { sopClassTypeOf } from './object-contents.ts';
import type { DescribedEntity, DescribedSystem } from './system.ts';

const classesIn = (services: readonly Service[]): readonly string[] =>
  services.flatMap(({ sopClasses, memberSopClasses }) => [
    ...sopClasses,
    ...Object.values(memberSopClasses ?? {}).flat(),
  ]);

/** Each SOP Class once, with the roles that any activity gives it. */
function sopClassesOf({ accepts, initiates }: DescribedEntity, { builders = [] }: DescribedSystem): EntitySopClass[] {
  const provided = new Set(
    classesIn([
      ...accepts.services.filter(({ role }) => role !== 'SCU'),
      ...initiates.services.filter(({ role }) => role === 'SCP'),
    ]),
  );
  const used = new Set(
    classesIn([
      ...accepts.services.filter(({ role }) => role !== 'SCP'),
      ...initiates.services.filter(({ role }) => role !== 'SCP'),
    ]),
  );
  return [...new Set([...provided, ...used])]
    .filter((uid) => uid !== storageServiceClass)
    .map((uid) => ({
      ...named(uid),
      scu: used.has(uid) ? 'Yes' : 'No',
      scp: provided.has(uid) ? 'Yes' : 'No',
      ...sopClassTypeOf(uid, builders),
      options: [],
    }));
}

const permanent = '1 rejected-permanent';
const user = '1 UL service-user';

/** What an A-ASSOCIATE-RQ is rejected with under this policy. PS3.8 Table 9-21 */
function rejectionsOf({ accepts: { policy } }: DescribedEntity): Rejection[] {
  const rows: (Rejection | false)[] = [
    {
      result: permanent,
      source: user,
      reason: '2 application-context-name-not-supported',
      explanation: 'Another application context than that of DICOM.',
    },
    policy.calledAeTitles === 'own' && {
      result: permanent,
      source: user,
      reason: '7 called-AE-title-not-recognized',
      explanation: 'The called AE title is not one of this system.',
    },
    (policy.callers === 'known' || policy.peers.length > 0) && {
      result: permanent,
      source: user,
      reason: '3 calling-AE-title-not-recognized',
      explanation:
        'The calling AE title is not registered where only registered ones may call, or it calls from an address or with a certificate that its registration does not name.',
    },
    (policy.userRequired || policy.verifyUser !== undefined) && {
      result: permanent,
      source: user,
      reason: '1 no-reason-given',
      explanation: 'The user identity is missing or was refused.',
    },
    {
      result: permanent,
      source: '2 UL service-provider (ACSE)',
      reason: '2 protocol-version-not-supported',
      explanation: 'Version 1 of the upper layer protocol is not offered.',
    },
    {
      result: '2 rejected-transient',
      source: '3 UL service-provider (presentation)',
      reason: '2 local-limit-exceeded',
      explanation: 'As many associations are open as allowed in total, for this AE title or from this address.',
    },
  ];
  return rows.filter((row) => row !== false);
}

export function applicationEntity(entity: DescribedEntity, system: DescribedSystem): ApplicationEntityStatement {
  const { accepts, initiates } = entity;
  const { limits } = accepts;
  const initiated = initiatedActivities(entity);
  const accepted = acceptedActivities(entity);
  return {
    id: entity.id,
    name: entity.name,
    sopClasses: sopClassesOf(entity, system),
    policies: `Associations are accepted at ${limits.associations} at a time. A P-DATA-TF PDU of up to ${limits.maximumLength === 0 ? 'any length' : `${limits.maximumLength} bytes`} is received.`,
    applicationContext: dicomApplicationContext,
    asynchronous: { initiator: 1, acceptor: limits.operationsPerformed },
    implementation: { ...(entity.implementation ?? system.implementation) },
    initiation:
      initiated.length === 0
        ? { state: 'not supported', reason: 'This application entity opens no associations.' }
        : {
            state: 'described',
            associations: {
              value: initiates.associations ?? 'unlimited',
              configurable: initiates.associations !== undefined,
            },
            rules: [],
            activities: initiated,
          },
    acceptance:
      accepted.length === 0
        ? { state: 'not supported', reason: 'This application entity accepts no associations.' }
        : {
            state: 'described',
            associations: { value: limits.associations, configurable: true },
            rules: [
              { scope: 'each calling AE title', limit: `${limits.associationsPerAeTitle} at a time` },
              { scope: 'each address', limit: `${limits.associationsPerAddress} at a time` },
            ],
            policy:
              accepts.policy.callers === 'known'
                ? 'Only registered calling AE titles may associate.'
                : 'Any calling AE title may associate; a registered one only as its registration says.',
            rejections: rejectionsOf(entity),
            activities: accepted,
          },
  };
}
