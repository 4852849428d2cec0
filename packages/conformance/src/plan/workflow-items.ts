// Items about normalized services: procedure steps, commitment, print. PS3.4 Annexes F, H, J
import { performedProcedureStepSopClasses, printSopClasses, storageCommitmentSopClass } from '@concord/network';
import { sectionOf } from '../compare/statement-section.ts';
import type { Offer } from '../compare/view.ts';
import type { Check } from './check.ts';
import { type ItemParts, item, type PlanItem } from './item.ts';
import { idOf, provides, type Situation } from './situation.ts';
import { storedId } from './storage-items.ts';

interface Words {
  readonly variant: string;
  readonly title: string;
  readonly kind: PlanItem['kind'];
  readonly action: string;
  readonly expected: string;
  readonly rest?: Partial<ItemParts>;
}

function itemOf(situation: Situation, offer: Offer, service: string, words: Words, check: Check): PlanItem {
  return item({
    id: idOf(situation, service, words.variant),
    title: `${service}: ${words.title}`,
    service,
    kind: words.kind,
    claim: {
      text: words.title,
      paths: [offer.path, ...offer.conformance.flatMap(({ statuses }) => statuses.map(({ path }) => path))],
      section: sectionOf(offer.path),
    },
    data: 'a marked test patient',
    steps: [{ action: words.action, expected: words.expected }],
    criterion: words.expected,
    safety: 'adds data',
    dependsOn: [idOf(situation, 'negotiation', offer.activity.id)],
    check,
    ...words.rest,
  });
}

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
  return [commitment, unknown];
}

/** What only eyes can judge. */
function paperItem(situation: Situation, offer: Offer, mode: 'grayscale' | 'color'): PlanItem {
  const words: Words = {
    variant: `${mode} paper`,
    title: `a film is printed (${mode})`,
    kind: 'positive',
    action: 'N-ACTION of the film box with the test pattern; look at the sheet.',
    expected: 'The test pattern is on the sheet, with the density steps apart.',
    rest: { automation: 'manual', priority: 'should' },
  };
  const { check: _, ...byHand } = itemOf(situation, offer, 'Print Management', words, {
    kind: 'print',
    variant: 'film',
    mode,
  });
  return byHand;
}

function prints(situation: Situation): readonly PlanItem[] {
  return (['grayscale', 'color'] as const).flatMap((mode) => {
    const offer = provides(situation, mode === 'grayscale' ? printSopClasses.grayscaleMeta : printSopClasses.colorMeta);
    if (!offer) return [];
    const service = 'Print Management';
    return [
      itemOf(
        situation,
        offer,
        service,
        {
          variant: `${mode} printer`,
          title: `the printer says how it is (${mode})`,
          kind: 'positive',
          action: 'N-GET of the printer.',
          expected: 'Status 0000 with Printer Status.',
          rest: { safety: 'read-only' },
        },
        { kind: 'print', variant: 'printer', mode },
      ),
      itemOf(
        situation,
        offer,
        service,
        {
          variant: `${mode} film`,
          title: `a film is laid out and taken away again, without printing it (${mode})`,
          kind: 'positive',
          action: 'N-CREATE of session and film box, N-SET of an image, N-DELETE of both.',
          expected: 'Success or a stated warning at each step.',
        },
        { kind: 'print', variant: 'film', mode },
      ),
      paperItem(situation, offer, mode),
    ];
  });
}

/** Everything about normalized services at an entity. */
export const workflowItems = (situation: Situation): readonly PlanItem[] => [
  ...procedureSteps(situation),
  ...commitments(situation),
  ...prints(situation),
];
