// Every form of one statement says the same; sections stand in the order of the template; what is a value stays one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import { annexHeadings } from '../document/annex-a.ts';
import { annexNDocument } from '../document/annex-n.ts';
import { type StatementDocument, walk } from '../document/document.ts';
import { statementDocument } from '../document/statement-document.ts';
import { asStatement } from '../model/read-statement.ts';
import { renderers } from './renderers.ts';

const statement = asStatement(completeStatement());
const document = statementDocument(statement);

/** Words of every block, whatever order they stand in. */
function content({ sections }: StatementDocument): string[] {
  return [...walk(sections)]
    .flatMap(({ section }) =>
      section.blocks.flatMap((block) => {
        if (block.kind === 'paragraph') return [block.text];
        if (block.kind === 'list') return block.items;
        return [block.title];
      }),
    )
    .sort();
}

const textOf = async (name: string, of: StatementDocument): Promise<string> => {
  const renderer = renderers.find((each) => each.name === name);
  assert.ok(renderer);
  const made = await renderer.render(of);
  return typeof made === 'string' ? made : Buffer.from(made).toString('latin1');
};

test('[CS-RND-02] sections stand in the order of Annex A, with its numbers', () => {
  const numbers = [...walk(document.sections)].map(({ section }) => section.number);
  for (const [number] of annexHeadings) assert.ok(numbers.includes(number), number);
  const top = document.sections.map(({ number }) => number);
  assert.deepEqual(top, ['1', '2', '3', '4', '5', '6', '7', '8']);
  for (const number of [
    '4.1.1',
    '4.1.2',
    '4.1.3',
    '4.2.1',
    '4.2.2',
    '4.3.1',
    '4.3.2',
    '4.3.3',
    '4.4.1',
    '4.4.2',
    '5.1.4',
    '5.2.1',
    '5.3.1.1.2',
    '5.4',
    '8.3.3',
    '8.5.3',
  ])
    assert.ok(numbers.includes(number), number);
});

test('[CS-RND-04] what a SOP Class does stands inside the activity of the entity, behind its contexts', () => {
  const activity = [...walk(document.sections)].find(({ section }) => section.anchor === 'store-receive')?.section;
  assert.deepEqual(
    activity?.sections.map(({ title }) => title.replace(/:.*/, '')),
    [
      'Description and Sequencing of Activities',
      'Accepted Presentation Contexts',
      'SOP Specific Conformance',
      'SOP Specific Conformance',
    ],
  );
});

test('[CS-RND-07] each entity has all its own tables', () => {
  const titles = content(document).filter((text) => text.startsWith('Table A.4.2-'));
  for (const number of ['1', '2', '3', '4', '5', '6'])
    for (const name of ['Store AE', 'Query AE'])
      assert.ok(
        titles.some((title) => title.startsWith(`Table A.4.2-${number} `) && title.endsWith(name)),
        `${number} ${name}`,
      );
});

test('[CS-RND-06] a section without content has a sentence', () => {
  const without = changed(completeStatement(), {
    '/media': { state: 'not supported', reason: 'No media are written.' },
    '/claim/media': false,
    '/overview/mediaServices': [],
  });
  const { sections } = statementDocument(asStatement(without));
  assert.deepEqual(sections.find(({ number }) => number === '5')?.blocks, [
    { kind: 'paragraph', text: 'No media are written.' },
  ]);
});

test('[CS-RND-16] notes stand below their table, each once, and rows refer to them', async () => {
  const html = (await textOf('html', document)).replaceAll('<wbr>', '');
  assert.equal(html.match(/Note 1: SOP Class Common Extended Negotiation is sent\./g)?.length, 1);
  assert.match(html, /See Note 1/);
  assert.match(html, /See Table A\.4\.2-8/);
});

