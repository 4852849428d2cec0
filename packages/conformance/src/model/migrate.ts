// Statements of older schema versions as the present one has them; what was read stays as it is. PS3.2 A.3.1

/** Of the model; a greater first number is a model that older programs cannot read. */
export const schemaVersion = '2.2.0';

const present = Number.parseInt(schemaVersion, 10);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first number of a version; undefined for what is none. */
function majorOf(version: unknown): number | undefined {
  const [, major] = (typeof version === 'string' && /^(\d{1,9})\.\d+\.\d+$/.exec(version)) || [];
  return major === undefined ? undefined : Number(major);
}

/** No older program can know what a later model means. */
export const isReadable = (version: string): boolean => (majorOf(version) ?? 0) <= present;

/** Version 1 told the differences of a release in one text; since version 2 they are a list. */
function withListedChanges(revision: unknown): unknown {
  if (!isRecord(revision) || !('differences' in revision) || 'changes' in revision) return revision;
  const { differences, ...kept } = revision;
  return { ...kept, changes: [differences] };
}

function fromVersion1(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { introduction } = document;
  if (!isRecord(introduction) || !Array.isArray(introduction.revisions)) return document;
  const revisions = introduction.revisions.map(withListedChanges);
  return { ...document, introduction: { ...introduction, revisions } };
}

/** A value of the present schema version. Never changes what it is given; gives back what is no statement, or is later. */
export function migrated(value: unknown): unknown {
  if (!isRecord(value) || majorOf(value.schemaVersion) !== 1) return value;
  return { ...fromVersion1(value), schemaVersion };
}
