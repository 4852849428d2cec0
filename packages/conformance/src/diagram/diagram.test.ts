// Data flow and sequence diagrams as PS3.2 chapter 5 wants them: boxes, circles, lines and arrows from the model.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changed } from '../../testing/changed.ts';
import { completeStatement } from '../../testing/complete-statement.ts';
import type { Change } from '../../testing/rule-examples.ts';
import { type Diagram, walk } from '../document/document.ts';
import { statementDocument } from '../document/statement-document.ts';
import { asStatement } from '../model/read-statement.ts';
import { validate } from '../validate/validate.ts';
import type { Shape } from './shapes.ts';

const model = '/networking/model';
const documentWith = (change: Change) => statementDocument(asStatement(changed(completeStatement(), change)));

function diagramOf(anchor: string, change: Change = {}): Diagram {
  const found = [...walk(documentWith(change).sections)]
    .flatMap(({ section }) => section.blocks)
    .find((block) => block.kind === 'diagram' && block.anchor === anchor);
  assert.ok(found?.kind === 'diagram', anchor);
  return found;
}
const network = (change: Change = {}) => diagramOf('f-a-4-1-1', change);
const medium = (change: Change = {}) => diagramOf('f-a-5-1-1', change);

type Of<Kind extends Shape['kind']> = Extract<Shape, { readonly kind: Kind }>;
const shapes = <Kind extends Shape['kind']>({ drawing }: Diagram, kind: Kind): readonly Of<Kind>[] =>
  drawing.shapes.filter((shape): shape is Of<Kind> => shape.kind === kind);
const lines = (diagram: Diagram) => shapes(diagram, 'line');
const textIn = (diagram: Diagram, x: number, y: number): string =>
  shapes(diagram, 'text')
    .filter((text) => Math.abs(text.x - x) < 1 && Math.abs(text.y - y) < 1)
    .map((text) => text.lines.join(' '))
    .join(' ');
const named = (diagram: Diagram, name: string): Of<'ellipse'> => {
  const found = shapes(diagram, 'ellipse').find(({ x, y }) => textIn(diagram, x, y) === name);
  assert.ok(found, name);
  return found;
};
const boxOf = (diagram: Diagram, name: string): Of<'box'> => {
  const found = shapes(diagram, 'box').find((box) =>
    textIn(diagram, box.x + box.width / 2, box.y + box.height / 2).includes(name),
  );
  assert.ok(found, name);
  return found;
};
const inside = (box: Of<'box'>, x: number, y: number): boolean =>
  x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
const intersect = (one: Of<'ellipse'>, other: Of<'ellipse'>): boolean =>
  Math.abs(one.x - other.x) < one.rx + other.rx && Math.abs(one.y - other.y) < one.ry + other.ry;

