// The order of today's template: each section with its content, from a statement that has everything and from one that has nothing. PS3.2 Annex N
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import { smallStatement } from '../../testing/statement.ts';
import { asStatement } from '../model/read-statement.ts';
import { renderers } from '../render/renderers.ts';
import { annexNDocument } from './annex-n.ts';
import { type Block, type Section, walk } from './document.ts';

const web = {
  state: 'described',
  rows: [
    {
      service: 'Studies Service: Search',
      origin: 'origin server',
      resources: 'studies',
      mediaTypes: 'application/dicom+json',
      statuses: [{ code: '200', meaning: 'the matches' }],
    },
    { service: 'URI Service', origin: 'origin server', resources: 'instance', mediaTypes: 'image/jpeg' },
  ],
};
const profile = (name: string) => ({ profile: name, actor: 'acceptor', selection: 'Always.', features: 'All.' });
const whole = asStatement(
  changed(completeStatement(), {
    '/webServices': web,
    '/security/profiles': [
      profile('Bit-Preserving Digital Signatures Secure Use Profile'),
      profile('BCP 195 TLS Secure Transport Connection Profile'),
      profile('Basic Application Level Confidentiality Profile'),
      profile('Creator RSA Digital Signature Profile'),
      profile('Basic DICOM Media Security Profile'),
      profile('Own Profile'),
      profile('Audit Trail Message Transmission Profile - SYSLOG-TLS'),
    ],
  }),
);
const sectionsOf = (document: ReturnType<typeof annexNDocument>): ReadonlyMap<string, Section> =>
  new Map([...walk(document.sections)].map(({ section }) => [section.number, section]));
const document = annexNDocument(whole);
const sections = sectionsOf(document);

const words = (blocks: readonly Block[]): string =>
  blocks
    .map((block) => {
      if (block.kind === 'paragraph') return block.text;
      if (block.kind === 'list') return block.items.join('\n');
      if (block.kind === 'diagram') return block.relations.join('\n');
      return [block.title, ...block.rows.map((row) => ('heading' in row ? row.heading : row.join(' | ')))].join('\n');
    })
    .join('\n');
/** Of a section with all that is inside it. */
const textOf = (number: string): string => {
  const found = sections.get(number);
  assert.ok(found, number);
  return [...walk([found])].map(({ section }) => `${section.title}\n${words(section.blocks)}`).join('\n');
};