describe('the order of Annex N', () => {
  const other = annexNDocument(statement);
  test('sections stand as in today’s template', () =>
    assert.deepEqual(
      other.sections.map(({ number, title }) => `${number} ${title}`),
      [
        '1 Overview',
        '2 Table of Contents',
        '3 Introduction',
        '4 Implementation Model',
        '5 Service and Interoperability Description',
        '6 Configuration',
        '7 Network and Media Communication Details',
        '8 Security',
        'A.A Information Object Definitions',
        'A.B Structured Report Content Encoding',
        'A.C Security Details',
        'A.D Mapping of Attributes',
        'A.E Code Set Usage',
      ],
    ));

  test('nothing that Annex A says is lost, and nothing is said twice', () => {
    const [before, after] = [content(document), content(other)];
    const lost = before.filter((text) => !after.includes(text));
    assert.deepEqual(lost, []);
    const tables = after.filter((text) => /^Table /.test(text));
    assert.equal(
      new Set(tables).size,
      before.filter((text) => /^Table /.test(text)).filter((text, at, all) => all.indexOf(text) === at).length,
    );
  });

  test('anchors are unique', () => {
    for (const each of [document, other]) {
      const anchors = [...walk(each.sections)].flatMap(({ section }) => [
        section.anchor,
        ...section.blocks.flatMap((block) => ('anchor' in block ? [block.anchor] : [])),
      ]);
      assert.deepEqual(
        anchors.filter((anchor, at) => anchors.indexOf(anchor) !== at),
        [],
      );
    }
  });
});

test('[CS-DFD-16] diagrams are drawn from the data, and say in words what they show', () => {
  const renamed = changed(completeStatement(), { '/networking/applicationEntities/0/name': 'Renamed AE' });
  const diagrams = [...walk(statementDocument(asStatement(renamed)).sections)].flatMap(({ section }) =>
    section.blocks.flatMap((block) => (block.kind === 'diagram' ? [block] : [])),
  );
  const network = diagrams.find(({ anchor }) => anchor === 'f-a-4-1-1');
  const media = diagrams.find(({ anchor }) => anchor === 'f-a-5-1-1');
  assert.match(network?.svg ?? '', /Renamed AE.*<rect|<rect.*Renamed AE/s);
  assert.ok(network?.relations.some((relation) => relation.includes('Renamed AE')));
  assert.match(media?.svg ?? '', /CD-R/);
  for (const { svg } of diagrams) assert.match(svg, /<title>.+<\/title><desc>.+<\/desc>/s);
});

test('[CS-DFD-09] arrows between entity and medium are those of the roles', () => {
  const svgWith = (roles: readonly string[]) => {
    const one = changed(completeStatement(), {
      '/media/entities/0/activities/0/roles': roles,
      '/media/entities/0/activities/1': undefined,
    });
    const blocks = [...walk(statementDocument(asStatement(one)).sections)].flatMap(({ section }) => section.blocks);
    const found = blocks.find((block) => block.kind === 'diagram' && block.anchor === 'f-a-5-1-1');
    return found?.kind === 'diagram' ? found.drawing.shapes.filter((shape) => shape.kind === 'line') : [];
  };
  const solid = (roles: readonly string[]) => svgWith(roles).filter((line) => !line.dashed && !line.dotted);
  assert.deepEqual(
    solid(['FSC', 'FSR']).map((line) => [line.arrow, line.bothEnds, line.x1 < line.x2]),
    [
      [true, undefined, true],
      [true, undefined, false],
    ],
  );
  assert.deepEqual(
    solid(['FSU']).map((line) => line.bothEnds),
    [true],
  );
  assert.ok(
    svgWith(['FSU']).some((line) => line.dotted),
    'the medium is carried away on a dotted line',
  );
});

test('[CS-RND-13] values are literal in every form', async () => {
  const odd = changed(completeStatement(), {
    '/networking/applicationEntities/0/policies': '<script>alert(1)</script> & | ]]> \u0001',
  });
  const made = statementDocument(asStatement(odd));
  assert.doesNotMatch(await textOf('html', made), /<script>/);
  const docbook = await textOf('docbook', made);
  assert.ok(!docbook.includes('<script>') && !docbook.includes('\u0001'));
  assert.match(await textOf('markdown', made), /\\<script\\>.*\\\|/);
  for (const name of ['pdf', 'docx']) assert.ok((await textOf(name, made)).length > 10_000);
});

test('PDF and Word files are what their names say', async () => {
  assert.match(await textOf('pdf', document), /^%PDF-1\.[\s\S]*%%EOF\s*$/);
  const word = await textOf('docx', annexNDocument(statement));
  assert.ok(word.startsWith('PK') && word.includes('word/document.xml'));
});
