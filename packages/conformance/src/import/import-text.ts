// A statement from the text of a document: what could be read, in the model, and what was not sure. The rest is unknown. PS3.2 Annex A
import { describeUid } from '@concord/dicom';
import { identifier, named } from '../generate/names.ts';
import { overviewServices } from '../generate/overview.ts';
import { asStatement, StatementError } from '../model/read-statement.ts';
import { type Statement, schemaVersion } from '../model/statement.ts';
import { type Doubt, Doubts } from './doubt.ts';
import { readParameters } from './read-parameters.ts';
import { type ImportedClass, readTables } from './read-tables.ts';

/** What an import gives. */
export interface ImportedStatement {
  readonly statement: Statement;
  /** What a person has to look at, in the order of the text. */
  readonly uncertain: readonly Doubt[];
}

/** Longer texts are no statements. */
const maximumCharacters = 32 * 1024 * 1024;
const unread = 'Not read from the text.';
const unknown = { state: 'unknown', reason: unread };

const refused = (message: string): StatementError => new StatementError([{ path: '', message }]);

/** What the name of a SOP Class says of its operation. */
function operationOf(uid: string): string {
  const name = describeUid(uid)?.name ?? '';
  const [, query] = /\b(FIND|MOVE|GET)\b/.exec(name) ?? [];
  if (query !== undefined) return `C-${query}`;
  if (/Verification/.test(name)) return 'C-ECHO';
  return /Storage(?! Commitment)/.test(name) ? 'C-STORE' : 'not stated';
}

function activityOf(role: 'SCU' | 'SCP', classes: readonly ImportedClass[]) {
  const id = role === 'SCU' ? 'initiated' : 'accepted';
  const operations = Map.groupBy(classes, ({ uid }) => operationOf(uid));
  const common = {
    id,
    name: role === 'SCU' ? 'What is asked for' : 'What is provided',
    conditions: unread,
    contexts: classes.map(({ uid, syntaxes }) => ({
      abstractSyntax: named(uid),
      transferSyntaxes: [...(syntaxes.size > 0 ? syntaxes : ['1.2.840.10008.1.2'])].map(named),
      role,
    })),
    sopConformance: [...operations].map(([operation, members]) => ({
      id: `${id}-${identifier(operation)}`,
      title: operation,
      section: 'not stated',
      sopClasses: members.map(({ uid }) => uid),
      operation,
      ourRole: role,
      description: unread,
      statuses: [],
      failures: [],
    })),
  };
  return role === 'SCU'
    ? { ...common, grouping: 'one context for all transfer syntaxes', transferSyntaxChoice: unread, fallback: unread }
    : {
        ...common,
        acceptanceRules: { combinations: unread, priority: unread, selection: { rule: 'unknown', text: unread } },
      };
}

function sideOf(role: 'SCU' | 'SCP', classes: readonly ImportedClass[]) {
  const members = classes.filter(({ roles }) => roles.has(role));
  if (members.length === 0) return unknown;
  return {
    state: 'described',
    associations: { value: 'unknown', configurable: false },
    ...(role === 'SCP' && { policy: unread, rejections: [] }),
    activities: [activityOf(role, members)],
  };
}

