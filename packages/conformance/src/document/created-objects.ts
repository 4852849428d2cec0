// Objects that are created, in the printed statement: where they come from, a sample, their attributes, their content. PS3.2 A.8.1.1
import type { Annexes } from '../model/annexes.ts';
import { type Block, paragraphs, type Row, table } from './document.ts';

type CreatedObject = Extract<Annexes['createdObjects'], { state: 'described' }>['objects'][number];

const nameOf = ({ sopClass, variant }: CreatedObject): string =>
  variant === undefined
    ? `${sopClass.name} instances (${sopClass.uid})`
    : `${variant} (${sopClass.name}, ${sopClass.uid})`;

function attributeRows({ modules }: CreatedObject): Row[] {
  return modules.flatMap(({ informationEntity, module, presence, attributes }): Row[] => [
    { heading: `${informationEntity}: ${module} (${presence})` },
    ...attributes.map(({ attribute, tag, vr, value, presence: written, source }) => [
      ...[module, attribute, tag, vr, value, written],
      source.join(', '),
    ]),
  ]);
}

const contentTable = (object: CreatedObject, anchor: string): Block[] =>
  object.contentItems === undefined
    ? []
    : [
        table(
          anchor,
          `Content items of created ${nameOf(object)}${object.template ? ` by ${object.template}` : ''}`,
          [
            'Row',
            'Relationship',
            'Value Type',
            'Concept Name',
            'Source of the Name',
            'Value',
            'Range',
            'Source',
            'Presence',
          ],
          object.contentItems.map((item) => [
            ...[item.row ?? '', item.relationship ?? '', item.valueType ?? '', item.conceptName, item.nameSource ?? ''],
            ...[item.conceptValue, item.range, item.source, item.presence ?? ''],
          ]),
        ),
      ];

function objectBlocks(object: CreatedObject, number: number): Block[] {
  const { sopClass, variant, madeFrom, sample, leftOut } = object;
  const others = leftOut
    ? 'Attributes that are neither in the table nor in the list below it'
    : 'Attributes that the table does not list';
  const what = variant ?? sopClass.name;
  return [
    ...(madeFrom
      ? paragraphs(`${variant ? `${variant}: made` : 'Made'} from ${madeFrom}. ${others} are those of that instance.`)
      : []),
    ...(sample ? [{ kind: 'paragraph', text: `A sample of ${what}: ${sample}`, link: sample } as const] : []),
    table(
      `t-a-8-1-1-${number}`,
      `Attributes of created ${nameOf(object)}`,
      ['Module', 'Attribute', 'Tag', 'VR', 'Value', 'Presence', 'Source'],
      attributeRows(object),
    ),
    ...contentTable(object, `t-a-8-1-1-${number}-content`),
    ...(leftOut && leftOut.length > 0
      ? paragraphs(
          `Attributes that ${what} never have: ${leftOut.map(({ attribute, tag }) => `${attribute} ${tag}`).join('; ')}.`,
        )
      : []),
  ];
}

/** The blocks of section 8.1.1. */
export const createdObjectBlocks = ({ createdObjects }: Annexes): Block[] =>
  createdObjects.state === 'described'
    ? createdObjects.objects.flatMap((object, index) => objectBlocks(object, index + 1))
    : paragraphs(createdObjects.reason);
