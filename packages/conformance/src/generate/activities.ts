// The real-world activities of an application entity, one for each service that it provides or uses. PS3.2 A.4.2.x.3, A.4.2.x.4.
import type { Operation, Service, ServiceText, SyntaxPreference, Timeouts } from '@concord/network';
import type { AcceptedActivity, InitiatedActivity, PresentationContextRow, SopConformance } from '../model/activity.ts';
import type { entityBaseline, generalBaseline } from './baseline.ts';
import { queryKeys } from './keys.ts';
import { attributeNamed, identifier, named, storageServiceClass } from './names.ts';
import { statusesAnswered, statusesUnderstood } from './statuses.ts';
import type { DescribedEntity, Retries } from './system.ts';

const operationsOf = (declaration: Service): readonly Operation[] => {
  const isOperation = (name: string): name is Operation => Object.hasOwn(declaration.operations, name);
  return Object.keys(declaration.operations).filter(isOperation);
};

/** Words for a service that brings none of its own. */
export const textOf = (declaration: Service): ServiceText =>
  declaration.text ?? {
    activity: `${declaration.name} on our side`,
    remoteActivity: `${declaration.name} on the other side`,
    description: `Operations of ${declaration.name} (${declaration.section}): ${operationsOf(declaration).join(', ')}.`,
  };

export const activityId = (declaration: Service, direction: 'accept' | 'initiate'): string =>
  identifier(`${direction}-${declaration.name}-${operationsOf(declaration).join('-')}`);

const negotiatedOptions =
  'SOP Class Extended Negotiation is answered with what this service supports of the options offered.';

interface Noted {
  readonly contexts: PresentationContextRow[];
  readonly notes: { number: number; text: string }[];
}

function contextsOf(declaration: Service, role: 'SCU' | 'SCP' | 'BOTH'): Noted {
  const notes: Noted['notes'] = [];
  const note = (text: string): number => {
    notes.push({ number: notes.length + 1, text });
    return notes.length;
  };
  const negotiated = declaration.extendedNegotiation ? [note(negotiatedOptions)] : [];
  const transferSyntaxes = declaration.transferSyntaxes.map(named);
  const row = { transferSyntaxes, role, commonExtendedNegotiation: false };
  const contexts: PresentationContextRow[] = declaration.sopClasses.map((uid) => ({
    ...row,
    abstractSyntax: named(uid),
    extendedNegotiation: negotiated,
  }));
  if (declaration.unknownSopClasses)
    contexts.push({
      ...row,
      abstractSyntax: named(storageServiceClass),
      extendedNegotiation: [
        note(
          'A SOP Class that the dictionary does not know is taken as one of this service class where SOP Class Common Extended Negotiation says so, or where the setting for unknown SOP Classes allows it; specializations are treated as their related general SOP Class.',
        ),
      ],
      commonExtendedNegotiation: true,
    });
  return { contexts, notes };
}

const seconds = (value: number): string => `${value} s`;

const responseRow = 'AE specific DIMSE level time-out values' satisfies (typeof entityBaseline)[number];
const dataRow = 'Time-out for waiting for data between TCP/IP packets' satisfies (typeof generalBaseline)[number];

const timeoutsOf = ({ response, data }: Timeouts, invokes: boolean): SopConformance['timeouts'] => [
  ...(invokes ? [{ name: 'Wait for a response', seconds: response, parameter: responseRow }] : []),
  { name: 'Wait in the middle of a message', seconds: data, parameter: dataRow },
];

const failuresOf = (timeouts: Timeouts, waits: 'for us' | 'for the peer'): SopConformance['failures'] => [
  {
    exception: 'Timeout',
    behavior:
      waits === 'for us'
        ? `After ${seconds(timeouts.idle)} in which the peer neither sends nor reads, the association is ended with A-ABORT; it is logged, and the association record says so. What was not complete is discarded.`
        : `After ${seconds(timeouts.response)} without a response the association is ended with A-ABORT; the operation counts as failed, it is logged and shown.`,
  },
  {
    exception: 'Association aborted by the peer or the network',
    behavior:
      waits === 'for us'
        ? 'What was acknowledged stays; an object that was not complete is discarded. It is logged, and the association record says so.'
        : 'The operation counts as failed; it is logged and shown.',
  },
];

/** SOP Classes of an operation that are described together: queries one by one, as their models differ in their levels. */
const classGroups = (declaration: Service, operation: Operation): readonly (readonly string[])[] =>
  operation === 'C-FIND' && declaration.keys && declaration.sopClasses.length > 1
    ? declaration.sopClasses.map((uid) => [uid])
    : [declaration.sopClasses];

interface Situation {
  readonly operation: Operation;
  readonly ourRole: 'SCU' | 'SCP';
  readonly timeouts: Timeouts;
  readonly retries?: Retries | undefined;
}

const never: Retries = { count: 0, interval: 0, condition: 'A failed operation is not repeated by itself.' };