function entityOf(classes: readonly ImportedClass[], lines: readonly string[]) {
  const text = lines.join('\n');
  const [, classUid] = /implementation class uid\W{1,20}(\d[\d.]{5,63}\d)/i.exec(text) ?? [];
  const [, versionName] = /implementation version name\W{1,20}?[“"']?([\w.-][\w .-]{0,15})/i.exec(text) ?? [];
  return {
    id: 'imported',
    name: 'Imported AE',
    sopClasses: classes.map(({ uid, roles }) => ({
      ...named(uid),
      scu: roles.has('SCU') ? 'Yes' : 'No',
      scp: roles.has('SCP') ? 'Yes' : 'No',
      type: 'standard',
    })),
    policies: unread,
    applicationContext: '1.2.840.10008.3.1.1.1',
    asynchronous: {},
    implementation: {
      ...(classUid !== undefined &&
        /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+$/.test(classUid) &&
        !classUid.startsWith('1.2.840.10008.') && { classUid }),
      ...(versionName !== undefined && { versionName: versionName.trim() }),
    },
    initiation: sideOf('SCU', classes),
    acceptance: sideOf('SCP', classes),
  };
}

function networkingOf(classes: readonly ImportedClass[], lines: readonly string[], doubts: Doubts) {
  const parameters = readParameters(lines, doubts);
  const entity = entityOf(classes, lines);
  const flow = (id: string, direction: string) => ({
    ae: 'imported',
    local: { id, name: id },
    remote: { id: `remote-${id}`, name: unread },
    direction,
  });
  return {
    state: 'described',
    model: {
      dataFlow: [
        ...(entity.initiation.state === 'described' ? [flow('initiated', 'initiates')] : []),
        ...(entity.acceptance.state === 'described' ? [flow('accepted', 'accepts')] : []),
      ],
      functionalDefinitions: [{ ae: 'imported', text: unread }],
      sequencing: unknown,
    },
    applicationEntities: [entity],
    interfaces: {
      protocols: ['TCP/IP'],
      ipv4: { supported: true, text: unread },
      ipv6: { supported: /\bIPv6\b/.test(lines.join('\n')), text: unread },
    },
    configuration: {
      addressTranslation: unread,
      localTitles: [{ ae: 'imported' }],
      remoteText: unread,
      parameters:
        parameters.length > 0
          ? parameters
          : [{ scope: 'General', name: 'Parameters', configurable: 'No', default: 'not read' }],
    },
  };
}

function characterSetsOf(lines: readonly string[]) {
  const text = lines.join('\n').replaceAll('\\_', '_');
  const terms = new Set([...text.matchAll(/\bISO(?:_IR| 2022 IR) ?\d{1,3}\b/g)].map(([term]) => term));
  if (terms.size === 0) return unknown;
  return {
    state: 'described',
    supported: [...terms].map((definedTerm) => ({ definedTerm, services: ['All'], direction: 'both' })),
    unsupported: unread,
    configuration: unread,
    mapping: unread,
    query: { scuRequest: unread, scuResponse: unread, scpRequest: unread, scpResponse: unread },
    personNames: unread,
    presentation: unread,
  };
}

/** Lines of a text that can be one. @throws StatementError */
function linesOf(text: string): readonly string[] {
  if (text.length > maximumCharacters) throw refused(`longer than ${maximumCharacters} characters`);
  if (text.trim() === '') throw refused('it is empty');
  if (text.includes('\0') || (text.match(/\uFFFD/g)?.length ?? 0) > text.length / 20) throw refused('it is not text');
  return text.split(/\r?\n|\r/);
}

/**
 * Reads the text of a document as well as can be.
 * @param name what the system is called
 * @throws StatementError where there is nothing to read: an empty, binary or far too long text, or one without a SOP Class
 */
export function importStatementText(text: string, name: string): ImportedStatement {
  const lines = linesOf(text);
  const doubts = new Doubts();
  const classes = readTables(lines, doubts).filter(({ roles }) => roles.size > 0);
  if (classes.length === 0) throw refused('no SOP Class with a role stands in it');
  const networking = networkingOf(classes, lines, doubts);
  doubts.add(
    0,
    name,
    'All SOP Classes were put into one application entity; who opens associations was told by the role.',
  );
  const label = name.slice(0, 200) || 'imported';
  const statement = asStatement({
    schemaVersion,
    id: label,
    edition: 'imported',
    claim: { network: true, media: false },
    standardEdition: 'not stated',
    cover: { ...unknown },
    overview: { description: unread, networkServices: [] },
    introduction: { audience: unread, remarks: 'Read from a text by a program; see what it was not sure of.' },
    networking,
    media: unknown,
    characterSets: characterSetsOf(lines),
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
    provenance: classes.map(({ line }, index) => ({
      path: `/networking/applicationEntities/0/sopClasses/${index}`,
      kind: 'imported',
      source: `line ${line}`,
      ...(doubts.list.some((each) => each.line === line) && { doubtful: true }),
    })),
  });
  if (statement.networking.state === 'described')
    statement.overview.networkServices = overviewServices(statement.networking.applicationEntities);
  return { statement, uncertain: doubts.list.toSorted((left, right) => left.line - right.line) };
}
