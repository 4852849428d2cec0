// Policies of the associations of an application entity in the printed statement: general, numbers, asynchronous nature, implementation. PS3.2 A.4.2.x.2
import type { ApplicationEntityStatement } from '../model/networking.ts';
import { paragraphs, type Section, section, table } from './document.ts';

/** The four parts of it. */
export function associationSections(number: string, entity: ApplicationEntityStatement): Section[] {
  const { id, applicationContext, initiation, acceptance, asynchronous, implementation, policies } = entity;
  const atATime = (side: typeof initiation | typeof acceptance): string =>
    side.state === 'described'
      ? `${side.associations.value}${side.associations.configurable ? ' (configurable)' : ''}`
      : side.reason;
  const rules = [initiation, acceptance].flatMap((side) => (side.state === 'described' ? side.rules : []));
  const window = (size: number | undefined): string =>
    size === undefined ? 'Not applicable' : size === 1 ? '1 (synchronous)' : size === 0 ? 'unlimited' : String(size);
  return [
    section(`${number}.1`, 'General', {
      anchor: `${id}-general`,
      blocks: [
        ...paragraphs(policies),
        table(
          `${id}-context`,
          `Table A.4.2-2 DICOM Application Context for ${entity.name}`,
          ['Item', 'Value'],
          [['Application Context Name', applicationContext]],
        ),
      ],
    }),
    section(`${number}.2`, 'Number of Associations', {
      anchor: `${id}-associations`,
      blocks: [
        table(
          `${id}-initiator`,
          `Table A.4.2-3 Number of Associations as an Association Initiator for ${entity.name}`,
          ['Item', 'Value'],
          [['Maximum number of simultaneous associations', atATime(initiation)]],
        ),
        table(
          `${id}-acceptor`,
          `Table A.4.2-4 Number of Associations as an Association Acceptor for ${entity.name}`,
          ['Item', 'Value'],
          [['Maximum number of simultaneous associations', atATime(acceptance)]],
        ),
        { kind: 'list', items: rules.map(({ scope, limit }) => `${scope}: ${limit}`) },
      ],
    }),
    section(`${number}.3`, 'Asynchronous Nature', {
      anchor: `${id}-asynchronous`,
      blocks: [
        table(
          `${id}-window`,
          `Table A.4.2-5 Asynchronous Nature for ${entity.name}`,
          ['Item', 'Value'],
          [
            ['Maximum number of outstanding asynchronous transactions as initiator', window(asynchronous.initiator)],
            ['Maximum number of outstanding asynchronous transactions as acceptor', window(asynchronous.acceptor)],
          ],
        ),
      ],
    }),
    section(`${number}.4`, 'Implementation Identifying Information', {
      anchor: `${id}-implementation`,
      blocks: [
        table(
          `${id}-identity`,
          `Table A.4.2-6 DICOM Implementation Class and Version for ${entity.name}`,
          ['Item', 'Value'],
          [
            ['Implementation Class UID', implementation.classUid ?? 'unknown'],
            ['Implementation Version Name', implementation.versionName ?? 'none is sent'],
          ],
        ),
        ...paragraphs(implementation.policy ?? ''),
      ],
    }),
  ];
}
