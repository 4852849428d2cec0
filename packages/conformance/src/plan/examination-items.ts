// The item about one examination: what the system writes into images and procedure steps is what our worklist item says. PS3.2 A.8.1.3, PS3.17 Annex J
import { isStorageSopClass } from '@concord/dicom';
import { modalityWorklistSopClass, performedProcedureStepSopClasses } from '@concord/network';
import type { Check } from './check.ts';
import { item, type PlanItem } from './item.ts';
import { idOf, initiated, offersIn, type Situation } from './situation.ts';

type Row = Extract<Check, { kind: 'examination' }>['rows'][number];

const everywhere = ['image', 'step'] as const;

/** What names patient, order and study: the same in all three wherever nothing else is stated. */
const usual: readonly Row[] = [
  { tag: '(0010,0010)', attribute: "Patient's Name", in: everywhere },
  { tag: '(0010,0020)', attribute: 'Patient ID', in: everywhere },
  { tag: '(0010,0030)', attribute: "Patient's Birth Date", in: everywhere },
  { tag: '(0010,0040)', attribute: "Patient's Sex", in: everywhere },
  { tag: '(0008,0050)', attribute: 'Accession Number', in: everywhere },
  { tag: '(0020,000D)', attribute: 'Study Instance UID', in: everywhere },
];

const isCopied = (conversion: string): boolean =>
  /^\s*$|\b(?:copied|unchanged|none|same|identical|no conversion|as is)\b/i.test(conversion);

/** Rows that begin at the worklist, by what they lead to. */
function statedRows({ system }: Situation): readonly Row[] {
  const mapping = system.attributeMapping;
  if (mapping?.state !== 'described') return usual;
  const rows = mapping.value
    .filter(({ from }) => /worklist/i.test(from))
    .map(({ tag, attribute, to, conversion }) => ({
      tag,
      attribute,
      in: /step|mpps/i.test(to)
        ? (['step'] as const)
        : /image|storage|object/i.test(to)
          ? (['image'] as const)
          : everywhere,
      ...(!isCopied(conversion) && { converted: true }),
    }));
  return rows.length > 0 ? rows : usual;
}

/** Where the entity asks for a worklist, tells of its steps and stores. */
export function examinationItems(situation: Situation): readonly PlanItem[] {
  const offers = offersIn(initiated(situation));
  const has = (uid: string): boolean => offers.some((offer) => offer.uid === uid);
  const storageClasses = offers.filter(({ uid }) => isStorageSopClass(uid)).map(({ uid }) => uid);
  if (!has(modalityWorklistSopClass) || !has(performedProcedureStepSopClasses.step) || storageClasses.length === 0)
    return [];
  const rows = statedRows(situation);
  return [
    item({
      id: idOf(situation, 'examination', 'mapping'),
      title: 'Worklist item, procedure step and images of one examination agree',
      service: 'Called by the system',
      kind: 'positive',
      direction: 'the system calls',
      claim: {
        text: `${rows.length} attributes go from the worklist into procedure steps and images.`,
        paths: ['/annexes/attributeMapping'],
        section: 'A.8.1.3',
      },
      configuration: [
        'Configure our AE title, host and port as worklist, as receiver of procedure steps and as archive of the system under test.',
      ],
      data: 'The one item of our worklist: a marked test patient.',
      steps: [
        {
          action: 'On the system under test: ask for the worklist, choose the test patient.',
          expected: 'It is there.',
        },
        { action: 'Make one image, store it, end the examination.', expected: 'Images and a completed step come.' },
        { action: 'Compare by the mapping table.', expected: 'Every value is as stated.' },
      ],
      criterion: 'Each attribute of the mapping has the value of the worklist item in the step and in every image.',
      automation: 'assisted',
      check: { kind: 'examination', storageClasses, rows },
    }),
  ];
}