describe('the network diagram', () => {
  test('[CS-DFD-01] each entity is one box with its name', () => {
    const diagram = network();
    assert.equal(shapes(diagram, 'box').length, 2);
    for (const name of ['Store AE', 'Query AE']) boxOf(diagram, name);
    assert.equal(diagram.svg.match(/<rect /g)?.length, 2);
    assert.match(diagram.svg, />Store AE<\/tspan>/);
  });

  test('[CS-DFD-02] each activity is one circle with its name', () => {
    const diagram = network();
    for (const id of ['send', 'report', 'print', 'receive', 'answer']) {
      named(diagram, `Activity ${id}`);
      named(diagram, `Other side of ${id}`);
    }
    assert.equal(diagram.svg.match(/<ellipse /g)?.length, 10);
  });

  test('[CS-DFD-03] circles of activities that overlap cut each other, others do not, and each overlap is discussed', () => {
    const diagram = network();
    const circles = shapes(diagram, 'ellipse');
    const cut = circles.flatMap((one, at) =>
      circles.slice(at + 1).flatMap((other) => (intersect(one, other) ? [[one, other]] : [])),
    );
    const names = cut.map((pair) => pair.map(({ x, y }) => textIn(diagram, x, y)).sort());
    assert.deepEqual(names, [['Activity report', 'Activity send']]);
    const discussed = [...walk(documentWith({}).sections)]
      .find(({ section }) => section.number === '4.1.1')
      ?.section.blocks.some(
        (block) => block.kind === 'paragraph' && /send and Activity report overlap/.test(block.text),
      );
    assert.ok(discussed);
    const { findings } = validate(changed(completeStatement(), { [`${model}/overlaps/0/discussion`]: undefined }));
    assert.ok(findings.some(({ rule, level }) => rule === 'CS-VX-06' && level === 'W'));
    const apart = network({ [`${model}/overlaps`]: undefined });
    assert.ok(!intersect(named(apart, 'Activity send'), named(apart, 'Activity report')));
  });

  test('[CS-DFD-04] a local activity stands left of its entity, with a dashed line without an arrow', () => {
    const diagram = network();
    const [circle, box] = [named(diagram, 'Activity receive'), boxOf(diagram, 'Store AE')];
    assert.ok(circle.x + circle.rx < box.x);
    const joined = lines(diagram).filter((line) => line.x1 === circle.x + circle.rx && inside(box, line.x2, line.y2));
    assert.ok(joined.length > 0);
    for (const line of joined) assert.deepEqual([line.dashed, line.arrow, line.bothEnds], [true, undefined, undefined]);
    assert.match(diagram.svg, /stroke-dasharray="6 4"\/>/);
  });

  test('[CS-DFD-05] an activity that two entities share is one circle with two dashed lines', () => {
    const shared = {
      [`${model}/dataFlow/4/local`]: { id: 'receive', name: 'Activity receive' },
      [`${model}/dataFlow/4/remote`]: { id: 'remote-receive', name: 'Other side of receive' },
    };
    const diagram = network(shared);
    assert.equal(shapes(diagram, 'ellipse').length, 8);
    assert.equal(shapes(diagram, 'box').length, 2);
    const circle = named(diagram, 'Activity receive');
    const from = lines(diagram).filter(
      (line) => line.dashed && line.x1 === circle.x + circle.rx && line.y1 === circle.y,
    );
    assert.equal(from.length, 2);
    assert.ok(inside(boxOf(diagram, 'Store AE'), from[0]?.x2 ?? 0, from[0]?.y2 ?? 0));
    assert.ok(inside(boxOf(diagram, 'Query AE'), from[1]?.x2 ?? 0, from[1]?.y2 ?? 0));
  });

  test('[CS-DFD-06] a remote activity stands right of the entity, and a dashed vertical line is the DICOM interface', () => {
    const diagram = network();
    const box = boxOf(diagram, 'Store AE');
    const remote = named(diagram, 'Other side of send');
    const vertical = lines(diagram).filter((line) => line.x1 === line.x2 && line.dashed && !line.arrow);
    assert.equal(vertical.length, 1);
    const x = vertical[0]?.x1 ?? 0;
    assert.ok(box.x + box.width < x && x < remote.x - remote.rx);
    assert.match(diagram.svg, /DICOM Standard Interface/);
  });

  const arrowsOf = (diagram: Diagram, remote: string) => {
    const { x, y, rx } = named(diagram, remote);
    return lines(diagram)
      .filter((line) => line.arrow)
      .flatMap((line) =>
        line.x2 === x - rx && Math.abs(line.y2 - y) <= 8
          ? ['initiates']
          : line.x1 === x - rx && Math.abs(line.y1 - y) <= 8
            ? ['accepts']
            : [],
      );
  };

  test('[CS-DFD-07] an arrow goes to the remote activity exactly where the entity initiates for it', () => {
    assert.deepEqual(arrowsOf(network(), 'Other side of send'), ['initiates']);
    assert.deepEqual(arrowsOf(network({ [`${model}/dataFlow/0/direction`]: 'accepts' }), 'Other side of send'), [
      'accepts',
    ]);
    const without = changed(completeStatement(), {
      '/networking/applicationEntities/0/initiation/activities/1': undefined,
    });
    assert.ok(validate(without).findings.some(({ rule }) => rule === 'CS-VX-05'));
  });

  test('[CS-DFD-08] an arrow comes from the remote activity exactly where the entity accepts; both are drawn where both hold', () => {
    assert.deepEqual(arrowsOf(network(), 'Other side of answer'), ['accepts']);
    const both = network({ [`${model}/dataFlow/4/direction`]: 'both' });
    assert.deepEqual(arrowsOf(both, 'Other side of answer').sort(), ['accepts', 'initiates']);
  });

  test('[CS-DFD-12] every entity is in the diagram, and media have one of their own where they are claimed', () => {
    const statement = asStatement(completeStatement());
    assert.ok(statement.networking.state === 'described' && statement.media.state === 'described');
    assert.equal(shapes(network(), 'box').length, statement.networking.applicationEntities.length);
    for (const { name } of statement.media.entities) boxOf(medium(), name);
    const without = documentWith({
      '/media': { state: 'not supported', reason: 'None.' },
      '/claim/media': false,
      '/overview/mediaServices': [],
    });
    const anchors = [...walk(without.sections)]
      .flatMap(({ section }) => section.blocks)
      .map((block) => 'anchor' in block && block.anchor);
    assert.ok(!anchors.includes('f-a-5-1-1'));
  });

  test('[CS-DFD-13] after the diagram each entity has one bullet with its activities and those of the other side', () => {
    const drawn = documentWith({ [`${model}/bullets`]: undefined });
    const section = [...walk(drawn.sections)].find(({ section: { number } }) => number === '4.1.1')?.section;
    const at = section?.blocks.findIndex(({ kind }) => kind === 'diagram') ?? -1;
    const list = section?.blocks[at + 1];
    assert.ok(list?.kind === 'list');
    assert.equal(list.items.length, 2);
    assert.match(list.items[0] ?? '', /^Store AE: Activity send \(other side: Other side of send\); Activity report/);
    assert.match(list.items[1] ?? '', /^Query AE: Activity answer/);
  });
});

