// Network interfaces, configuration, media and annexes of the printed statement: their sections, tables and what is reported where a part is missing. PS3.2 A.4.3 to A.8
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import type { Change } from '../../testing/rule-examples.ts';
import { asStatement, StatementError } from '../model/read-statement.ts';
import { validate } from '../validate/validate.ts';
import { type Section, type Table, walk } from './document.ts';
import { statementDocument } from './statement-document.ts';

const with_ = (change: Change) => changed(completeStatement(), change);
const broken = (change: Change): readonly string[] => validate(with_(change)).findings.map(({ rule }) => rule);
const sectionsOf = (change: Change = {}): ReadonlyMap<string, Section> =>
  new Map(
    [...walk(statementDocument(asStatement(with_(change))).sections)].map(({ section }) => [section.number, section]),
  );
const tablesIn = (section: Section | undefined): readonly Table[] =>
  [...walk(section ? [section] : [])].flatMap(({ section: each }) =>
    each.blocks.filter((block): block is Table => block.kind === 'table'),
  );
const rowsOf = (table: Table | undefined): readonly (readonly string[])[] =>
  (table?.rows ?? []).flatMap((row) => ('heading' in row ? [] : [row]));
const words = (section: Section | undefined): string =>
  [...walk(section ? [section] : [])]
    .flatMap(({ section: each }) => [
      each.title,
      ...each.blocks.map((block) =>
        block.kind === 'paragraph'
          ? block.text
          : block.kind === 'list'
            ? block.items.join('\n')
            : block.kind === 'table'
              ? rowsOf(block).flat().join('\n')
              : block.relations.join('\n'),
      ),
    ])
    .join('\n');
const actor = (name: string, profile: string) => ({
  profile,
  actor: name,
  protocols: [name.split(' ')[0]],
  optionalTransactions: 'N/A',
  securitySupport: 'None',
});
const management = '/networking/interfaces/managementProfiles';

describe('network interfaces and configuration', () => {
  test('[CS-NIF-03] table A.4.3-1 has its columns and a row for each actor', () => {
    const time = actor('NTP Client', 'Basic Time Synchronization Profile');
    const [table] = tablesIn(
      sectionsOf({
        [`${management}/0`]: time,
        '/networking/interfaces/managementText/0/actor': 'NTP Client',
      }).get('4.3.2'),
    );
    assert.deepEqual(table?.columns, [
      'Profile Name',
      'Actor',
      'Protocols Used',
      'Optional Transactions',
      'Security Support',
    ]);
    assert.deepEqual(rowsOf(table)[0], ['Basic Time Synchronization Profile', 'NTP Client', 'NTP', 'N/A', 'None']);
  });

  test('[CS-NIF-06] a DNS client tells how addresses come from host names; without it it is reported', () => {
    const row = { [`${management}/0`]: actor('DNS Client', 'Basic Network Address Management Profile') };
    assert.ok(broken(row).includes('CS-VX-20'));
    const told = {
      ...row,
      '/networking/interfaces/managementText/0': { actor: 'DNS Client', text: 'By the resolver.' },
    };
    assert.ok(!broken(told).includes('CS-VX-20'));
    assert.match(words(sectionsOf(told).get('4.3.2')), /DNS Client: By the resolver/);
  });

  test('[CS-CFG-06] an LDAP client tells its queries for remote addresses; without them it is reported', () => {
    assert.match(words(sectionsOf().get('4.4.1.2')), /Addresses come from the directory\.\n\(dicomAETitle=\*\)/);
    assert.ok(broken({ '/networking/configuration/remoteLdap': undefined }).includes('CS-VX-21'));
  });

  test('[CS-CFG-12] options of hardware are a table of their own', () => {
    const tables = tablesIn(
      sectionsOf({
        '/networking/configuration/hardwareOptions': [
          { name: 'Film size', values: '8INX10IN, 14INX17IN', default: '8INX10IN' },
        ],
      }).get('4.4.2'),
    );
    assert.deepEqual(rowsOf(tables[1]), [['Film size', '8INX10IN, 14INX17IN', '8INX10IN']]);
  });
});

