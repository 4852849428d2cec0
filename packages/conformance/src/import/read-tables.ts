// SOP Classes with roles and transfer syntaxes, from the tables of a statement's text: each row belongs to the UID that stands before it. PS3.2 A.4.2
import { describeUid } from '@concord/dicom';
import type { Doubts } from './doubt.ts';
import { type FoundUid, findUids } from './find-uids.ts';
import type { Side } from './regions.ts';

type Role = 'SCU' | 'SCP';

/** What the text says of one SOP Class. */
export interface ImportedClass {
  readonly uid: string;
  /** Where it stands first. */
  readonly line: number;
  readonly roles: Set<Role>;
  readonly syntaxes: Set<string>;
  /** Where it stands among presentation contexts of associations that are opened, and that are taken. */
  readonly contexts: Map<Side, ImportedContext>;
}

/** Its row in a table of presentation contexts. */
export interface ImportedContext {
  readonly line: number;
  readonly roles: Set<Role>;
  readonly syntaxes: Set<string>;
}

/** A row of a table goes on for so many lines. */
const rowLines = 9;
/** A sentence above a list names its role, at most so far away. */
const headingLines = 130;

/** Roles that a piece of text names; `Yes No` is the pair of columns SCU, SCP. */
function rolesIn(text: string): readonly Role[] {
  const [, scu, scp] = /\b(Yes|No|Option)\s+(?:\W+)?(Yes|No|Option)\b/i.exec(text) ?? [];
  if (scu !== undefined && scp !== undefined)
    return [...(/no/i.test(scu) ? [] : ['SCU' as const]), ...(/no/i.test(scp) ? [] : ['SCP' as const])];
  return (['SCU', 'SCP'] as const).filter((role) => new RegExp(`(?<![A-Z]-)\\b${role}\\b`).test(text));
}

/** A heading or an introducing sentence that says in which role what follows is supported. */
function roleAbove(lines: readonly string[], line: number): readonly Role[] {
  for (let at = line - 2; at >= Math.max(0, line - headingLines); at -= 1) {
    const text = lines[at] ?? '';
    if (/\bas an? SC[UP]\b|SOP Classes? as SC[UP]|as an? (?:service class )?(?:user|provider)/i.test(text)) {
      const roles = rolesIn(text);
      if (roles.length > 0) return roles;
    }
    if (/proposed presentation contexts?|association initiation/i.test(text)) return ['SCU'];
    if (/(?:accepted|acceptable) presentation contexts?|presentation context acceptance/i.test(text)) return ['SCP'];
  }
  return [];
}

const isClass = ({ type }: FoundUid): boolean => /^(?:Meta )?SOP Class$/.test(type);

/** The text from a UID to the next one of its kind, a few lines at most. */
function rowOf(lines: readonly string[], found: FoundUid, next: FoundUid | undefined): string {
  const until = Math.min(next ? next.line : lines.length + 1, found.line + rowLines);
  const rest = lines[found.line - 1]?.slice(found.end) ?? '';
  const same = next?.line === found.line ? rest.slice(0, Math.max(0, next.end - found.end)) : rest;
  return [same, ...lines.slice(found.line, Math.max(found.line, until - 1))].join('\n');
}

const emptyContext = (line: number): ImportedContext => ({ line, roles: new Set(), syntaxes: new Set() });

/** The class of a UID, and its row among the contexts of the side where it stands. */
function entered(
  classes: Map<string, ImportedClass>,
  { uid, line }: FoundUid,
  side: Side | undefined,
): { readonly entry: ImportedClass; readonly row: ImportedContext | undefined } {
  const entry = classes.get(uid) ?? { uid, ...emptyContext(line), contexts: new Map<Side, ImportedContext>() };
  classes.set(uid, entry);
  if (side === undefined) return { entry, row: undefined };
  const row = entry.contexts.get(side) ?? emptyContext(line);
  entry.contexts.set(side, row);
  return { entry, row };
}

/** Every SOP Class of the text; `sides`: for each line, of which associations it tells. */
export function readTables(
  lines: readonly string[],
  doubts: Doubts,
  sides: readonly (Side | undefined)[] = [],
): readonly ImportedClass[] {
  const uids = findUids(lines, doubts);
  const classes = new Map<string, ImportedClass>();
  const tableSyntaxes = new Set<string>();
  let current: ImportedContext[] = [];
  let lastWasSyntax = false;
  let lastLine = 0;
  uids.forEach((found, index) => {
    if (found.type === 'Transfer Syntax') {
      tableSyntaxes.add(found.uid);
      for (const each of current) each.syntaxes.add(found.uid);
      lastWasSyntax = true;
      lastLine = found.line;
      return;
    }
    if (!isClass(found)) return;
    const { entry, row } = entered(classes, found, sides[found.line - 1]);
    const next = uids.slice(index + 1).find(isClass);
    const inRow = rolesIn(rowOf(lines, found, next));
    const roles = inRow.length > 0 ? inRow : roleAbove(lines, found.line);
    if (roles.length === 0)
      doubts.add(found.line, lines[found.line - 1] ?? '', 'The role of this SOP Class is not said.');
    else if (inRow.length === 0)
      doubts.add(found.line, lines[found.line - 1] ?? '', 'The role was taken from a sentence above.');
    for (const each of row ? [entry, row] : [entry]) for (const role of roles) each.roles.add(role);
    // Classes that follow each other share the syntaxes after them; a class after a syntax begins a new row.
    const here = row ? [entry, row] : [entry];
    current = lastWasSyntax || found.line - lastLine > rowLines * 3 ? here : [...current, ...here];
    lastWasSyntax = false;
    lastLine = found.line;
  });
  for (const each of classes.values())
    if (each.syntaxes.size === 0) {
      for (const uid of tableSyntaxes) each.syntaxes.add(uid);
      const name = describeUid(each.uid)?.name ?? each.uid;
      doubts.add(each.line, name, 'No transfer syntaxes stand beside it: all that the text names were taken.');
    }
  return [...classes.values()];
}