function conformanceOf(declaration: Service, situation: Omit<Situation, 'operation'>): SopConformance[] {
  return operationsOf(declaration).flatMap((operation) => {
    const groups = classGroups(declaration, operation);
    return groups.map((sopClasses) => operationConformance(declaration, sopClasses, { ...situation, operation }));
  });
}

function operationConformance(
  declaration: Service,
  sopClasses: readonly string[],
  { operation, ourRole, timeouts, retries }: Situation,
): SopConformance {
  const text = textOf(declaration);
  // Notifications go from the provider to the user, all other operations the other way. PS3.7 7.5
  const invokes = (operation === 'N-EVENT-REPORT') === (ourRole === 'SCP');
  const [only] = sopClasses.length < declaration.sopClasses.length ? sopClasses : [];
  const of = only === undefined ? declaration.name : named(only).name;
  return {
    id: identifier(`${of}-${operation}-${ourRole}`),
    title: `${of}: ${operation} as ${ourRole}`,
    section: declaration.section,
    sopClasses: [...sopClasses],
    operation,
    ourRole,
    description: text.description,
    ...(declaration.extendedNegotiation && { extendedNegotiation: { content: negotiatedOptions } }),
    keys: operation === 'C-FIND' && declaration.keys ? queryKeys(declaration.keys, only) : [],
    requestAttributes: (declaration.attributes?.[operation] ?? []).map(({ keyword, ...rest }) => ({
      ...attributeNamed(keyword),
      ...rest,
    })),
    actionTypes: operation === 'N-ACTION' ? (declaration.actions ?? []).map((each) => ({ ...each })) : [],
    eventTypes: operation === 'N-EVENT-REPORT' ? (declaration.events ?? []).map((each) => ({ ...each })) : [],
    ...(text.lossyOnly !== undefined && { lossyOnly: text.lossyOnly }),
    statuses: invokes ? statusesUnderstood(declaration, operation) : statusesAnswered(declaration, operation),
    failures: failuresOf(timeouts, invokes ? 'for the peer' : 'for us'),
    timeouts: timeoutsOf(timeouts, invokes),
    ...(invokes && {
      retries: { ...(retries ?? never) },
    }),
  };
}

const selections: Readonly<
  Record<SyntaxPreference, { rule: 'own order' | 'first offered' | 'explicit first'; text: string }>
> = {
  'own order': {
    rule: 'own order',
    text: 'Of the transfer syntaxes offered in a context, the first in the order of the table is accepted.',
  },
  'first offered': {
    rule: 'first offered',
    text: 'The first offered transfer syntax that is in the table is accepted.',
  },
  'explicit first': {
    rule: 'explicit first',
    text: 'Of the transfer syntaxes offered in a context, one with explicit VR is accepted before Implicit VR Little Endian.',
  },
};

const roleOf = ({ role }: Service): 'SCU' | 'SCP' | 'BOTH' => (role === 'SCU/SCP' ? 'BOTH' : role);

/** What peers may ask of the entity, or report to it. */
export function acceptedActivities({ accepts }: DescribedEntity): AcceptedActivity[] {
  return accepts.services.map((declaration) => {
    const text = textOf(declaration);
    return {
      id: activityId(declaration, 'accept'),
      name: text.activity,
      conditions: text.description,
      ...contextsOf(declaration, roleOf(declaration)),
      sopConformance: conformanceOf(declaration, {
        ourRole: declaration.role === 'SCU' ? 'SCU' : 'SCP',
        timeouts: accepts.timeouts,
      }),
      acceptanceRules: {
        combinations: 'Every transfer syntax of a row is accepted with the abstract syntax of the row.',
        priority:
          'Contexts are answered one by one; each that is acceptable is accepted. An unknown abstract syntax is answered with 3, a context without an acceptable transfer syntax with 4.',
        selection: selections[accepts.policy.preference],
      },
    };
  });
}

/** What the entity asks of peers. */
export function initiatedActivities({ initiates }: DescribedEntity): InitiatedActivity[] {
  return initiates.services.map((declaration) => {
    const text = textOf(declaration);
    // A provider that opens the association proposes its role by SCP/SCU role selection.
    const role = declaration.role === 'SCP' ? 'SCP' : 'SCU';
    return {
      id: activityId(declaration, 'initiate'),
      name: text.activity,
      conditions: text.description,
      ...(text.sequencing !== undefined && { sequencing: text.sequencing }),
      ...contextsOf(declaration, role),
      sopConformance: conformanceOf(declaration, {
        ourRole: role,
        timeouts: initiates.timeouts,
        retries: initiates.retries?.[declaration.name],
      }),
      grouping: initiates.grouping,
      transferSyntaxChoice:
        'Where several contexts of a SOP Class are accepted, the one in the syntax that the instance is stored in is used, and only then one that it can be converted to.',
      fallback: 'The SOP Class of an instance is never changed.',
      ...(declaration.unknownSopClasses && {
        serviceClassConditions:
          'A SOP Class that the tables do not list is proposed where instances of it were received and are to be sent.',
      }),
    };
  });
}
