// Front matter, structure and tables of the printed statement, and how every form of it says the same. PS3.2 A.0 to A.8
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import type { Change } from '../../testing/rule-examples.ts';
import { asStatement } from '../model/read-statement.ts';
import { validate } from '../validate/validate.ts';
import { annexTables } from './annex-a.ts';
import { type Block, type Row, type Section, type Table, walk } from './document.ts';
import { statementDocument } from './statement-document.ts';

const with_ = (change: Change) => changed(completeStatement(), change);
const documentOf = (change: Change = {}) => statementDocument(asStatement(with_(change)));
const sectionsOf = (change: Change = {}): ReadonlyMap<string, Section> =>
  new Map([...walk(documentOf(change).sections)].map(({ section }) => [section.number, section]));
const tablesOf = (change: Change = {}): readonly Table[] =>
  [...walk(documentOf(change).sections)].flatMap(({ section }) =>
    section.blocks.filter((block): block is Table => block.kind === 'table'),
  );
const cells = (rows: readonly Row[]): readonly (readonly string[])[] =>
  rows.flatMap((row) => ('heading' in row ? [] : [row]));
const headings = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap((row) => ('heading' in row ? [row.heading] : []));
const words = (section: Section | undefined): string =>
  [...walk(section ? [section] : [])]
    .flatMap(({ section: each }) => each.blocks)
    .map((block: Block) =>
      block.kind === 'paragraph'
        ? block.text
        : block.kind === 'list'
          ? block.items.join('\n')
          : block.kind === 'table'
            ? [block.title, ...block.columns, ...cells(block.rows).flat()].join('\n')
            : block.relations.join('\n'),
    )
    .join('\n');
const levelOf = (change: Change, rule: string): readonly string[] =>
  validate(with_(change)).findings.flatMap((finding) => (finding.rule === rule ? [finding.level] : []));

const entity = '/networking/applicationEntities/0';
const services = '/overview/networkServices';

describe('cover and overview', () => {
  test('[CS-FRONT-01] the cover has name, version, optional features and date; without a date it is reported', () => {
    const { cover } = documentOf({
      '/cover/company': 'Maker',
      '/cover/products/0/optionalFeatures': [{ name: 'Sending', how: 'purchased separately' }],
    });
    assert.deepEqual(cover.slice(1, 5), [
      'Maker',
      'Example, version 1',
      'Optional: Sending (purchased separately)',
      'Date: 2026-11-21',
    ]);
    assert.deepEqual(levelOf({ '/cover/documentDate': undefined }, 'CS-VX-03'), ['E']);
    assert.deepEqual(levelOf({}, 'CS-VX-03'), []);
  });

  test('[CS-FRONT-04] table A.1-1 has its three columns, and groups in the order of the template', () => {
    const table = tablesOf().find(({ anchor }) => anchor === 't-a-1-1');
    assert.deepEqual(table?.columns, ['SOP Classes', 'User of Service (SCU)', 'Provider of Service (SCP)']);
    assert.deepEqual(headings(table?.rows ?? []), [
      'Transfer',
      'Query/Retrieve',
      'Workflow Management',
      'Print Management',
    ]);
    assert.deepEqual(cells(table?.rows ?? [])[1], ['MR Image Storage', 'Option (Sending is configurable.)', 'No']);
  });

  test('[CS-FRONT-07] Verification is not in the overview, and in the table of each entity that accepts', () => {
    const verification = { category: 'Workflow Management', name: 'Verification SOP Class', uid: '1.2.840.10008.1.1' };
    assert.ok(
      !cells(tablesOf().find(({ anchor }) => anchor === 't-a-1-1')?.rows ?? [])
        .flat()
        .includes(verification.name),
    );
    for (const id of ['store', 'query']) {
      const rows = cells(tablesOf().find(({ anchor }) => anchor === `${id}-sop-class-table`)?.rows ?? []);
      assert.ok(
        rows.some(([, uid, , scp]) => uid === verification.uid && scp === 'Yes'),
        id,
      );
    }
    const listed = { [`${services}/6`]: { ...verification, scu: 'No', scp: 'Yes' } };
    assert.ok(levelOf(listed, 'CS-VX-09').includes('E'));
  });

  test('[CS-FRONT-08] table A.1-3 has its three columns with Yes, No and Option for writing and reading', () => {
    const table = tablesOf({
      '/overview/mediaServices/0/read': 'Option',
      '/overview/mediaServices/0/optionNote': 'A licence.',
      '/overview/mediaServices/2': { category: 'USB', profile: 'STD-GEN-USB', write: 'No', read: 'Yes' },
      '/overview/mediaServices/1/category': 'DVD',
    }).find(({ anchor }) => anchor === 't-a-1-3');
    assert.deepEqual(table?.columns, [
      'Media Storage Application Profile',
      'Write Files (FSC or FSU)',
      'Read Files (FSR)',
    ]);
    assert.deepEqual(headings(table?.rows ?? []), ['Compact Disk - Recordable', 'DVD', 'USB']);
    assert.deepEqual(cells(table?.rows ?? [])[0], ['STD-GEN-CD', 'Yes', 'Option (A licence.)']);
  });
});