/** Number, title, and what has to stand in it. */
const expected: readonly (readonly [number: string, title: string, content: RegExp])[] = [
  ['1', 'Overview', /receives pictures/],
  ['1.1', 'Content and Transfer', /CT Image Storage \| 1\.2\.840\.10008\.5\.1\.4\.1\.1\.2 \| Y \| Y \| Y \| Y \| Y/],
  ['1.2', 'DIMSE Services', /Table A\.1-1/],
  ['1.2.1', 'Verification', /Verification SOP Class \| 1\.2\.840\.10008\.1\.1 \| N \| Y/],
  ['1.2.2', 'Storage', /MR Image Storage \| \S+ \| Y \| N/],
  ['1.2.3', 'Workflow Management', /Modality Performed Procedure Step/],
  ['1.2.4', 'Query/Retrieve', /Study Root Query/],
  ['1.2.5', 'Printing', /Basic Grayscale Print/],
  ['1.3', 'DICOM Web Services', /Web Services \(PS3\.18\)/],
  ['1.3.1', 'URI Web Service', /URI Service: origin server/],
  ['1.3.2', 'Studies Web Service', /Studies Service: Search/],
  ['1.3.3', 'Worklist Web Service', /not supported/],
  ['1.3.4', 'Non-Patient Instance Web Service', /not supported/],
  ['1.4', 'Media Services', /STD-GEN-CD \| Yes/],
  ['1.5', 'Real-Time Video Service', /not supported/],
  ['1.6', 'De-identification Profiles', /Basic Application Level Confidentiality Profile/],
  ['1.7', 'Specific Character Sets', /ISO_IR 100/],
  ['2', 'Table of Contents', /^Table of Contents/],
  ['3.1', 'Revision History', /2026-11-21/],
  ['3.2', 'Audience', /All\./],
  ['3.3', 'Remarks', /None\./],
  ['3.4', 'Terms and Definitions', /Abstract Syntax/],
  ['3.5', 'Abbreviations', /Service Class Provider/],
  ['3.6', 'References', /^References/],
  ['4.1', 'Application Entities and Data Flow', /Activity send: Store AE opens an association/],
  ['4.1.1', 'Functional Definition of Store AE', /Stores\./],
  ['5.1', 'Mapping of Services to Application Entities', /Storage Service \| Activity send \| Store AE/],
  ['5.2.1', 'Basic Worklist Management Service', /not supported/],
  ['5.2.2', 'Modality Performed Procedure Step Service', /Attributes of N-CREATE as SCU/],
  ['5.2.3', 'Unified Worklist and Procedure Step Service', /not supported/],
  ['5.2.4', 'Instance Availability Notification Service', /not supported/],
  ['5.2.5', 'Storage Service', /Activity receive \(Store AE\)/],
  ['5.2.7', 'Query/Retrieve Service', /Keys of C-FIND as SCP/],
  ['5.2.8', 'Print Management Service', /Activity print \(Store AE\)/],
  ['5.3.1', 'URI Web Service', /instance \| image\/jpeg/],
  ['5.3.2', 'Studies Web Service', /studies \| application\/dicom\+json/],
  ['5.4', 'Media Services', /Table A\.5\.2-1/],
  ['5.5', 'Real-Time Video Services', /not supported/],
  ['5.6', 'Cross-Service Considerations', /Instances are kept as they came/],
  ['5.7', 'Specific Character Sets', /Received text in a character set that is not supported/],
  ['6.1', 'General Configuration Parameters', /Table A\.4\.4-2/],
  ['6.2.5', 'Storage Service', /Store AE/],
  ['6.2.1', 'Basic Worklist Management Service', /not supported/],
  ['6.3.2', 'Studies Web Service', /6\.1/],
  ['6.4', 'Configuration of Media Storage Services', /See 5\.4/],
  ['6.5', 'Configuration of Real-Time Video Services', /not supported/],
  ['6.6', 'Configuration of Audit Trail', /SYSLOG-TLS/],
  ['7.1', 'General', /TCP\/IP/],
  [
    '7.1.1',
    'General Association Parameters',
    /Store AE \| 1\.2\.840\.10008\.3\.1\.1\.1 \| 1\.2\.826\S* \| EXAMPLE_1 \| 4 \| 4/,
  ],
  ['7.2.1', 'Store AE', /Table A\.4\.2-1/],
  ['7.2.1.1', 'Sequencing of Real-World Activities', /Activity send: see 5\.2/],
  ['7.2.1.2', 'Association Parameters', /Table A\.4\.2-6/],
  ['7.2.1.3', 'Association Initiation', /Table A\.4\.2-7/],
  ['7.2.1.4', 'Association Acceptance', /Table A\.4\.2-11[\s\S]*|called-AE-title-not-recognized/],
  ['7.3.1', 'General Communication and Failure Behavior', /SCP \| Timeout \| The association is ended/],
  ['7.3.2.5', 'Storage Service', /Response Status Return Reasons/],
  ['7.3.3', 'DICOM Web Services', /Studies Service: Search \| 200 \| the matches/],
  ['8.1', 'Introduction', /None\./],
  ['8.2', 'External Network Requirements', /Yes\./],
  ['8.3', 'TCP Port Configuration', /STORE \| 104/],
  ['8.4', 'DICOM Security Profiles', /Digital signatures are verified/],
  ['8.4.1', 'Secure Use Profiles', /Bit-Preserving[\s\S]*SYSLOG-TLS/],
  ['8.4.2', 'Secure Transport Connection Profiles', /BCP 195/],
  ['8.4.3', 'Media Storage Security Profiles', /Basic DICOM Media Security/],
  ['8.4.4', 'Attribute Confidentiality Profiles', /Confidentiality/],
  ['8.4.5', 'Digital Signature Profiles', /Creator RSA/],
  ['8.4.6', 'Additional Security Profiles', /Own Profile/],
  ['8.5.1', 'Association Initiation', /not supported/],
  ['8.5.2', 'Association Acceptance', /1 user name: Checked/],
  ['8.6', 'Web Services Security Features', /8\.4/],
  ['8.7.1', 'Media Storage Security', /8\.4\.3/],
  ['8.7.2', 'Network Security', /Beside 8\.4/],
  ['A.A.1', 'Information Shared across Multiple IODs', /Data Dictionary of Private Attributes/],
  ['A.A.2', 'IODs of Created SOP Instances', /Attributes of created/],
  ['A.A.3', 'Standard Extended, Specialized and Private IODs', /Added attributes/],
  ['A.B', 'Structured Report Content Encoding', /\S/],
  ['A.C', 'Security Details', /8\.4/],
  ['A.D', 'Mapping of Attributes', /\S/],
  ['A.E', 'Code Set Usage', /Context Group/],
];

