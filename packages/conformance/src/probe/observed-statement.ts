// A draft statement of a peer from what was seen of it; what cannot be seen from outside is unknown. PS3.2 Annex A
import { transferSyntax, uidName } from '@concord/dicom';
import { findOptions, verificationSopClass } from '@concord/network';
import { identifier, named, storageServiceClass } from '../generate/names.ts';
import { categoryOf, overviewServices } from '../generate/overview.ts';
import type { AcceptedActivity } from '../model/activity.ts';
import type { ApplicationEntityStatement } from '../model/networking.ts';
import { type Statement, schemaVersion } from '../model/statement.ts';
import type { Observation, SeenClass } from './observation.ts';

const unseen = 'A probe cannot see it.';
const unknown = { state: 'unknown' as const, reason: unseen };

/** The rule that both picks agree with; where they do not tell, it is unknown. */
function ruleOf(classes: readonly SeenClass[]): AcceptedActivity['acceptanceRules']['selection']['rule'] {
  const telling = classes.filter(({ transferSyntaxes, chosen }) => transferSyntaxes.length > 1 && chosen.length === 2);
  if (telling.length === 0) return 'unknown';
  if (telling.every(({ chosen: [one, two] }) => one === two)) return 'own order';
  const first = telling.every(
    ({ chosen: [one, two], transferSyntaxes }) => one === transferSyntaxes[0] && two === transferSyntaxes.at(-1),
  );
  if (first) return 'first offered';
  const explicit = telling.every(({ chosen }) => chosen.every((uid) => transferSyntax(uid)?.explicitVr));
  return explicit ? 'explicit first' : 'other';
}

/** With the syntax that is picked in any order first, where there is one. */
const ordered = ({ transferSyntaxes, chosen: [one, two] }: SeenClass): readonly string[] =>
  one !== undefined && one === two ? [one, ...transferSyntaxes.filter((uid) => uid !== one)] : transferSyntaxes;

const operationOf = (uid: string): string => {
  const name = uidName(uid) ?? '';
  if (uid === verificationSopClass) return 'C-ECHO';
  if (/ - MOVE/.test(name)) return 'C-MOVE';
  if (/ - GET/.test(name)) return 'C-GET';
  if (/ - FIND|Query/.test(name)) return 'C-FIND';
  return categoryOf(uid) === 'Transfer' ? 'C-STORE' : 'normalized operations';
};

/** Notes on extended negotiation, by class. */
function notesOf(classes: readonly SeenClass[]) {
  const notes: { number: number; text: string }[] = [];
  const numbers = new Map<string, number[]>();
  for (const { uid, extendedNegotiation, grantsProviderRole } of classes) {
    const texts: string[] = [];
    if (extendedNegotiation) {
      const agreed = Object.entries(findOptions.decode(extendedNegotiation)).filter(([, value]) => value);
      texts.push(
        `Extended negotiation was answered; options granted: ${agreed.map(([name]) => name).join(', ') || 'none'}.`,
      );
    }
    if (grantsProviderRole) texts.push('The role of a provider was granted by SCP/SCU role selection.');
    for (const text of texts) {
      const known = notes.find((note) => note.text === text) ?? { number: notes.length + 1, text };
      if (!notes.includes(known)) notes.push(known);
      numbers.set(uid, [...(numbers.get(uid) ?? []), known.number]);
    }
  }
  return { notes, numbers };
}

/** The row for classes that nobody knows, with the syntaxes of the known ones. */
function unknownClasses(classes: readonly SeenClass[], number: number): AcceptedActivity['contexts'] {
  const syntaxes = [...new Set(classes.flatMap(ordered))];
  return [
    {
      abstractSyntax: named(storageServiceClass),
      transferSyntaxes: syntaxes.map(named),
      role: 'SCP',
      extendedNegotiation: [number],
      commonExtendedNegotiation: false,
    },
  ];
}

function activityOf(operation: string, classes: readonly SeenClass[], seenWhole: Observation): AcceptedActivity {
  const { queries, takesUnknownClasses } = seenWhole;
  const { notes: classNotes, numbers } = notesOf(classes);
  const open = operation === 'C-STORE' && takesUnknownClasses;
  const notes = open
    ? [...classNotes, { number: classNotes.length + 1, text: 'A private SOP Class that nobody knows was accepted.' }]
    : classNotes;
  const seen = new Set(
    queries.filter(({ uid }) => classes.some((each) => each.uid === uid)).map(({ status }) => status),
  );
  const rule = ruleOf(classes);
  const known: AcceptedActivity['contexts'] = classes.map((each) => ({
    abstractSyntax: named(each.uid),
    transferSyntaxes: ordered(each).map(named),
    role: each.grantsProviderRole ? 'BOTH' : 'SCP',
    extendedNegotiation: numbers.get(each.uid) ?? [],
    commonExtendedNegotiation: false,
  }));
  return {
    id: identifier(`accept-${operation}`),
    name: `Accepted: ${operation}`,
    conditions: `Seen by a probe: ${classes.length} SOP Classes.`,
    contexts: [...known, ...(open ? unknownClasses(classes, notes.length) : [])],
    notes,
    sopConformance: [
      {
        id: identifier(operation),
        title: operation,
        section: 'not known',
        sopClasses: classes.map(({ uid }) => uid),
        operation,
        ourRole: 'SCP',
        description: 'Seen by a probe. Statuses and keys beyond those listed are unknown.',
        keys: [],
        requestAttributes: [],
        actionTypes: [],
        eventTypes: [],
        statuses: [...seen]
          .filter((code) => /^[0-9A-F]{4}$/.test(code))
          .map((code) => ({
            status: code === '0000' ? 'Success' : 'Failure',
            meaning: 'Seen in answer to a query for a patient who does not exist',
            code,
            behavior: 'Seen by a probe.',
          })),
        failures: [],
      },
    ],
    acceptanceRules: {
      combinations: 'Each combination of the table was accepted in a context of its own.',
      priority: unseen,
      selection: { rule, text: `Seen with all syntaxes in one context, in two orders: ${rule}.` },
    },
  };
}