describe('the introduction', () => {
  const part = (number: string) => sectionsOf().get(number);

  test('[CS-FRONT-10] it has its seven parts', () =>
    assert.deepEqual(
      part('3')?.sections.map(({ title }) => title),
      [
        'Revision History',
        'Audience',
        'Remarks',
        'Terms and Definitions',
        'Basics of DICOM Communication',
        'Abbreviations',
        'References',
      ],
    ));

  test('[CS-FRONT-11] the revision history has its five columns; the newest date is that of the document', () => {
    const [table] = part('3.1')?.blocks ?? [];
    assert.ok(table?.kind === 'table');
    assert.deepEqual(table.columns, [
      'Document Version',
      'Date',
      'Product Release',
      'Author',
      'Description of Differences',
    ]);
    const dates = cells(table.rows).map(([, date]) => date);
    assert.equal(dates.toSorted().at(-1), completeStatement().cover.documentDate);
  });

  test('[CS-FRONT-14] terms are explained, at least the twenty-two of the template', () => {
    const table = part('3.4')?.blocks.find((block) => block.kind === 'table');
    assert.ok(table?.kind === 'table');
    const terms = cells(table.rows).map(([term = '']) => term);
    assert.ok(terms.length >= 22, String(terms.length));
    for (const term of [
      'Abstract Syntax',
      'Application Entity',
      'Application Entity Title',
      'Application Context',
      'Association',
      'Attribute',
      'Information Object Definition',
      'Joint Photographic Experts Group',
      'Media Application Profile',
      'Module',
      'Negotiation',
      'Presentation Context',
      'Protocol Data Unit',
      'Security Profile',
      'Service Class Provider',
      'Service Class User',
      'Service/Object Pair Class',
      'Service/Object Pair Instance',
      'Tag',
      'Transfer Syntax',
      'Unique Identifier',
      'Value Representation',
    ])
      assert.ok(
        terms.some((each) => each.startsWith(term)),
        term,
      );
    for (const [term, definition] of cells(table.rows)) assert.ok((definition ?? '').length > 20, term);
  });

  test('[CS-FRONT-15] the basics explain handshake, negotiation, roles, PDU size, security, status and media', () => {
    const text = words(part('3.5'));
    for (const topic of [
      /negotiat/i,
      /transfer syntax/i,
      /abstract syntax|SOP Class/i,
      /\bSCU\b|user/i,
      /\bSCP\b|provider/i,
      /protocol data unit/i,
      /secur/i,
      /extended/i,
      /status/i,
      /media/i,
    ])
      assert.match(text, topic);
  });

  test('[CS-FRONT-16] abbreviations that the text uses are listed, others are not; an unknown one in capitals is reported', () => {
    const listed = (change: Change) =>
      cells(tablesOf(change).find(({ anchor }) => anchor === 't-a-3-6')?.rows ?? []).map(([short]) => short);
    assert.ok(listed({}).includes('SCP') && listed({}).includes('UID'));
    assert.ok(!listed({}).includes('CAD'));
    assert.ok(listed({ [`${entity}/policies`]: 'Results of CAD are stored.' }).includes('CAD'));
    assert.ok(levelOf({ [`${entity}/policies`]: 'It speaks QWZX.' }, 'CS-VX-31').includes('W'));
    assert.deepEqual(levelOf({}, 'CS-VX-31'), []);
  });
});

