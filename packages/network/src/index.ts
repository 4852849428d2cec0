// The door of @concord/network: the upper layer, DIMSE and the service classes, both sides.

export { type Acceptor, type ListenOptions, listen } from './association/acceptor.ts';
export type { ApplicationEntity } from './association/acceptor-settings.ts';
export {
  Association,
  type Match,
  type NormalizedOptions,
  type OperationOptions,
  type RetrieveProgress,
  type StoreHandler,
} from './association/association.ts';
export type { AcceptedContext, ContextOutcome } from './association/context.ts';
export type { ProposedContext } from './association/exchange.ts';
export {
  contextsFor,
  type PlannedAssociation,
  type ProposalPolicy,
  planAssociations,
  type Sendable,
} from './association/proposal.ts';
export type { AssociationEnd, AssociationRecord, OperationRecord } from './association/record.ts';
export { type ConnectOptions, connect } from './association/requestor.ts';
export type { StoreOptions } from './association/store.ts';
export type { Operation, Priority } from './dimse/messages.ts';
export {
  formatCode,
  generalStatuses,
  type Status,
  type StatusClass,
  type StoreCode,
  statusClass,
  storeStatuses,
} from './dimse/status.ts';
export type {
  AssociationInfo,
  EventReport,
  FindRequest,
  FindResponse,
  MoveRequest,
  NormalizedRequest,
  NormalizedResponse,
  OperationContext,
  OutgoingInstance,
  PresentationContext,
  Retrieval,
  RetrieveBehaviour,
  StoreRequest,
} from './handlers.ts';
export { type Implementation, implementation } from './implementation.ts';
export { defaultLimits, defaultTimeouts, type Limits, type Timeouts } from './limits.ts';
export { type Log, type LogLevel, silentLog } from './log.ts';
export { type Fault, faults, NetworkError, type Refusal } from './network-error.ts';
export type { UserIdentity } from './pdu/user-information.ts';
export type { Peer, TlsClient, TlsProfile } from './peer.ts';
export { defaultPolicy, type KnownPeer, type Policy, type SyntaxPreference, type UserVerdict } from './policy.ts';
export {
  type BoundService,
  bind,
  type Code,
  type Handlers,
  type Parameter,
  type Service,
  service,
  statusRows,
} from './service.ts';
export {
  decodeFindOptions,
  encodeFindOptions,
  type FindOptions,
  findStatuses,
  getStatuses,
  moveStatuses,
  queryFind,
  queryGet,
  queryMove,
  queryRetrieveSopClasses,
} from './services/query-retrieve.ts';
export { storage } from './services/storage.ts';
export { dataSetSyntaxes, storageSyntaxes } from './services/transfer-syntaxes.ts';
export { verification, verificationScp, verificationSopClass } from './services/verification.ts';
export { actions, events, type State, states, table, transition } from './state.ts';
