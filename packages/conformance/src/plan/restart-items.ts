// Items about a restart of the system under test: what it had taken is there afterwards. PS3.2 A.4.2.x.4
import { queryRetrieveSopClasses } from '@concord/network';
import { sectionOf } from '../compare/statement-section.ts';
import { item, type PlanItem } from './item.ts';
import { accepted, echoId, idOf, provides, type Situation } from './situation.ts';
import { storedId } from './storage-items.ts';

/** One item for each entity that is called. */
export function restartItems(situation: Situation): readonly PlanItem[] {
  if (accepted(situation).length === 0) return [];
  const path = `${situation.entity.path}/acceptance`;
  const { studyRootFind, patientRootFind } = queryRetrieveSopClasses;
  const offer = provides(situation, studyRootFind) ?? provides(situation, patientRootFind);
  const stored = storedId(situation);
  return [
    item({
      id: idOf(situation, 'recovery', 'restart'),
      title: 'There again after a restart, with what was stored before',
      service: 'Associations',
      kind: 'failure',
      claim: { text: 'What was answered with success outlives a restart.', paths: [path], section: sectionOf(path) },
      configuration: ['Somebody can restart the system under test.'],
      steps: [
        { action: 'Restart the system under test.', expected: 'It ends its associations, and starts.' },
        { action: 'Send C-ECHO until it is answered.', expected: 'Status 0000 within the patience of the run.' },
        ...(offer && stored !== undefined
          ? [{ action: 'Ask for the instances that were stored before.', expected: 'All are found.' }]
          : []),
      ],
      criterion: 'C-ECHO is answered again, and nothing that was stored is missing.',
      automation: 'assisted',
      safety: 'disturbs',
      priority: 'should',
      dependsOn: [echoId(situation), ...(stored === undefined ? [] : [stored])],
      check: { kind: 'restart', ...(offer && { find: offer.uid }) },
    }),
  ];
}