function entityOf(seen: Observation): ApplicationEntityStatement {
  const groups = Map.groupBy(seen.classes, ({ uid }) => operationOf(uid));
  const { window, implementation } = seen;
  return {
    id: 'observed',
    name: seen.target.calledAeTitle,
    sopClasses: seen.classes.map(({ uid, grantsProviderRole }) => ({
      ...named(uid),
      scu: grantsProviderRole ? 'Yes' : 'No',
      scp: 'Yes',
      type: 'standard',
      options: [],
    })),
    policies: unseen,
    applicationContext: '1.2.840.10008.3.1.1.1',
    asynchronous: window ? { acceptor: Number.isFinite(window.invoked) ? window.invoked : 0 } : {},
    implementation,
    initiation: unknown,
    acceptance: {
      state: 'described',
      associations: { value: 'unknown', configurable: false },
      rules: [],
      policy: seen.rejection ?? 'The probe was accepted.',
      rejections: [],
      activities: [...groups].map(([operation, classes]) => activityOf(operation, classes, seen)),
    },
  };
}

function networkingOf(seen: Observation): Statement['networking'] {
  if (seen.classes.length === 0)
    return { state: 'unknown', reason: seen.rejection ?? (seen.troubles[0] || 'The probe got no answer.') };
  const { calledAeTitle, port } = seen.target;
  return {
    state: 'described',
    model: {
      dataFlow: [
        {
          ae: 'observed',
          local: { id: 'local', name: 'Not known' },
          remote: { id: 'probe', name: 'Probe' },
          direction: 'accepts',
        },
      ],
      functionalDefinitions: [{ ae: 'observed', text: 'Not known: this entity was only looked at from outside.' }],
      sequencing: unknown,
    },
    applicationEntities: [entityOf(seen)],
    interfaces: {
      physical: [],
      protocols: ['TCP/IP'],
      managementProfiles: [],
      managementText: [],
      ipv4: { supported: !seen.target.host.includes(':'), text: `It was reached at ${seen.target.host}.` },
      ipv6: { supported: seen.target.host.includes(':'), text: unseen },
    },
    configuration: {
      addressTranslation: unseen,
      localTitles: [{ ae: 'observed', defaultTitle: calledAeTitle, defaultPort: port }],
      remoteText: unseen,
      remotes: [],
      parameters: [
        {
          scope: 'observed',
          name: 'Maximum PDU size the AE can receive',
          configurable: 'No',
          default: seen.maximumLength === undefined ? 'unknown' : String(seen.maximumLength),
          unit: 'bytes',
          note: '0: any length. As it was announced to the probe.',
        },
      ],
    },
  };
}

/** The draft. It keeps to the model; what a probe cannot see has the state `unknown`. */
export function observedStatement(seen: Observation): Statement {
  const { host, port, calledAeTitle } = seen.target;
  const networking = networkingOf(seen);
  const entities = networking.state === 'described' ? networking.applicationEntities : [];
  const date = seen.observedAt.slice(0, 10);
  return {
    schemaVersion,
    id: `${calledAeTitle} at ${host}:${port}, observed ${date}`,
    edition: 'observed',
    claim: { network: true, media: false },
    standardEdition: 'not known',
    orgRoots: [],
    cover: {
      state: 'described',
      documentDate: date,
      products: [
        {
          name: `${calledAeTitle} at ${host}:${port}`,
          versions: [seen.implementation.versionName ?? 'version not known'],
          optionalFeatures: [],
        },
      ],
    },
    overview: {
      description:
        'Nobody described this system: it was looked at from outside. What is listed was seen; everything else is unknown.',
      networkServices: overviewServices(entities),
      mediaServices: [],
    },
    introduction: {
      revisions: [],
      audience: 'Whoever has to work with this system and has no statement of it.',
      remarks: 'A draft made by watching. It is no statement of the maker.',
      references: [],
    },
    networking,
    media: unknown,
    characterSets: unknown,
    security: unknown,
    annexes: {
      createdObjects: unknown,
      attributeUsage: unknown,
      attributeMapping: unknown,
      coercion: unknown,
      privateDictionary: unknown,
      codedTerminology: unseen,
      contextGroups: [],
      grayscale: unseen,
      sopClassExtensions: [],
      privateTransferSyntaxes: [],
    },
    webServices: unknown,
    provenance: [{ path: '/networking', kind: 'observed', source: `probe of ${host}:${port} at ${seen.observedAt}` }],
  };
}
