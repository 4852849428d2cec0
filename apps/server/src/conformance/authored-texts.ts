// The texts that people wrote into the statement, one by one, with what each describes. PS3.2 A.1, A.4, A.6 to A.8
import { type AuthoredText, type Facts, type TextInForce, textInForce, type WrittenText } from '@concord/conformance';
import { textBindings } from './text-bindings.generated.ts';
import { textFacts } from './text-facts.ts';
import {
  characterSets,
  codedTerminology,
  functionalDefinition,
  grayscale,
  implementationNotes,
  overview,
  security,
  sendingAgain,
  sequencing,
} from './texts.ts';

interface Entry extends Omit<AuthoredText, 'id' | 'describes'> {
  /** Names of facts. */
  readonly describes: readonly string[];
}

const entries = {
  overview: {
    section: '1',
    title: 'Overview',
    hint: 'What the product does on the network and with media, in five to ten lines of everyday words, without acronyms.',
    text: overview,
    describes: [
      ...['service storage', 'service query', 'service sending', 'service unified procedure step'],
      ...['service modality worklist'],
    ],
  },
  'implementation-notes': {
    section: '4',
    title: 'Notes on the implementation',
    hint: 'What matters to others and has no place elsewhere: when success is answered, what is changed in objects.',
    text: implementationNotes,
    describes: ['service storage', 'setting duplicates', 'setting incomingDefaults', 'setting storeLayout'],
  },
  'functional-definition': {
    section: '4.1.2',
    title: 'Functional definition of the application entities',
    hint: 'What the entities do, in general terms, with the services that they provide and use.',
    text: functionalDefinition,
    describes: [
      ...['service storage', 'service query', 'service retrieval by C-MOVE', 'service retrieval by C-GET'],
      ...['service sending', 'service modality worklist', 'setting callers', 'setting calledAeTitle'],
    ],
  },
  sequencing: {
    section: '4.1.3',
    title: 'Sequencing of activities',
    hint: 'Which order activities have, and what constrains it; or that they have none.',
    text: sequencing,
    describes: ['service storage', 'service query', 'service storage commitment', 'service instance availability'],
  },
  'sending-again': {
    section: '4.2',
    title: 'Sending again after a failure',
    hint: 'What is sent again by itself, when, and how a user starts it.',
    text: sendingAgain,
    describes: ['setting sendAttempts', 'setting sendRetryWait', 'setting sendLongestWait', 'setting sendGrouping'],
  },
  'character-sets-unsupported': {
    section: '6',
    title: 'Character sets that are not supported',
    hint: 'What happens to an object or a request in such a set.',
    text: characterSets.unsupported,
    describes: ['supported character sets', 'setting unreadableRequests'],
  },
  'character-sets-mapping': {
    section: '6',
    title: 'Character sets of answers',
    hint: 'Which set an answer is in, and what is converted.',
    text: characterSets.mapping,
    describes: ['supported character sets', 'service query'],
  },
  'person-names': {
    section: '6',
    title: 'Person names',
    hint: 'Which component groups are kept, how they are matched.',
    text: characterSets.personNames,
    describes: ['service query', 'setting incomingNames'],
  },
  'signatures-preserved': {
    section: '7.1',
    title: 'Digital signatures: preserved',
    hint: 'On which conditions they still verify after storage and retrieval.',
    text: security.signatures.preserved,
    describes: ['service storage', 'setting incomingDefaults', 'setting incomingNames', 'setting incomingSex'],
  },
  'association-level': {
    section: '7.2',
    title: 'Security of associations',
    hint: 'What an association can be refused for.',
    text: security.associationLevel,
    describes: [
      ...['setting callers', 'setting calledAeTitle', 'setting userIdentity', 'setting tlsClients'],
      ...['setting maximumAssociations', 'setting maximumAssociationsPerPeer'],
    ],
  },
  'application-level': {
    section: '7.3',
    title: 'Security of the application',
    hint: 'How users are known, and what the web interface allows.',
    text: security.applicationLevel ?? '',
    describes: ['setting host', 'setting allowedHosts', 'setting allowedOrigins', 'setting conformanceAccess'],
  },
  'coded-terminology': {
    section: '8.3',
    title: 'Coded terminology',
    hint: 'Which codes are made and understood.',
    text: codedTerminology,
    describes: ['service storage', 'service query'],
  },
  grayscale: {
    section: '8.4',
    title: 'Grayscale image consistency',
    hint: 'How displays and printers are calibrated, and how that is checked.',
    text: grayscale,
    describes: ['service storage'],
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type TextId = keyof typeof entries;

export const isTextId = (id: string): id is TextId => Object.hasOwn(entries, id);
export const textIds: readonly TextId[] = Object.keys(entries).filter(isTextId);

const listed: Readonly<Record<TextId, Entry>> = entries;

/** As it is shipped, bound to what its facts were when a developer last confirmed it. */
export function shippedText(id: TextId): AuthoredText {
  const { describes, ...rest } = listed[id];
  const digests = textBindings[id] ?? {};
  return { ...rest, id, describes: Object.fromEntries(describes.map((name) => [name, digests[name] ?? ''])) };
}

export type WrittenTexts = Readonly<Partial<Record<TextId, WrittenText>>>;

/** Every text as it holds, in the order of the statement. */
export const textsInForce = (written: WrittenTexts = {}, facts: Facts = textFacts): readonly TextInForce[] =>
  textIds.map((id) => textInForce(shippedText(id), facts, written[id]));
