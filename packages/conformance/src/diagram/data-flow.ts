// The application data flow diagram: local activities, application entities, the interface line, remote activities. PS3.2 A.4.1.1, chapter 5
import type { Diagram } from '../document/document.ts';
import type { DataFlow, Networking } from '../model/networking.ts';
import { box, ellipse, line, type Shape, textAt, wrapped } from './shapes.ts';
import { svgOf } from './svg.ts';

const rowHeight = 84;
/** Of circles that overlap: less than their height. */
const overlapDistance = 50;
const columns = { local: 130, entity: 390, interface: 560, remote: 740 } as const;
const radius = { x: 115, y: 34 } as const;
const entityWidth = 150;

type Overlaps = NonNullable<Networking['model']['overlaps']>;

const sentence = ({ local, remote, direction }: DataFlow, entity: string): string => {
  if (direction === 'initiates')
    return `${local.name}: ${entity} opens an association, and the other side does: ${remote.name}.`;
  if (direction === 'accepts')
    return `${remote.name}: the other side opens an association, and ${entity} does: ${local.name}.`;
  return `${local.name} and ${remote.name}: either side may open an association to or from ${entity}.`;
};

/** Flows of each entity in order, those whose activities overlap beside each other. */
function inOrder(flows: readonly DataFlow[], overlaps: Overlaps): readonly DataFlow[] {
  const groupOf = (flow: DataFlow): string =>
    overlaps.find(({ activities }) => activities.includes(flow.local.id))?.activities[0] ?? flow.local.id;
  const byEntity = Map.groupBy(flows, ({ ae }) => ae);
  return [...byEntity.values()].flatMap((own) => [...Map.groupBy(own, groupOf).values()].flat());
}

/** Where each flow's line meets the box of its entity. */
function rowsOf(flows: readonly DataFlow[]): readonly number[] {
  let y = 50;
  return flows.map((flow, index) => {
    if (index > 0 && flows[index - 1]?.ae !== flow.ae) y += 20;
    const middle = y + rowHeight / 2 - 7;
    y += rowHeight;
    return middle;
  });
}

interface Circle {
  readonly name: string;
  readonly y: number;
}

/** Each activity once, beside the first row that it belongs to; one that overlaps the one before it cuts its circle. */
function circlesOf(
  activities: readonly { readonly id: string; readonly name: string; readonly row: number }[],
  overlap: (id: string, before: string) => boolean,
): ReadonlyMap<string, Circle> {
  const circles = new Map<string, Circle>();
  let last: { id: string; y: number } | undefined;
  for (const { id, name, row } of activities) {
    if (circles.has(id)) continue;
    const cuts = last !== undefined && overlap(id, last.id);
    const y = last === undefined ? row : cuts ? last.y + overlapDistance : Math.max(row, last.y + rowHeight);
    circles.set(id, { name, y });
    last = { id, y };
  }
  return circles;
}

const drawn = (circles: ReadonlyMap<string, Circle>, x: number): Shape[] =>
  [...circles.values()].flatMap(({ name, y }) => [ellipse(x, y, radius.x, radius.y), textAt(x, y, wrapped(name, 26))]);

/** One box per entity, one circle per activity, whoever takes part in it. */
export function dataFlowDiagram(
  anchor: string,
  all: readonly DataFlow[],
  nameOf: (ae: string) => string,
  overlaps: Overlaps = [],
): Diagram {
  const flows = inOrder(all, overlaps);
  const rows = rowsOf(flows);
  const together = (one: string, other: string): boolean =>
    overlaps.some(({ activities }) => activities.includes(one) && activities.includes(other));
  const locals = circlesOf(
    flows.map(({ local }, index) => ({ ...local, row: rows[index] ?? 0 })),
    together,
  );
  const remotes = circlesOf(
    flows.map(({ remote }, index) => ({ ...remote, row: rows[index] ?? 0 })),
    () => false,
  );
  const boxes = [...new Set(flows.map(({ ae }) => ae))].flatMap((ae) => {
    const own = rows.filter((_, index) => flows[index]?.ae === ae);
    const [top, bottom] = [(own[0] ?? 0) - rowHeight / 2 + 7, (own.at(-1) ?? 0) + rowHeight / 2 - 7];
    return [
      box(columns.entity - entityWidth / 2, top, entityWidth, bottom - top),
      textAt(columns.entity, (top + bottom) / 2, wrapped(nameOf(ae), 20)),
    ];
  });
  const [left, right] = [columns.entity - entityWidth / 2, columns.entity + entityWidth / 2];
  const lines = flows.flatMap(({ local, remote, direction }, index): Shape[] => {
    const y = rows[index] ?? 0;
    const [from, to] = [locals.get(local.id)?.y ?? y, remotes.get(remote.id)?.y ?? y];
    const both = direction === 'both' ? 8 : 0;
    const end = columns.remote - radius.x;
    return [
      line(columns.local + radius.x, from, left, y, { dashed: true }),
      ...(direction === 'accepts' ? [] : [line(right, y - both, end, to - both, { arrow: true })]),
      ...(direction === 'initiates' ? [] : [line(end, to + both, right, y + both, { arrow: true })]),
    ];
  });
  const bottom = Math.max(...rows, ...[...locals.values(), ...remotes.values()].map(({ y }) => y)) + rowHeight / 2;
  const shapes = [
    ...boxes,
    ...drawn(locals, columns.local),
    ...drawn(remotes, columns.remote),
    ...lines,
    line(columns.interface, 30, columns.interface, bottom, { dashed: true }),
    textAt(columns.interface, 14, ['DICOM Standard Interface']),
  ];
  const title = 'Application Data Flow Diagram';
  const relations = all.map((flow) => sentence(flow, nameOf(flow.ae)));
  const drawing = { width: 870, height: bottom + 10, shapes };
  const svg = svgOf(drawing, { anchor, title, description: relations.join(' ') });
  return { kind: 'diagram', anchor, title, drawing, svg, relations };
}
