// Tables of what an operation exchanges: keys, attributes, types of actions and events; negotiation of members. PS3.2 A.4.2.x.3.1.3
import type { AcceptedActivity, InitiatedActivity, SopConformance } from '../model/activity.ts';
import { type Block, table } from './document.ts';

const yes = (value: boolean): string => (value ? 'Yes' : 'No');

function keyTable(anchor: string, { title, keys }: SopConformance): Block[] {
  if (keys.length === 0) return [];
  const rows = keys.map(({ level, attribute, tag, vr, type, matching, returned, note }) => [
    level,
    note === undefined ? attribute : `${attribute}\n${note}`,
    tag,
    vr,
    type,
    matching.join(', '),
    yes(returned),
  ]);
  const columns = ['Level', 'Attribute', 'Tag', 'VR', 'Type', 'Matching', 'Returned'];
  return [table(`${anchor}-keys`, `Keys of ${title}`, columns, rows)];
}

function attributeTable(anchor: string, { title, requestAttributes }: SopConformance): Block[] {
  if (requestAttributes.length === 0) return [];
  const rows = requestAttributes.map(({ attribute, tag, vr, presence, source, value = '' }) => [
    attribute,
    tag,
    vr,
    presence,
    source,
    value,
  ]);
  const columns = ['Attribute', 'Tag', 'VR', 'Presence', 'Source', 'Value'];
  return [table(`${anchor}-attributes`, `Attributes of ${title}`, columns, rows)];
}

function typeTable(anchor: string, name: string, types: SopConformance['actionTypes']): Block[] {
  if (types.length === 0) return [];
  const rows = types.map((type) => [type.name, String(type.id), type.behavior]);
  return [table(anchor, name, ['Name', 'ID', 'Behavior'], rows)];
}

/** What requests and answers carry. */
export const exchangeTables = (anchor: string, conformance: SopConformance): Block[] => [
  ...keyTable(anchor, conformance),
  ...attributeTable(anchor, conformance),
  ...typeTable(`${anchor}-actions`, `Action types of ${conformance.title}`, conformance.actionTypes),
  ...typeTable(`${anchor}-events`, `Event types of ${conformance.title}`, conformance.eventTypes),
];

/** Tables A.4.2-8 and A.4.2-12. */
export function metaTable(
  anchor: string,
  { name, metaNegotiation = [] }: AcceptedActivity | InitiatedActivity,
  title: string,
): Block[] {
  if (metaNegotiation.length === 0) return [];
  const rows = metaNegotiation.map(({ sopClass, notes }) => [
    sopClass.name,
    sopClass.uid,
    notes.map((number) => `See Note ${number}`).join(', ') || 'None',
  ]);
  const columns = ['SOP Class Name', 'SOP Class UID', 'Extended Negotiation'];
  return [table(`${anchor}-members`, `${title} for Activity ${name}`, columns, rows)];
}
