// Media of a text: Application Profiles with their roles, and the SOP Classes that are listed with them. PS3.2 table A.5.2-1; PS3.11
import { describeUid, explicitVrLittleEndian } from '@concord/dicom';
import { identifier, named } from '../generate/names.ts';
import { standardProfile } from '../validate/media-formats.ts';
import type { CleanLine } from './clean-lines.ts';
import { type Doubts, unread } from './doubt.ts';

const profileName = /\b(?:STD|AUG|PRI)(?:-[A-Z0-9]+){1,6}\b/g;
const roleWord = /\bFS[CRU]\b/g;
const directory = '1.2.840.10008.1.3.10';
const mostProfiles = 100;

interface ProfileRow {
  readonly name: string;
  readonly roles: ReadonlySet<string>;
  readonly line: number;
}

/** Rows with a profile and a role; a name without a role on its line says nothing. */
function rowsOf(lines: readonly CleanLine[], from: number, to: number): readonly ProfileRow[] {
  const found = new Map<string, { name: string; roles: Set<string>; line: number }>();
  for (let at = from; at < to; at += 1) {
    const { text = '' } = lines[at] ?? {};
    const roles = [...text.matchAll(roleWord)].map(([role]) => role);
    if (roles.length === 0) continue;
    for (const [name] of text.matchAll(profileName)) {
      if (found.size >= mostProfiles) break;
      const row = found.get(name) ?? { name, roles: new Set<string>(), line: at + 1 };
      for (const role of roles) row.roles.add(role);
      found.set(name, row);
    }
  }
  return [...found.values()];
}

const uidsOf = (lines: readonly CleanLine[], from: number, to: number): readonly string[] => {
  const text = lines
    .slice(from, to)
    .map((line) => line.text)
    .join('\n');
  const found = new Set([...text.matchAll(/\b1\.2\.840\.10008\.[\d.]*\d\b/g)].map(([uid]) => uid));
  return [...found].filter((uid) => describeUid(uid)?.type === 'SOP Class' && uid !== directory);
};

const typeOf = (name: string): string =>
  name.startsWith('AUG') ? 'augmented' : name.startsWith('PRI') ? 'private' : 'standard';

/** A media entity of these lines; undefined where no profile stands in them. */
export function readMediaEntity(
  lines: readonly CleanLine[],
  span: { readonly name: string; readonly from: number; readonly to: number },
  doubts: Doubts,
) {
  const rows = rowsOf(lines, span.from, span.to);
  if (rows.length === 0) return undefined;
  const id = identifier(span.name);
  const uids = uidsOf(lines, span.from, span.to);
  for (const { name, line } of rows)
    if (typeOf(name) === 'standard' && standardProfile(name) === undefined)
      doubts.add(line, lines[line - 1]?.text ?? '', `PS3.11 has no profile ${name}.`);
  return {
    lines: rows.map(({ line }) => line),
    entity: {
      ae: id,
      name: span.name,
      functionalDefinition: unread,
      sourceAeTitle: 'NOT STATED',
      profiles: rows.map(({ name, roles }) => ({
        id: identifier(`${id}-${name}`),
        name,
        type: typeOf(name),
        medium: 'not stated',
        format: 'not stated',
        roles: [...roles],
        sopClasses: [directory, ...uids].map((uid) => ({
          sopClass: named(uid),
          transferSyntaxes: [named(explicitVrLittleEndian)],
          mandatory: uid === directory,
        })),
      })),
      activities: [
        {
          id: `${id}-activity`.slice(0, 80),
          name: 'What is done with media',
          description: unread,
          profiles: rows.map(({ name }) => identifier(`${id}-${name}`)),
          roles: [...new Set(rows.flatMap(({ roles }) => [...roles]))],
        },
      ],
    },
  };
}
