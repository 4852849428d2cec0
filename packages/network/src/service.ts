// What a service declaration is, and what follows from it: handlers, status rows, parameters. Pure.
import type { Keyword } from '@concord/dicom';
import type { Operation } from './dimse/messages.ts';
import { type GeneralCode, generalStatuses } from './dimse/status.ts';
import type { HandlerTypes } from './handlers.ts';

/** A setting of a service; the default is used where the binding gives no value. */
export interface Parameter {
  readonly default: number | string | boolean;
  readonly text: string;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface OperationDeclaration {
  /** Codes that a handler may answer, with their meanings here. */
  readonly statuses: Readonly<Record<number, string>>;
  /** The longest data set of a request that is held in memory, in bytes, where it is not that of Limits. */
  readonly dataSetBytes?: number;
}

/** What a reader of the conformance statement is told beside the facts. PS3.2 A.4.2.x.3, A.4.2.x.4. */
export interface ServiceText {
  /** What the application on our side does: `Store images`. */
  readonly activity: string;
  /** What the application on the other side does meanwhile: `Send images`. */
  readonly remoteActivity: string;
  /** When it happens, what is done, in which order. */
  readonly description: string;
  /** The order of its events, where that is not one operation after the other. PS3.2 A.4.2.x.3.1.1 */
  readonly sequencing?: string;
  /** What happens to an instance that exists in lossy compressed form only and cannot go as it is. PS3.2 A.4.2.x.3.1.3 */
  readonly lossyOnly?: string;
}

/** An attribute that a query may match or ask for. PS3.4 C.2.2, C.6. */
export interface KeyDeclaration {
  readonly level: string;
  readonly keyword: Keyword;
  readonly type: 'Unique' | 'Required' | 'Optional';
  /** False: it is answered, and no value of it restricts the search. */
  readonly matched?: false;
}

/** An attribute that a normalized request carries, and who gives it its value. */
export interface AttributeDeclaration {
  readonly keyword: Keyword;
  /** ALWAYS; VNAP: always, perhaps empty; ANAP: perhaps not there. PS3.2 A.8.1.1 */
  readonly presence: 'ALWAYS' | 'VNAP' | 'ANAP';
  readonly source: string;
  readonly value?: string;
}

/** An action or an event by its number. */
export interface TypeDeclaration {
  readonly id: number;
  readonly name: string;
  readonly behavior: string;
}

/** A service class, or an application's part of one: everything that a peer can observe of it. */
export interface Service {
  readonly name: string;
  /** Where the standard describes it. */
  readonly section: string;
  /** What we are when the peer is the other. */
  readonly role: 'SCU' | 'SCP' | 'SCU/SCP';
  /** Abstract syntaxes that may be negotiated (SOP Classes or Meta SOP Classes). */
  readonly sopClasses: readonly string[];
  /** SOP Classes that operations on one of `sopClasses` may name besides it, by abstract syntax. */
  readonly memberSopClasses?: Readonly<Record<string, readonly string[]>>;
  /** This service takes SOP Classes that the dictionary does not know, if the policy allows. */
  readonly unknownSopClasses?: boolean;
  /** In our order of preference. */
  readonly transferSyntaxes: readonly string[];
  /** Of a service that sends instances over the association of the request (C-GET): the syntaxes they may go out in. */
  readonly instanceSyntaxes?: readonly string[];
  readonly operations: { readonly [Op in Operation]?: OperationDeclaration };
  /** Our answer to the peer's application information; undefined leaves the item out. PS3.7 D.3.3.5. */
  readonly extendedNegotiation?: (sopClassUid: string, offered: Uint8Array) => Uint8Array | undefined;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly keys?: readonly KeyDeclaration[];
  /** What requests of normalized operations carry. */
  readonly attributes?: { readonly [Op in Operation]?: readonly AttributeDeclaration[] };
  readonly actions?: readonly TypeDeclaration[];
  readonly events?: readonly TypeDeclaration[];
  readonly text?: ServiceText;
}

/** Keeps the literal types of a declaration, so that it types its handlers. */
export const service = <const S extends Service>(declaration: S): S => declaration;

/** The codes that a handler of this operation may answer. */
export type Code<S extends Service, Op extends keyof S['operations']> = S['operations'][Op] extends {
  readonly statuses: infer T;
}
  ? (keyof T & number) | GeneralCode
  : never;
type ParameterValues<S extends Service> = {
  readonly [K in keyof S['parameters']]: S['parameters'][K] extends { readonly default: infer T } ? Widened<T> : never;
};
type Widened<T> = T extends number ? number : T extends string ? string : boolean;

/** One handler for each operation that the service declares. */
export type Handlers<S extends Service> = {
  readonly [Op in keyof S['operations'] & Operation]: HandlerTypes<Code<S, Op>, ParameterValues<S>>[Op];
};

/** A service with what carries it out. */
export interface BoundService {
  readonly declaration: Service;
  readonly handlers: { readonly [Op in Operation]?: HandlerTypes<number, never>[Op] };
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
}

/** Joins a declaration with its handlers and the values of its parameters. */
export function bind<const S extends Service>(
  declaration: S,
  handlers: Handlers<S>,
  parameters: Partial<ParameterValues<S>> = {},
): BoundService {
  const defaults = Object.entries(declaration.parameters ?? {}).map(
    ([key, { default: value }]) => [key, value] as const,
  );
  return { declaration, handlers, parameters: { ...Object.fromEntries(defaults), ...parameters } };
}

/** What of a service is offered, where that is not all. Absent fields leave it as it is. */
export interface Narrowing {
  /** Told apart from another part of the same service. */
  readonly name?: string | undefined;
  /** Those that are left; with them none that the dictionary does not know. */
  readonly sopClasses?: readonly string[] | undefined;
  /** Those that are left, in our order of preference. */
  readonly transferSyntaxes?: readonly string[] | undefined;
  /** False answers no SOP Class extended negotiation. */
  readonly extendedNegotiation?: boolean | undefined;
}

/** The same service with a part of its declaration: what is taken out is neither negotiated nor claimed. */
export function narrowed(bound: BoundService, narrowing: Narrowing): BoundService {
  const { name, sopClasses, transferSyntaxes, extendedNegotiation } = narrowing;
  const { extendedNegotiation: answer, ...rest } = bound.declaration;
  const declaration: Service = {
    ...rest,
    ...(name !== undefined && { name }),
    ...(sopClasses && {
      sopClasses: rest.sopClasses.filter((uid) => sopClasses.includes(uid)),
      unknownSopClasses: false,
    }),
    ...(transferSyntaxes && {
      transferSyntaxes: transferSyntaxes.filter((uid) => rest.transferSyntaxes.includes(uid)),
    }),
    ...(answer && extendedNegotiation !== false && { extendedNegotiation: answer }),
  };
  return { ...bound, declaration };
}

/** Whether a handler may answer this code: the standard's general ones and those declared. */
export const isDeclared = (declaration: Service, operation: Operation, code: number): boolean =>
  code in generalStatuses || code in (declaration.operations[operation]?.statuses ?? {});

/** Rows of the statement's status table for one operation: code and meaning, ascending. PS3.2 Annex A. */
export const statusRows = (declaration: Service, operation: Operation): readonly (readonly [number, string])[] =>
  Object.entries(declaration.operations[operation]?.statuses ?? {})
    .map(([code, meaning]) => [Number(code), meaning] as const)
    .sort(([left], [right]) => left - right);
