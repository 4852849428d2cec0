// Overview and introduction in the order of today's template. PS3.2 N.1, N.3
import { isStorageSopClass } from '@concord/dicom';
import type { Statement } from '../model/statement.ts';
import { type Entities, notSupported, numbered, orElse, type Parts } from './annex-n-parts.ts';
import { groupOf, overviewGroups, webServiceGroups, webServicesOf } from './annex-n-services.ts';
import { type Block, paragraphs, type Section, section, table } from './document.ts';

type SopClassRow = Entities[number]['sopClasses'][number];

/** Each SOP Class once, with the roles of all entities. */
function sopClassesOf(entities: Entities): readonly SopClassRow[] {
  const rows = new Map<string, SopClassRow>();
  for (const row of entities.flatMap(({ sopClasses }) => sopClasses)) {
    const before = rows.get(row.uid);
    rows.set(row.uid, {
      ...row,
      scu: before?.scu === 'Yes' ? 'Yes' : row.scu,
      scp: before?.scp === 'Yes' ? 'Yes' : row.scp,
    });
  }
  return [...rows.values()].sort((left, right) => left.name.localeCompare(right.name, 'en'));
}

const letter = (yes: boolean): string => (yes ? 'Y' : 'N');

/** What is created, sent, received, and written to media. N.1.1 */
function contentTable(statement: Statement, entities: Entities): Block[] {
  const { annexes, media, webServices } = statement;
  const created = new Set(
    annexes.createdObjects.state === 'described'
      ? annexes.createdObjects.objects.map(({ sopClass }) => sopClass.uid)
      : [],
  );
  const onMedia = new Set(
    media.state === 'described'
      ? media.entities.flatMap(({ profiles }) =>
          profiles.flatMap(({ sopClasses }) => sopClasses.map(({ sopClass }) => sopClass.uid)),
        )
      : [],
  );
  const web = webServices.state === 'described' && webServices.rows.some(({ service }) => /Studies/i.test(service));
  const rows = sopClassesOf(entities).filter(({ uid }) => isStorageSopClass(uid) || created.has(uid));
  if (rows.length === 0) return paragraphs('No object is created, stored or transferred.');
  return [
    table(
      't-n-1-1',
      'Content and Transfer of SOP Classes',
      ['SOP Class', 'SOP Class UID', 'Created', 'Sent (SCU)', 'Received (SCP)', 'Web Services', 'Media'],
      rows.map(({ name, uid, scu, scp }) => [
        name,
        uid,
        letter(created.has(uid)),
        letter(scu === 'Yes'),
        letter(scp === 'Yes'),
        letter(web && scp === 'Yes'),
        letter(onMedia.has(uid)),
      ]),
    ),
  ];
}

function dimseSection(parts: Parts, entities: Entities): Section {
  const rows = sopClassesOf(entities);
  const overview = parts.blocks('a-1').filter((block) => block.kind === 'table' && block.anchor === 't-a-1-1');
  return numbered(
    '1.2',
    'DIMSE Services',
    orElse(overview, 'No DIMSE service is supported.'),
    overviewGroups.map(({ title, groups }, index) => {
      const own = rows.filter(({ uid }) => groups.includes(groupOf(uid)));
      const number = `1.2.${index + 1}`;
      return numbered(
        number,
        title,
        own.length === 0
          ? notSupported(title)
          : [
              table(
                `t-n-1-2-${index + 1}`,
                `SOP Classes of ${title}`,
                ['SOP Class Name', 'SOP Class UID', 'SCU', 'SCP'],
                own.map(({ name, uid, scu, scp }) => [name, uid, letter(scu === 'Yes'), letter(scp === 'Yes')]),
              ),
            ],
      );
    }),
  );
}

const webSection = (parts: Parts, statement: Statement): Section =>
  numbered(
    '1.3',
    'DICOM Web Services',
    parts.blocks('a-8-7'),
    webServiceGroups.map(({ title, names }, index) => {
      const rows = webServicesOf(statement, names);
      return numbered(
        `1.3.${index + 1}`,
        title,
        rows.length === 0
          ? notSupported(`The ${title}`)
          : [{ kind: 'list', items: rows.map(({ service, origin }) => `${service}: ${origin}`) }],
      );
    }),
  );

function deIdentification({ security }: Statement): Block[] {
  const profiles = security.state === 'described' ? security.profiles : [];
  const own = profiles.filter(({ profile }) => /confidentiality/i.test(profile));
  return own.length === 0
    ? notSupported('No profile of de-identification')
    : [{ kind: 'list', items: own.map(({ profile, actor }) => `${profile} (${actor})`) }];
}

export function overviewSection(parts: Parts, statement: Statement, entities: Entities): Section {
  const description = parts.blocks('a-1').filter(({ kind }) => kind === 'paragraph');
  const media = parts.blocks('a-1').filter((block) => block.kind === 'table' && block.anchor === 't-a-1-3');
  const sets = statement.characterSets.state === 'described' ? statement.characterSets.supported : [];
  return numbered('1', 'Overview', description, [
    numbered('1.1', 'Content and Transfer', contentTable(statement, entities)),
    dimseSection(parts, entities),
    webSection(parts, statement),
    numbered('1.4', 'Media Services', orElse(media, 'No media service is supported.')),
    numbered('1.5', 'Real-Time Video Service', notSupported('Real-time video')),
    numbered('1.6', 'De-identification Profiles', deIdentification(statement)),
    numbered(
      '1.7',
      'Specific Character Sets',
      paragraphs(sets.map(({ definedTerm }) => definedTerm).join(', ') || 'Only the default repertoire.'),
    ),
  ]);
}

export const introductionSection = (parts: Parts): Section =>
  section('3', 'Introduction', {
    anchor: 'n-3',
    sections: [
      numbered('3.1', 'Revision History', parts.blocks('a-3-1')),
      numbered('3.2', 'Audience', parts.blocks('a-3-2')),
      numbered('3.3', 'Remarks', parts.blocks('a-3-3')),
      numbered('3.4', 'Terms and Definitions', [...parts.blocks('a-3-4'), ...parts.blocks('a-3-5')]),
      numbered('3.5', 'Abbreviations', parts.blocks('a-3-6')),
      numbered('3.6', 'References', parts.blocks('a-3-7')),
    ],
  });
