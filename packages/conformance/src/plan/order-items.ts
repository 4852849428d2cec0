// Items about what is told, logged or ordered: availability of instances, event logs, media. PS3.4 Annexes P, R, S
import { eventLogs, instanceAvailabilitySopClass, mediaCreationSopClass } from '@concord/network';
import type { Check } from './check.ts';
import type { PlanItem } from './item.ts';
import { itemOf, type Words } from './service-item.ts';
import { provides, type Situation, statedCodes } from './situation.ts';

type Order = Extract<Check, { kind: 'order' }>;

interface Row extends Omit<Words, 'variant'> {
  readonly sopClass: string;
  readonly service: string;
  readonly operation: string;
  readonly variant: Order['variant'];
}

const isFailure = { kind: 'negative', rest: { priority: 'should' } } as const;
const availability = { sopClass: instanceAvailabilitySopClass, service: 'Instance Availability Notification' };
const events = { sopClass: eventLogs.procedural.sopClassUid, service: 'Procedural Event Logging' };
const substances = {
  sopClass: eventLogs.substanceAdministration.sopClassUid,
  service: 'Substance Administration Logging',
};
const media = { sopClass: mediaCreationSopClass, service: 'Media Creation Management' };

const rows: readonly Row[] = [
  {
    ...availability,
    variant: 'availability',
    operation: 'N-CREATE',
    title: 'a notification of available instances is taken',
    kind: 'positive',
    action: 'N-CREATE with one series of one instance that is ONLINE.',
    expected: 'Status 0000.',
  },
  {
    ...events,
    variant: 'event log',
    operation: 'N-ACTION',
    title: 'an event is logged',
    kind: 'positive',
    action: 'N-ACTION of type 1 with an event of the test patient.',
    expected: 'Status 0000, or a stated warning or failure of a log without a current study.',
  },
  {
    ...events,
    variant: 'unknown log',
    operation: 'N-ACTION',
    title: 'an action that does not exist is refused',
    action: 'N-ACTION of type 99.',
    expected: 'A failure, such as 0123.',
    ...isFailure,
  },
  {
    ...substances,
    variant: 'substance log',
    operation: 'N-ACTION',
    title: 'an administration for a patient whom nobody knows gets a stated answer',
    kind: 'negative',
    action: 'N-ACTION of type 1 with an administration to the test patient.',
    expected: 'A stated status, such as C110.',
  },
  {
    ...media,
    variant: 'media created',
    operation: 'N-CREATE',
    title: 'a request for a medium is made and can be asked for',
    kind: 'positive',
    action: 'N-CREATE with one instance, N-GET of its Execution Status.',
    expected: 'Success, and an Execution Status.',
  },
  {
    ...media,
    variant: 'media cancelled',
    operation: 'N-ACTION',
    title: 'a request that has not been started is cancelled',
    kind: 'positive',
    action: 'N-CREATE, N-ACTION of type 2.',
    expected: 'Success, or a stated failure such as C203.',
  },
  {
    ...media,
    variant: 'media started',
    operation: 'N-ACTION',
    title: 'a request is started',
    kind: 'positive',
    action: 'N-CREATE, N-ACTION of type 1.',
    expected: 'Success or a stated status; a medium may be written.',
    rest: { safety: 'disturbs', priority: 'optional' },
  },
  {
    ...media,
    variant: 'unknown media',
    operation: 'N-ACTION',
    title: 'a request that nobody made cannot be started',
    action: 'N-ACTION of an instance that was never created.',
    expected: 'A failure, such as 0112.',
    ...isFailure,
  },
];

/** Everything about notifications, logs and media at an entity. */
export const orderItems = (situation: Situation): readonly PlanItem[] =>
  rows.flatMap(({ sopClass, service, operation, ...words }) => {
    const offer = provides(situation, sopClass);
    if (!offer) return [];
    const statuses = statedCodes(offer, operation, 'Success', 'Warning', 'Failure');
    return itemOf(situation, offer, service, words, { kind: 'order', variant: words.variant, statuses });
  });