describe('media', () => {
  const section = (number: string) => sectionsOf().get(number);
  const entity = '/media/entities/0';

  test('[CS-MED-01] the model names the entity and its activities, with diagram and discussion', () => {
    const blocks = section('5.1.1')?.blocks ?? [];
    assert.deepEqual(
      blocks.map(({ kind }) => kind),
      ['paragraph', 'diagram'],
    );
    assert.match(words(section('5.1.1')), /Studies are written to discs[\s\S]*Write a disc: Disc AE as FSC/);
  });

  test('[CS-MED-02] [CS-MED-03] entities have their function, activities their order', () => {
    assert.match(words(section('5.1.2')), /Disc AE: Writes and reads discs/);
    assert.match(words(section('5.1.3')), /do not depend on each other/);
    const ordered = sectionsOf({ '/media/sequencing': 'A disc is read before it is updated.' });
    assert.match(words(ordered.get('5.1.3')), /read before it is updated/);
  });

  test('[CS-MED-05] each entity opens with table A.5.2-1: profiles, activity and roles', () => {
    const [table] = tablesIn(section('5.2.1'));
    assert.match(table?.title ?? '', /^Table A\.5\.2-1 /);
    assert.deepEqual(table?.columns, ['Supported Application Profile', 'Real-World Activity', 'Roles']);
    assert.deepEqual(rowsOf(table), [
      ['STD-GEN-CD\nAUG-GEN-CD\nPRI-EXAMPLE-CD', 'Write a disc', 'FSC'],
      ['STD-GEN-CD', 'Read a disc', 'FSR'],
    ]);
    assert.ok(broken({ '/overview/mediaServices/0/read': 'No' }).includes('CS-VX-24'));
  });

  test('[CS-MED-06] [CS-MED-07] [CS-MED-08] policies, file meta information, roles and options are told', () => {
    assert.match(words(section('5.2.1')), /A disc is written when a user asks for it/);
    assert.match(words(section('5.2.1.1')), /Source Application Entity Title \(0002,0016\): DISC/);
    const own = { creatorUid: '1.2.826.0.1.3680043.10.1.3', description: 'A number.' };
    const privately = sectionsOf({ [`${entity}/privateInformation`]: own });
    assert.match(words(privately.get('5.2.1.1')), /\(0002,0100\): 1\.2\.826\.0\.1\.3680043\.10\.1\.3\. A number/);
    const [first] = section('5.2.1.2')?.blocks ?? [];
    assert.match(first?.kind === 'paragraph' ? first.text : '', /^The roles of Disc AE are FSC, FSR/);
  });

  test('[CS-MED-09] [CS-MED-10] each activity has its section with profiles, optional classes, options and syntaxes', () => {
    assert.deepEqual(
      section('5.2.1.2')?.sections.map(({ title }) => title),
      ['Activity: Write a disc', 'Activity: Read a disc'],
    );
    const text = words(section('5.2.1.2.1.1'));
    assert.match(text, /Profiles: STD-GEN-CD, AUG-GEN-CD, PRI-EXAMPLE-CD\. Roles: FSC/);
    assert.match(text, /Optional SOP Classes: CT Image Storage\nSOP options: none\nOptional transfer syntaxes: none/);
    const table = tablesIn(section('5.2.1')).find(({ title }) => title.startsWith('STD-GEN-CD'));
    assert.deepEqual(rowsOf(table)[1]?.slice(0, 3), [
      'CT Image Storage',
      '1.2.840.10008.5.1.4.1.1.2',
      'Explicit VR Little Endian',
    ]);
  });

  test('[CS-MED-12] a private profile is described in the pattern of PS3.11; one that breaks the rules is none', () => {
    assert.match(
      words(section('5.3.2.1')),
      /Profile identifier: PRI-EXAMPLE-CD[\s\S]*Clinical context[\s\S]*Directory/,
    );
    assert.ok(broken({ [`${entity}/profiles/2/medium`]: 'CD-R and DVD' }).includes('CS-V74-16'));
    assert.ok(broken({ [`${entity}/profiles/2/description`]: undefined }).includes('CS-V74-18'));
    assert.ok(broken({ [`${entity}/profiles/2/format`]: 'UDF 2.5' }).includes('CS-V74-19'));
  });
});