describe('the media diagram', () => {
  const activity = '/media/entities/0/activities/0';
  const solid = (diagram: Diagram) => lines(diagram).filter((line) => !line.dashed && !line.dotted);
  const only = (roles: readonly string[]) =>
    medium({ [`${activity}/roles`]: roles, '/media/entities/0/activities/1': undefined });

  test('[CS-DFD-10] creating and reading are two arrows, updating is one with two heads', () => {
    const [two, one] = [solid(only(['FSC', 'FSR'])), solid(only(['FSU']))];
    assert.deepEqual(
      two.map(({ arrow, bothEnds }) => [arrow, bothEnds]),
      [
        [true, undefined],
        [true, undefined],
      ],
    );
    assert.deepEqual(
      one.map(({ arrow, bothEnds }) => [arrow, bothEnds]),
      [[undefined, true]],
    );
    assert.notEqual(only(['FSC', 'FSR']).svg, only(['FSU']).svg);
    assert.match(only(['FSU']).svg, /marker-start=/);
    assert.doesNotMatch(only(['FSC', 'FSR']).svg, /marker-start=/);
  });

  test('[CS-DFD-11] the medium is carried to the remote activity on a dotted line', () => {
    const diagram = medium({ [`${activity}/remote`]: { name: 'Review' } });
    const remote = named(diagram, 'Review');
    const carried = lines(diagram).filter(
      (line) => line.dotted && line.x2 === remote.x - remote.rx && line.y2 === remote.y,
    );
    assert.equal(carried.length, 1);
    assert.match(diagram.svg, /stroke-dasharray="1 4"/);
  });

  test('[CS-DFD-14] a purpose that is expected of the remote activity is told with the diagram and with the activity', () => {
    const change = { [`${activity}/remote`]: { name: 'Review', purpose: 'Planning of a treatment.' } };
    assert.ok(medium(change).relations.some((relation) => relation.includes('Review (Planning of a treatment.)')));
    assert.match(medium(change).svg, /Planning of a treatment/);
    const text = [...walk(documentWith(change).sections)]
      .flatMap(({ section }) => section.blocks)
      .some((block) => block.kind === 'paragraph' && /Review\. Planning of a treatment/.test(block.text));
    assert.ok(text);
  });
});

describe('sequences', () => {
  const title = 'Acquisition';
  const sequence = {
    state: 'described',
    text: 'Steps are reported around the images.',
    diagrams: [
      {
        title,
        lifelines: ['User', 'Store AE', 'Manager'],
        messages: [
          { from: 'User', to: 'Store AE', text: 'begins the step' },
          { from: 'Store AE', to: 'Manager', text: 'N-CREATE' },
          { from: 'Store AE', to: 'Manager', text: 'C-STORE' },
          { from: 'Store AE', to: 'Manager', text: 'N-SET' },
        ],
      },
    ],
  };

  test('who takes part is a vertical bar, events are arrows from the earlier to the later, users included', () => {
    const diagram = diagramOf('f-a-4-1-3-1', { [`${model}/sequencing`]: sequence });
    const bars = lines(diagram).filter((line) => line.x1 === line.x2);
    assert.equal(bars.length, 3);
    const arrows = lines(diagram).filter((line) => line.arrow);
    assert.equal(arrows.length, 4);
    assert.deepEqual(
      arrows.map(({ y1 }) => y1),
      arrows.map(({ y1 }) => y1).toSorted((left, right) => left - right),
    );
    assert.deepEqual(
      diagram.relations.map((relation) => relation.replace(/^\d+\. .* to .*?: /, '')),
      ['begins the step.', 'N-CREATE.', 'C-STORE.', 'N-SET.'],
    );
    const [drawing] = sequence.diagrams;
    const wrong = { ...drawing, messages: [{ from: 'User', to: 'Nobody', text: 'waits' }] };
    assert.throws(
      () => diagramOf('f-a-4-1-3-1', { [`${model}/sequencing`]: { ...sequence, diagrams: [wrong] } }),
      /no lifeline/,
    );
  });

  test('each activity has the sequence of its operations: who opens, asks, answers and releases', () => {
    const sent = diagramOf('store-report-sequence');
    assert.deepEqual(
      sent.relations.map((relation) => relation.replace(/^\d+\. /, '')),
      [
        'Store AE to Other side of report: open association.',
        'Store AE to Other side of report: N-CREATE request.',
        'Other side of report to Store AE: N-CREATE response.',
        'Store AE to Other side of report: N-SET request.',
        'Other side of report to Store AE: N-SET response.',
        'Store AE to Other side of report: N-ACTION request.',
        'Other side of report to Store AE: N-ACTION response.',
        'Store AE to Other side of report: release association.',
      ],
    );
    assert.match(
      diagramOf('query-answer-sequence').relations[0] ?? '',
      /Other side of answer to Query AE: open association/,
    );
  });

  test('names inside a drawing are its own, so that many stand on one page', () => {
    const ids = [network(), medium(), diagramOf('query-answer-sequence')].map(
      ({ svg }) => / id="([^"]+)"/.exec(svg)?.[1],
    );
    assert.equal(new Set(ids).size, 3);
    for (const id of ids) assert.ok(id);
  });
});
