// Items about normalized services: procedure steps, commitment, print. PS3.4 Annexes F, H, J
import { performedProcedureStepSopClasses, storageCommitmentSopClass } from '@concord/network';
import type { Check } from './check.ts';
import type { PlanItem } from './item.ts';
import { orderItems } from './order-items.ts';
import { printItems } from './print-items.ts';
import { itemOf, type Words } from './service-item.ts';
import { idOf, provides, type Situation } from './situation.ts';
import { storedId } from './storage-items.ts';

const stepVariants: readonly (Words & { readonly variant: Extract<Check, { kind: 'procedure step' }>['variant'] })[] = [
  {
    variant: 'completed',
    title: 'a step is begun and completed',
    kind: 'positive',
    action: 'N-CREATE with IN PROGRESS, N-SET with a series and COMPLETED.',
    expected: 'Status 0000 for both.',
  },
  {
    variant: 'discontinued',
    title: 'a step is begun and discontinued with a reason',
    kind: 'positive',
    action: 'N-CREATE with IN PROGRESS, N-SET with DISCONTINUED and a reason code.',
    expected: 'Status 0000 for both.',
  },
  {
    variant: 'after the end',
    title: 'a completed step cannot be changed',
    kind: 'negative',
    action: 'N-SET of a step that is COMPLETED.',
    expected: 'Status 0110 with error ID A710.',
  },
  {
    variant: 'twice',
    title: 'a step is created only once',
    kind: 'negative',
    action: 'A second N-CREATE with the same SOP Instance UID.',
    expected: 'Status 0111.',
  },
  {
    variant: 'unknown',
    title: 'a step that was never created cannot be changed',
    kind: 'negative',
    action: 'N-SET of a SOP Instance UID that nobody created.',
    expected: 'Status 0112.',
  },
];

function procedureSteps(situation: Situation): readonly PlanItem[] {
  const offer = provides(situation, performedProcedureStepSopClasses.step);
  if (!offer) return [];
  return stepVariants.map((words) =>
    itemOf(situation, offer, 'Modality Performed Procedure Step', words, {
      kind: 'procedure step',
      variant: words.variant,
    }),
  );
}

function commitments(situation: Situation): readonly PlanItem[] {
  const offer = provides(situation, storageCommitmentSopClass);
  if (!offer) return [];
  const stored = storedId(situation);
  const service = 'Storage Commitment';
  const configuration = ['Configure our AE title, host and port, if the report comes over an association of its own.'];
  const unknown = itemOf(
    situation,
    offer,
    service,
    {
      variant: 'unknown',
      title: 'an instance that is not there is reported as failed',
      kind: 'negative',
      action: 'N-ACTION for an instance that was never stored.',
      expected: 'Status 0000, then N-EVENT-REPORT of type 2 with failure reason 0112.',
      rest: { configuration },
    },
    { kind: 'commitment', variant: 'unknown' },
  );
  if (stored === undefined) return [unknown];
  const commitment = itemOf(
    situation,
    offer,
    service,
    {
      variant: 'stored',
      title: 'a stored instance is committed',
      kind: 'positive',
      action: 'N-ACTION for an instance that was stored before.',
      expected: 'Status 0000, then N-EVENT-REPORT of type 1.',
      rest: { configuration, dependsOn: [idOf(situation, 'negotiation', offer.activity.id), stored] },
    },
    { kind: 'commitment', variant: 'stored' },
  );
  const later = itemOf(
    situation,
    offer,
    service,
    {
      variant: 'after a restart',
      title: 'the report comes although our side was away for a moment',
      kind: 'failure',
      action: 'N-ACTION, release at once, listen only after a while.',
      expected: 'N-EVENT-REPORT over an association that the system opens, within the patience of the run.',
      rest: {
        configuration,
        priority: 'should',
        dependsOn: [idOf(situation, 'negotiation', offer.activity.id), stored],
      },
    },
    { kind: 'commitment', variant: 'after a restart' },
  );
  return [commitment, unknown, later];
}

/** Everything about normalized services at an entity. */
export const workflowItems = (situation: Situation): readonly PlanItem[] => [
  ...procedureSteps(situation),
  ...commitments(situation),
  ...printItems(situation),
  ...orderItems(situation),
];
