// A statement from the text of a document: what could be read, in the model, each fact with its line; what was not sure beside it. The rest is unknown. PS3.2 Annex A
import { identifier } from '../generate/names.ts';
import { overviewServices } from '../generate/overview.ts';
import { asStatement, StatementError } from '../model/read-statement.ts';
import { type Statement, schemaVersion } from '../model/statement.ts';
import { mandatoryMembersOf } from '../validate/meta-sop-classes.ts';
import { buildEntity } from './build-entity.ts';
import { type CleanLine, cleanLine } from './clean-lines.ts';
import { type Doubt, Doubts, unread } from './doubt.ts';
import { type EntitySpan, findEntities } from './find-entities.ts';
import { readCharacterSets } from './read-character-sets.ts';
import { readMediaEntity } from './read-media.ts';
import { readParameters } from './read-parameters.ts';
import { type ImportedClass, readTables } from './read-tables.ts';
import { readTitles, titleOf } from './read-titles.ts';
import { sidesOf } from './regions.ts';

/** What an import gives. */
export interface ImportedStatement {
  readonly statement: Statement;
  /** What a person has to look at, in the order of the text. */
  readonly uncertain: readonly Doubt[];
}

/** Longer texts are no statements. */
const maximumCharacters = 32 * 1024 * 1024;
const mostProvenance = 50_000;
const unknown = { state: 'unknown', reason: unread };

const refused = (message: string): StatementError => new StatementError([{ path: '', message }]);

type Built = ReturnType<typeof buildEntity>;

/** Members of a Meta SOP Class are described, but negotiated by the Meta SOP Class alone. */
function withoutMembers(classes: readonly ImportedClass[], doubts: Doubts): readonly ImportedClass[] {
  const members = new Set(classes.flatMap(({ uid }) => mandatoryMembersOf(uid)));
  return classes.filter(({ uid, line }) => {
    if (!members.has(uid)) return true;
    doubts.add(line, uid, 'A member of a Meta SOP Class was not taken as an abstract syntax of its own.');
    return false;
  });
}

/** Every entity of the text that has a SOP Class; one of everything where the text tells none apart. */
function entitiesOf(lines: readonly CleanLine[], name: string, doubts: Doubts): readonly Built[] {
  const found = findEntities(lines).filter(({ kind }) => kind === 'network');
  const whole: EntitySpan = { name: 'Imported AE', kind: 'network', from: 0, to: lines.length };
  if (found.length === 0)
    doubts.add(
      0,
      name,
      'All SOP Classes were put into one application entity; who opens associations was told by the role.',
    );
  const known = new Set<string>();
  return (found.length === 0 ? [whole] : found).flatMap((span) => {
    const inside = lines.map(({ text }, index) => (index >= span.from && index < span.to ? text : ''));
    const read = readTables(inside, doubts, sidesOf(lines, span.from, span.to));
    const classes = withoutMembers(
      read.filter(({ roles }) => roles.size > 0),
      doubts,
    );
    if (classes.length === 0) {
      doubts.add(span.from + 1, span.name, 'No SOP Class of this application entity was found: it is left out.');
      return [];
    }
    const base = identifier(span.name).slice(0, 70);
    const id = known.has(base) ? `${base}-${known.size}` : base;
    known.add(id);
    return [buildEntity(lines, span, id, classes)];
  });
}

function networkingOf(lines: readonly CleanLine[], built: readonly Built[], doubts: Doubts) {
  const parameters = readParameters(
    lines.map(({ text }) => text),
    doubts,
  );
  const titles = readTitles(lines);
  const flow = (ae: string, id: string, direction: string) => ({
    ae,
    local: { id: `${ae}-${id}`.slice(0, 80), name: id },
    remote: { id: `remote-${ae}-${id}`.slice(0, 80), name: unread },
    direction,
  });
  return {
    state: 'described',
    model: {
      dataFlow: built.flatMap(({ entity: { id, initiation, acceptance } }) => [
        ...(initiation.state === 'described' ? [flow(id, 'initiated', 'initiates')] : []),
        ...(acceptance.state === 'described' ? [flow(id, 'accepted', 'accepts')] : []),
      ]),
      functionalDefinitions: built.map(({ entity }) => ({ ae: entity.id, text: unread })),
      sequencing: unknown,
    },
    applicationEntities: built.map(({ entity }) => entity),
    interfaces: {
      protocols: ['TCP/IP'],
      ipv4: { supported: true, text: unread },
      ipv6: { supported: lines.some(({ text }) => /\bIPv6\b/.test(text)), text: unread },
    },
    configuration: {
      addressTranslation: unread,
      localTitles: built.map(({ entity }) => {
        const found = titleOf(titles, entity.name);
        return {
          ae: entity.id,
          ...(found?.title !== undefined && { defaultTitle: found.title }),
          ...(found?.port !== undefined && found.port > 0 && found.port < 65536 && { defaultPort: found.port }),
        };
      }),
      remoteText: unread,
      parameters:
        parameters.length > 0
          ? parameters.map(({ line: _, ...row }) => row)
          : [{ scope: 'General', name: 'Parameters', configurable: 'No', default: 'not read' }],
    },
    sources: [
      ...built.flatMap(({ sources }, index) =>
        sources.map((source) => ({ ...source, path: `/networking/applicationEntities/${index}${source.path}` })),
      ),
      ...parameters.map(({ line }, index) => ({
        path: `/networking/configuration/parameters/${index}`,
        line,
        doubtful: false,
      })),
      ...built.flatMap(({ entity }, index) => {
        const found = titleOf(titles, entity.name);
        return found
          ? [{ path: `/networking/configuration/localTitles/${index}`, line: found.line, doubtful: false }]
          : [];
      }),
    ],
  };
}