describe('each section of the template', () => {
  for (const [number, title, content] of expected)
    test(`${number} ${title}`, () => {
      assert.equal(sections.get(number)?.title, title);
      assert.match(textOf(number), content);
    });

  test('every web service and DIMSE service of the template has its place, in its order', () => {
    const under = (number: string): readonly (string | undefined)[] =>
      sections.get(number)?.sections.map(({ title }) => title) ?? [];
    assert.equal(under('5.2').length, 10);
    assert.deepEqual(under('5.2'), under('6.2'));
    assert.deepEqual(under('5.2'), under('7.3.2'));
    assert.equal(under('5.3').length, 8);
    assert.deepEqual(under('1.3'), under('5.3'));
    assert.deepEqual(under('5.3'), under('6.3'));
  });
});

test('a statement that has nothing but Verification says so in every section, and none is empty', () => {
  const small = sectionsOf(annexNDocument(asStatement(smallStatement())));
  // Network requirements, references and contents are lists of what others give.
  const mayBeEmpty = new Set(['2', '3.6']);
  for (const [number, { title, blocks, sections: inner }] of small)
    if (inner.length === 0 && !mayBeEmpty.has(number)) assert.ok(words(blocks).trim() !== '', `${number} ${title}`);
  assert.match(words(small.get('7.3.3')?.blocks ?? []), /nothing to tell/);
  assert.match(words(small.get('1.4')?.blocks ?? []), /No media service is supported/);
});

test('a statement without networking has its media, and no entity', () => {
  const media = annexNDocument(
    asStatement(
      changed(completeStatement(), {
        '/networking': { state: 'not supported', reason: 'No network.' },
        '/claim/network': false,
        '/overview/networkServices': [],
      }),
    ),
  );
  const found = sectionsOf(media);
  assert.match(words(found.get('5.4')?.blocks ?? []), /A\.5\.2-1/);
  assert.equal(found.get('7.2')?.sections.length, 0);
  assert.match(words(found.get('1.2')?.blocks ?? []), /No network service is supported|No DIMSE service/);
});

test('HTML, Markdown and Word have every heading of it', async () => {
  const titles = [...walk(document.sections)].map(({ section }) => `${section.number} ${section.title}`);
  for (const name of ['html', 'markdown']) {
    const renderer = renderers.find((each) => each.name === name);
    const made = String(await renderer?.render(document));
    const plain = made
      .replaceAll(/<wbr>|<a [^>]*><\/a>/g, '')
      .replaceAll('&amp;', '&')
      .replaceAll(/\\([-_()[\]<>|*])/g, '$1');
    for (const title of titles) assert.ok(plain.includes(title), `${name}: ${title}`);
  }
  const word = await renderers.find((each) => each.name === 'docx')?.render(document);
  assert.ok(word instanceof Uint8Array && word.length > 10_000);
});