describe('structure and tables', () => {
  test('[CS-RND-05] tables of the template have its titles and columns, with the names of entity and activity', () => {
    let known = 0;
    for (const { title, columns } of tablesOf()) {
      const number = /^Table (A\.[\d.]+-\d+) /.exec(title)?.[1] ?? '';
      const expected = annexTables[number];
      if (!expected) continue;
      known += 1;
      assert.ok(title.includes(expected.title), title);
      assert.deepEqual(columns.slice(0, expected.columns.length), expected.columns, title);
    }
    assert.ok(known > 30);
    const found = new Set(tablesOf().map(({ title }) => /^Table (A\.[\d.]+-\d+) /.exec(title)?.[1]));
    assert.deepEqual(
      Object.keys(annexTables).filter((number) => !found.has(number) && number !== 'A.4.2-12'),
      [],
    );
    assert.ok(tablesOf().some(({ title }) => title.includes('for Store AE and Activity Activity send')));
  });

  test('[CS-AE-01] the implementation model has its three parts', () => {
    assert.deepEqual(
      ['4.1.1', '4.1.2', '4.1.3'].map((number) => sectionsOf().get(number)?.title),
      ['Application Data Flow', 'Functional Definition of AEs', 'Sequencing of Real-World Activities'],
    );
  });

  test('[CS-AE-02] each entity has its functional definition; one less is reported', () => {
    const parts = sectionsOf().get('4.1.2')?.sections ?? [];
    assert.deepEqual(
      parts.map(({ title }) => title),
      ['Functional Definition of Store AE', 'Functional Definition of Query AE'],
    );
    for (const each of parts) assert.ok(words(each).length > 3);
    const findings = validate(with_({ '/networking/model/functionalDefinitions/1': undefined })).findings;
    assert.ok(findings.some(({ rule }) => /^CS-VX-0[35]$/.test(rule)));
  });

  test('[CS-AE-05] each specification opens with the sentence of Standard Conformance and table A.4.2-1', () => {
    for (const number of ['4.2.1.1', '4.2.2.1']) {
      const [sentence, table] = sectionsOf().get(number)?.blocks ?? [];
      assert.ok(sentence?.kind === 'paragraph' && table?.kind === 'table');
      assert.match(sentence.text, /provides Standard Conformance to the following SOP Class\(es\)/);
      assert.match(table.title, /^Table A\.4\.2-1 /);
      assert.deepEqual(table.columns, ['SOP Class Name', 'SOP Class UID', 'SCU', 'SCP']);
    }
    const roles = { [`${entity}/sopClasses/2/scu`]: 'No' };
    assert.ok(validate(with_(roles)).findings.some(({ level }) => level === 'E'));
  });

  test('[CS-AE-06] what a SOP Class does is not in that table but in the parts about it', () => {
    const at = sectionsOf();
    assert.deepEqual(at.get('4.2.1.1')?.sections, []);
    assert.doesNotMatch(words(at.get('4.2.1.1')), /Status|Behavior/);
    assert.match(words(at.get('4.2.1.3.1')), /Response Status Handling Behavior/);
  });

  test('[CS-AE-12] policies of associations stand before the activities', () => {
    const titles = sectionsOf()
      .get('4.2.1')
      ?.sections.map(({ title }) => title);
    assert.deepEqual(titles, [
      'SOP Classes',
      'Association Policies',
      'Association Initiation Policy',
      'Association Acceptance Policy',
    ]);
    assert.match(words(sectionsOf().get('4.2.1.2.1')), /Told\./);
  });

  test('[CS-AE-14] one entity for everything and one for each service are both conformant', () => {
    assert.deepEqual(validate(completeStatement()).findings, []);
    const first = completeStatement().networking;
    assert.equal(first.applicationEntities.length, 2);
    const joined = with_({
      '/networking/applicationEntities/1/name': 'Another name',
      '/networking/model/functionalDefinitions/1/text': 'Everything else.',
    });
    assert.deepEqual(validate(joined).findings, []);
  });

  test('[CS-AE-03] order and constraints among activities are told with their diagram; without any it is said', () => {
    assert.match(words(sectionsOf().get('4.1.3')), /No order\./);
    const sequencing = {
      state: 'described',
      text: 'A step is begun before its images are stored.',
      diagrams: [{ title: 'Order', lifelines: ['A', 'B'], messages: [{ from: 'A', to: 'B', text: 'begins' }] }],
    };
    const blocks = sectionsOf({ '/networking/model/sequencing': sequencing }).get('4.1.3')?.blocks ?? [];
    assert.deepEqual(
      blocks.map(({ kind }) => kind),
      ['paragraph', 'diagram'],
    );
  });

  test('[CS-INI-01] [CS-ACC-01] each activity of either side has a section with its conditions', () => {
    const at = sectionsOf();
    for (const number of ['4.2.1.3.1', '4.2.1.3.2', '4.2.1.3.3'])
      assert.match(words(at.get(`${number}.1`)), /A user asks for it\./, number);
    assert.match(words(at.get('4.2.1.4')), /Any caller\./);
    assert.match(words(at.get('4.2.1.4.1.1')), /A call\./);
    const without = validate(with_({ [`${entity}/initiation/activities/0/conditions`]: undefined })).findings;
    assert.ok(without.some(({ rule, level }) => rule === 'CS-VX-03' && level === 'E'));
  });

  test('[CS-INI-02] the order of storing and reporting is told; an entity that does both without saying it is reported', () => {
    assert.match(words(sectionsOf().get('4.2.1.3.2.1')), /stored before the final report/);
    const silent = [0, 1, 2].map((index) => [`${entity}/initiation/activities/${index}/sequencing`, undefined]);
    assert.ok(levelOf(Object.fromEntries(silent), 'CS-VX-12').includes('E'));
  });

  test('[CS-INI-03] table A.4.2-7 has the proposed contexts of the activity, one table each', () => {
    const tables = tablesOf().filter(({ title }) => title.startsWith('Table A.4.2-7 '));
    assert.equal(tables.length, 3);
    const [send] = tables;
    assert.deepEqual(cells(send?.rows ?? []), [
      [
        'MR Image Storage',
        '1.2.840.10008.5.1.4.1.1.4',
        'Implicit VR Little Endian',
        '1.2.840.10008.1.2',
        'SCU',
        'None',
      ],
      [
        'Storage Service Class',
        '1.2.840.10008.4.2',
        'Implicit VR Little Endian',
        '1.2.840.10008.1.2',
        'SCU',
        'See Note 1',
      ],
    ]);
  });

  test('[CS-INI-05] a whole service class is proposed with its own name and the conditions', () => {
    assert.match(words(sectionsOf().get('4.2.1.3.1.2')), /Where an instance of it was received/);
    const without = { [`${entity}/initiation/activities/0/serviceClassConditions`]: undefined };
    assert.ok(levelOf(without, 'CS-VX-16').includes('E'));
  });

  test('[CS-ACC-05] members of a Meta SOP Class that negotiate have table A.4.2-12', () => {
    const print = { name: 'Basic Grayscale Print Management Meta SOP Class', uid: '1.2.840.10008.5.1.1.9' };
    const film = { name: 'Basic Film Session SOP Class', uid: '1.2.840.10008.5.1.1.1' };
    const activity = `${entity}/acceptance/activities/0`;
    const context = {
      abstractSyntax: print,
      transferSyntaxes: [{ name: 'Implicit VR Little Endian', uid: '1.2.840.10008.1.2' }],
      role: 'SCP',
      extendedNegotiation: [],
      seeMetaTable: true,
    };
    const change = {
      [`${activity}/contexts/0`]: context,
      [`${activity}/metaNegotiation`]: [{ metaSopClass: print.uid, sopClass: film, notes: [] }],
    };
    const table = tablesOf(change).find(({ title }) => title.startsWith('Table A.4.2-12 '));
    assert.deepEqual(cells(table?.rows ?? []), [[film.name, film.uid, 'None']]);
    assert.ok(levelOf({ [`${activity}/contexts/0`]: context }, 'CS-VX-11').includes('E'));
  });

  test('[CS-INI-12] table A.4.2-9 has its columns; a status that PS3.4 has, without a row and without a catch-all, is reported', () => {
    const table = tablesOf().find(({ title }) => title.startsWith('Table A.4.2-9 '));
    assert.deepEqual(table?.columns, ['Service Status', 'Further Meaning', 'Error Code', 'Behavior']);
    assert.ok(cells(table?.rows ?? []).some(([, , code]) => code === 'Any other code'));
    const statuses = `${entity}/initiation/activities/0/sopConformance/0/statuses`;
    const kept = completeStatement().networking.applicationEntities[0] as unknown as {
      initiation: { activities: { sopConformance: { statuses: { code: string }[] }[] }[] };
    };
    const rows = kept.initiation.activities[0]?.sopConformance[0]?.statuses ?? [];
    assert.ok(levelOf({ [statuses]: rows.filter(({ code }) => code !== '*') }, 'CS-VX-13').includes('E'));
    assert.ok(levelOf({ [statuses]: rows.filter(({ code }) => code !== '0000') }, 'CS-VX-13').includes('E'));
  });

  test('[CS-ACC-10] every operation that an entity provides has its table of statuses', () => {
    const titles = tablesOf().flatMap(({ title }) => (title.startsWith('Table A.4.2-13 ') ? [title] : []));
    for (const operation of ['C-ECHO', 'C-STORE', 'C-FIND', 'C-MOVE'])
      assert.ok(
        titles.some((title) => title.includes(`${operation} as SCP`)),
        operation,
      );
  });
});