describe('annexes', () => {
  const section = (number: string) => sectionsOf().get(number);
  const attribute = '/annexes/createdObjects/objects/0/modules/0/attributes/0';

  test('[CS-IOD-01] each object that is created has a table by entity and module', () => {
    const tables = tablesIn(section('8.1.1'));
    assert.equal(tables.length, 3);
    assert.deepEqual(tables[0]?.columns, ['Module', 'Attribute', 'Tag', 'VR', 'Value', 'Presence', 'Source']);
    assert.deepEqual(tables[0]?.rows[0], { heading: 'Image: All (ALWAYS)' });
  });

  test('[CS-IOD-02] presence is one of four words', () => {
    for (const presence of ['VNAP', 'ANAP', 'ALWAYS', 'EMPTY'])
      assert.doesNotThrow(() => asStatement(with_({ [`${attribute}/presence`]: presence })));
    assert.throws(() => asStatement(with_({ [`${attribute}/presence`]: 'SOMETIMES' })), StatementError);
  });

  test('[CS-IOD-03] several sources may be combined, of services too', () => {
    const sources = { [`${attribute}/source`]: ['USER', 'MWL', 'GSPS'] };
    assert.ok(rowsOf(tablesIn(sectionsOf(sources).get('8.1.1'))[0]).some((row) => row.at(-1) === 'USER, MWL, GSPS'));
    assert.throws(() => asStatement(with_({ [`${attribute}/source`]: [] })), StatementError);
  });

  test('[CS-IOD-05] [CS-IOD-10] private attributes of created objects are in the private dictionary', () => {
    assert.deepEqual(rowsOf(tablesIn(section('8.2'))[0]), [['EXAMPLE', '(0019,1010)', 'Added', 'LO', '1']]);
    assert.ok(
      broken({ '/annexes/privateDictionary': { state: 'not applicable', reason: 'None.' } }).includes('CS-VX-22'),
    );
  });

  test('[CS-COD-01] table A.8.3-1 says of each context group its value set, whether it is configurable, and its use', () => {
    const [table] = tablesIn(section('8.3.1'));
    assert.deepEqual(table?.columns, ['Context Group', 'Default Value Set', 'Configurable', 'Use']);
    assert.deepEqual(rowsOf(table)[1], ['Protocol', 'Private CID 9000', 'Extensible', 'Chosen.']);
    assert.throws(() => asStatement(with_({ '/annexes/contextGroups/0/configurable': 'Perhaps' })), StatementError);
  });

  test('[CS-COD-05] templates and [CS-COD-06] private codes are specified', () => {
    const template = { identifier: 'TID 9001', name: 'Findings', text: 'Row 1, CONTAINS, TEXT, 1, M.' };
    assert.match(words(sectionsOf({ '/annexes/templates': [template] }).get('8.3.2')), /TID 9001 Findings: Row 1/);
    assert.deepEqual(rowsOf(tablesIn(section('8.3.3'))[0]), [['1', '99EX', 'Head', 'The head.']]);
    assert.ok(broken({ '/annexes/privateCodes/0/definition': undefined }).includes('CS-VX-28'));
  });

  test('[CS-EXT-01] each class that is extended, specialized or private has its section with what its type demands', () => {
    const sections = section('8.5')?.sections ?? [];
    assert.deepEqual(
      sections.map(({ number, title }) => [number, title.replace(/.*\(/, '(')]),
      [
        ['8.5.1', '(standard extended, based on CT Image Storage)'],
        ['8.5.2', '(specialized, based on Raw Data Storage)'],
        ['8.5.3', '(private)'],
      ],
    );
    for (const each of sections) assert.match(words(each), /Roles: SCP[\s\S]*Behavior[\s\S]*IOD/);
    assert.match(words(sections[1]), /Patient’s Sex \(0010,0040\) is one of M, F/);
    assert.match(words(sections[2]), /DIMSE services: C-STORE/);
  });
});
