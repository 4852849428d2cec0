// The application data flow diagram of media: activities, application entities, the medium, what happens to it elsewhere. PS3.2 A.5.1.1
import type { Diagram } from '../document/document.ts';
import type { Media } from '../model/media.ts';
import { box, ellipse, line, type Shape, textAt, wrapped } from './shapes.ts';
import { svgOf } from './svg.ts';

const rowHeight = 96;
const columns = { local: 130, entity: 370, medium: 600, remote: 800 } as const;

/** Arrows between the entity and the medium: FSC to it, FSR from it, FSU both ways. */
function roleArrows(roles: readonly string[], y: number): Shape[] {
  const [from, to] = [columns.entity + 75, columns.medium - 60];
  return [
    ...(roles.includes('FSC') ? [line(from, y - 12, to, y - 12, { arrow: true })] : []),
    ...(roles.includes('FSR') ? [line(to, y + 12, from, y + 12, { arrow: true })] : []),
    ...(roles.includes('FSU') ? [line(from, y, to, y, { bothEnds: true })] : []),
  ];
}

/** One row for each activity. */
export function mediaFlowDiagram(anchor: string, { entities }: Pick<Media, 'entities'>): Diagram {
  const shapes: Shape[] = [];
  const relations: string[] = [];
  let y = 20;
  for (const { name, activities, profiles } of entities) {
    const height = activities.length * rowHeight;
    shapes.push(
      box(columns.entity - 75, y, 150, height - 14),
      textAt(columns.entity, y + height / 2 - 7, wrapped(name, 20)),
    );
    for (const [index, activity] of activities.entries()) {
      const middle = y + index * rowHeight + rowHeight / 2 - 7;
      const media = [
        ...new Set(profiles.filter(({ id }) => activity.profiles.includes(id)).map(({ medium }) => medium)),
      ];
      shapes.push(
        ellipse(columns.local, middle, 115, 34),
        textAt(columns.local, middle, wrapped(activity.name, 26)),
        line(columns.local + 115, middle, columns.entity - 75, middle, { dashed: true }),
        ...roleArrows(activity.roles, middle),
        box(columns.medium - 60, middle - 30, 120, 60),
        textAt(columns.medium, middle, wrapped(media.join(', ') || 'medium', 16)),
      );
      relations.push(
        `${activity.name}: ${name} as ${activity.roles.join(' and ')} of ${media.join(', ') || 'a medium'}.`,
      );
      if (activity.remote) {
        const { name: remote, purpose } = activity.remote;
        shapes.push(
          line(columns.medium + 60, middle, columns.remote - 90, middle, { dotted: true, arrow: true }),
          ellipse(columns.remote, middle, 90, 34),
          textAt(columns.remote, middle, wrapped(remote, 20)),
        );
        relations.push(`The medium is carried to where this happens: ${remote}${purpose ? ` (${purpose})` : ''}.`);
      }
    }
    y += height + 20;
  }
  const title = 'Application Data Flow Diagram of media';
  const drawing = { width: 910, height: y + 10, shapes };
  const svg = svgOf(drawing, { anchor, title, description: relations.join(' ') });
  return { kind: 'diagram', anchor, title, drawing, svg, relations };
}
