// The door of @concord/network: the upper layer, DIMSE and the service classes, both sides.

export type { ApplicationEntity } from './association/accepting-rules.ts';
export { type Acceptor, type ListenOptions, listen } from './association/acceptor.ts';
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
  listenOnThreads,
  type ThreadsAcceptor,
  type ThreadsOptions,
} from './association/listen-on-threads.ts';
export {
  contextsFor,
  type PlannedAssociation,
  planAssociations,
  type Sendable,
} from './association/proposal.ts';
export type { AssociationEnd, AssociationRecord, OperationRecord } from './association/record.ts';
export { type ConnectOptions, connect } from './association/requestor.ts';
export type { StoreOptions } from './association/store.ts';
export type { AcceptingThread, ThreadParts } from './association/thread-parts.ts';
export type { Operation, Priority } from './dimse/messages.ts';
export { refusalRows } from './dimse/refusals.ts';
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
export { type AnyChunks, chunksInTurn, kept, type LentBytes, type LentChunks, lentFrom } from './lent-bytes.ts';
export { defaultLimits, defaultTimeouts, type Limits, type Timeouts } from './limits.ts';
export { type Log, type LogLevel, silentLog } from './log.ts';
export { type Fault, faults, NetworkError, type Refusal } from './network-error.ts';
export { dicomApplicationContext } from './pdu/pdu.ts';
export type { UserIdentity } from './pdu/user-information.ts';
export type { Peer, TlsClient, TlsProfile, TlsServer } from './peer.ts';
export {
  addressMatches,
  defaultPolicy,
  type KnownPeer,
  type Policy,
  type ProposalPolicy,
  type SyntaxPreference,
  type UserVerdict,
} from './policy.ts';
export {
  type AttributeDeclaration,
  type BoundService,
  bind,
  type Code,
  type Handlers,
  type KeyDeclaration,
  type Narrowing,
  narrowed,
  type Parameter,
  type Service,
  type ServiceText,
  service,
  statusRows,
  type TypeDeclaration,
} from './service.ts';
export { type Flags, flags } from './services/extended-negotiation.ts';
export {
  actOnScheduledStep,
  generalPurposeSopClasses,
  generalPurposeWorklist,
} from './services/general-purpose-worklist.ts';
export {
  findOptions,
  findService,
  findStatuses,
  getService,
  getStatuses,
  moveService,
  moveStatuses,
  retrieveOptions,
} from './services/information-model.ts';
export {
  instanceAvailability,
  instanceAvailabilitySopClass,
  notifyOfInstances,
} from './services/instance-availability.ts';
export {
  actOnMediaRequest,
  createMediaRequest,
  getMediaRequest,
  mediaCreation,
  mediaCreationActions,
  mediaCreationSopClass,
} from './services/media-creation.ts';
export { modalityWorklist, modalityWorklistSopClass, worklistOptions } from './services/modality-worklist.ts';
export {
  colorPalette,
  definedProcedureProtocol,
  hangingProtocol,
  implantTemplate,
  nonPatientModels,
  protocolApproval,
} from './services/non-patient-query-retrieve.ts';
export {
  createStep,
  getStep,
  mayNoLongerBeUpdated,
  notifyOfStep,
  performedProcedureStep,
  performedProcedureStepEvents,
  performedProcedureStepNotification,
  performedProcedureStepRetrieve,
  performedProcedureStepSopClasses,
  setStep,
} from './services/performed-procedure-step.ts';
export {
  createFilmBox,
  createFilmSession,
  deleteFilmBox,
  deleteFilmSession,
  getPrinter,
  type PrintMode,
  printEvents,
  printerConfigurationInstance,
  printerEvent,
  printerEvents,
  printerInstance,
  printFilmBox,
  printFilmSession,
  printJobEvent,
  printJobEvents,
  printManagement,
  printSopClasses,
  setImageBox,
} from './services/print-management.ts';
export { printStatuses } from './services/print-statuses.ts';
export {
  compositeInstanceGet,
  compositeInstanceMove,
  compositeInstanceWithoutBulkData,
  queryFind,
  queryGet,
  queryMove,
  queryRetrieveSopClasses,
} from './services/query-retrieve.ts';
export {
  relevantPatientInformation,
  relevantPatientInformationSopClasses,
} from './services/relevant-patient-information.ts';
export { storage } from './services/storage.ts';
export {
  type CommitmentReport,
  type CommitmentRequest,
  commitmentReportOf,
  commitmentRequestOf,
  type FailedInstance,
  failureReasons,
  type ReferencedInstance,
  reportingContext,
  reportOf,
  requestCommitment,
  storageCommitment,
  storageCommitmentInstance,
  storageCommitmentReports,
  storageCommitmentSopClass,
} from './services/storage-commitment.ts';
export {
  eventLogs,
  proceduralEventLogging,
  productCharacteristics,
  productCharacteristicsSopClass,
  recordEvent,
  substanceAdministrationLogging,
  substanceApproval,
  substanceApprovalSopClass,
} from './services/substance-administration.ts';
export { dataSetSyntaxes, storageSyntaxes } from './services/transfer-syntaxes.ts';
export {
  changeProcedureStepState,
  createProcedureStep,
  filteredGlobalSubscriptionInstance,
  getProcedureStep,
  globalSubscriptionInstance,
  procedureStepActions,
  procedureStepEvent,
  procedureStepEventContext,
  procedureStepEvents,
  requestProcedureStepCancel,
  setProcedureStep,
  subscribeToProcedureSteps,
  unifiedProcedureStep,
  unifiedProcedureStepEvents,
  unifiedProcedureStepSopClasses,
  unsubscribeFromProcedureSteps,
} from './services/unified-procedure-step.ts';
export { verification, verificationScp, verificationSopClass } from './services/verification.ts';
export { actions, events, type State, states, table, transition } from './state.ts';