function mediaOf(lines: readonly CleanLine[], doubts: Doubts) {
  const spans = findEntities(lines).filter(({ kind }) => kind === 'media');
  const whole = { name: 'Imported media AE', from: 0, to: lines.length };
  const read = (spans.length === 0 ? [whole] : spans).flatMap((span) => readMediaEntity(lines, span, doubts) ?? []);
  if (read.length === 0) return { media: unknown, sources: [] };
  doubts.add(
    read[0]?.lines[0] ?? 0,
    'Media',
    'Which SOP Classes and transfer syntaxes belong to each profile has to be looked at; the directory is always written in Explicit VR Little Endian.',
  );
  return {
    media: {
      state: 'described',
      description: unread,
      fileMeta: { version: '1', classUid: '2.25.0', versionName: 'not stated' },
      configuration: unread,
      entities: read.map(({ entity }) => entity),
    },
    sources: read.flatMap(({ lines: each }, entity) =>
      each.map((line, index) => ({ path: `/media/entities/${entity}/profiles/${index}`, line, doubtful: false })),
    ),
  };
}

/** Lines of a text that can be one. @throws StatementError */
function linesOf(text: string): readonly CleanLine[] {
  if (text.length > maximumCharacters) throw refused(`longer than ${maximumCharacters} characters`);
  if (text.trim() === '') throw refused('it is empty');
  if (text.includes('\0') || (text.match(/\uFFFD/g)?.length ?? 0) > text.length / 20) throw refused('it is not text');
  return text.split(/\r?\n|\r/).map(cleanLine);
}

/**
 * Reads the text of a document as well as can be.
 * @param name what the system is called
 * @throws StatementError where there is nothing to read: an empty, binary or far too long text, or one without a SOP Class
 */
export function importStatementText(text: string, name: string): ImportedStatement {
  const lines = linesOf(text);
  const doubts = new Doubts();
  const built = entitiesOf(lines, name, doubts);
  if (built.length === 0) throw refused('no SOP Class with a role stands in it');
  const { sources, ...networking } = networkingOf(lines, built, doubts);
  const { media, sources: mediaSources } = mediaOf(lines, doubts);
  const label = name.slice(0, 200) || 'imported';
  const statement = asStatement({
    schemaVersion,
    id: label,
    edition: 'imported',
    claim: { network: true, media: media.state === 'described' },
    standardEdition: 'not stated',
    cover: { ...unknown },
    overview: { description: unread, networkServices: [] },
    introduction: { audience: unread, remarks: 'Read from a text by a program; see what it was not sure of.' },
    networking,
    media,
    characterSets: readCharacterSets(lines),
    security: unknown,
    annexes: {
      createdObjects: unknown,
      attributeUsage: unknown,
      attributeMapping: unknown,
      coercion: unknown,
      privateDictionary: unknown,
      codedTerminology: unread,
      grayscale: unread,
    },
    webServices: unknown,
    provenance: [...sources, ...mediaSources].slice(0, mostProvenance).map(({ path, line, doubtful }) => ({
      path,
      kind: 'imported',
      source: `line ${line}`,
      ...((doubtful || doubts.list.some((each) => each.line === line)) && { doubtful: true }),
    })),
  });
  if (statement.networking.state === 'described')
    statement.overview.networkServices = overviewServices(statement.networking.applicationEntities);
  return { statement, uncertain: doubts.list.toSorted((left, right) => left.line - right.line) };
}
