// The application data flow diagram: local activities, application entities, the interface line, remote activities. PS3.2 A.4.1.1, chapter 5
import type { Diagram } from '../document/document.ts';
import type { DataFlow } from '../model/networking.ts';
import { box, ellipse, line, type Shape, textAt, wrapped } from './shapes.ts';
import { svgOf } from './svg.ts';

const rowHeight = 84;
const columns = { local: 130, entity: 390, interface: 560, remote: 740 } as const;
const radius = { x: 115, y: 34 } as const;
const entityWidth = 150;

const sentence = ({ local, remote, direction }: DataFlow, entity: string): string => {
  if (direction === 'initiates')
    return `${local.name}: ${entity} opens an association, and the other side does: ${remote.name}.`;
  if (direction === 'accepts')
    return `${remote.name}: the other side opens an association, and ${entity} does: ${local.name}.`;
  return `${local.name} and ${remote.name}: either side may open an association to or from ${entity}.`;
};

/** One box per entity, beside it a row for each of its activities. */
export function dataFlowDiagram(anchor: string, flows: readonly DataFlow[], nameOf: (ae: string) => string): Diagram {
  const parts: Shape[] = [];
  const entities = [...new Set(flows.map(({ ae }) => ae))];
  let y = 50;
  for (const ae of entities) {
    const own = flows.filter((flow) => flow.ae === ae);
    const height = own.length * rowHeight;
    parts.push(box(columns.entity - entityWidth / 2, y, entityWidth, height - 14));
    parts.push(textAt(columns.entity, y + height / 2 - 7, wrapped(nameOf(ae), 20)));
    own.forEach((flow, index) => {
      const middle = y + index * rowHeight + rowHeight / 2 - 7;
      const right = columns.entity + entityWidth / 2;
      const left = columns.remote - radius.x;
      parts.push(
        ellipse(columns.local, middle, radius.x, radius.y),
        textAt(columns.local, middle, wrapped(flow.local.name, 26)),
      );
      parts.push(line(columns.local + radius.x, middle, columns.entity - entityWidth / 2, middle, { dashed: true }));
      parts.push(
        ellipse(columns.remote, middle, radius.x, radius.y),
        textAt(columns.remote, middle, wrapped(flow.remote.name, 26)),
      );
      const both = flow.direction === 'both' ? 8 : 0;
      if (flow.direction !== 'accepts') parts.push(line(right, middle - both, left, middle - both, { arrow: true }));
      if (flow.direction !== 'initiates') parts.push(line(left, middle + both, right, middle + both, { arrow: true }));
    });
    y += height + 20;
  }
  parts.push(line(columns.interface, 30, columns.interface, y, { dashed: true }));
  parts.push(textAt(columns.interface, 14, ['DICOM Standard Interface']));
  const title = 'Application Data Flow Diagram';
  const relations = flows.map((flow) => sentence(flow, nameOf(flow.ae)));
  const drawing = { width: 870, height: y + 10, shapes: parts };
  return { kind: 'diagram', anchor, title, drawing, svg: svgOf(drawing, title, relations.join(' ')), relations };
}
