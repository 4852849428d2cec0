// Storage Commitment Push Model: an archive takes responsibility for instances, and reports that it has. PS3.4 Annex J.
import { DataSet } from '@concord/dicom';
import type { Association } from '../association/association.ts';
import type { EventReport, NormalizedRequest, NormalizedResponse } from '../handlers.ts';
import { service } from '../service.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

export const storageCommitmentSopClass = '1.2.840.10008.1.20.1';
/** The one instance that requests and reports name. PS3.4 J.3.5. */
export const storageCommitmentInstance = '1.2.840.10008.1.20.1.1';

/** Failure Reason (0008,1197) of an instance. PS3.3 C.14.1.1. */
export const failureReasons = {
  0x0110: 'processing failure',
  0x0112: 'no such object instance',
  0x0213: 'resource limitation',
  0x0122: 'referenced SOP Class not supported',
  0x0119: 'class/instance conflict',
  0x0131: 'duplicate transaction UID',
} as const;

/** The archive's side: N-ACTION. */
export const storageCommitment = service({
  name: 'Storage Commitment Push Model',
  section: 'PS3.4 Annex J',
  role: 'SCP',
  sopClasses: [storageCommitmentSopClass],
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'N-ACTION': { statuses: { 0x0000: 'the request is accepted; the report follows' } } },
});

/** The requester's side: N-EVENT-REPORT, over the association of the request or another one. */
export const storageCommitmentReports = service({
  name: 'Storage Commitment Push Model: reports',
  section: 'PS3.4 Annex J',
  role: 'SCU',
  sopClasses: [storageCommitmentSopClass],
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'N-EVENT-REPORT': { statuses: { 0x0000: 'noted' } } },
});

export interface ReferencedInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}
export interface FailedInstance extends ReferencedInstance {
  readonly failureReason: keyof typeof failureReasons;
}
export interface CommitmentRequest {
  readonly transactionUid: string;
  readonly instances: readonly ReferencedInstance[];
}
export interface CommitmentReport extends CommitmentRequest {
  readonly failed: readonly FailedInstance[];
}

function itemOf({ sopClassUid, sopInstanceUid, ...rest }: ReferencedInstance | FailedInstance): DataSet {
  const item = new DataSet();
  item.set('ReferencedSOPClassUID', sopClassUid);
  item.set('ReferencedSOPInstanceUID', sopInstanceUid);
  if ('failureReason' in rest) item.set('FailureReason', rest.failureReason);
  return item;
}
const instanceOf = (item: DataSet): ReferencedInstance => ({
  sopClassUid: item.string('ReferencedSOPClassUID') ?? '',
  sopInstanceUid: item.string('ReferencedSOPInstanceUID') ?? '',
});

/** Asks the peer to commit itself to instances that were stored there. PS3.4 J.3.2. */
export function requestCommitment(
  association: Association,
  { transactionUid, instances }: CommitmentRequest,
): Promise<NormalizedResponse> {
  const dataSet = new DataSet();
  dataSet.set('TransactionUID', transactionUid);
  dataSet.set('ReferencedSOPSequence', instances.map(itemOf));
  return association.nAction({
    sopClassUid: storageCommitmentSopClass,
    sopInstanceUid: storageCommitmentInstance,
    actionTypeId: 1,
    dataSet,
  });
}

/** What an N-ACTION asks for; undefined when it is not a request of this service. PS3.4 Table J.3-1. */
export function commitmentRequestOf({
  dataSet,
  actionTypeId,
  sopInstanceUid,
}: NormalizedRequest): CommitmentRequest | undefined {
  const transactionUid = dataSet?.string('TransactionUID');
  const instances = dataSet?.items('ReferencedSOPSequence').map(instanceOf) ?? [];
  if (actionTypeId !== 1 || sopInstanceUid !== storageCommitmentInstance) return undefined;
  return transactionUid === undefined || instances.length === 0 ? undefined : { transactionUid, instances };
}

/** The event that reports the outcome: type 1 when all instances are safe, type 2 when some failed. PS3.4 J.3.3. */
export function reportOf({ transactionUid, instances, failed }: CommitmentReport): EventReport {
  const dataSet = new DataSet();
  dataSet.set('TransactionUID', transactionUid);
  if (instances.length > 0) dataSet.set('ReferencedSOPSequence', instances.map(itemOf));
  if (failed.length > 0) dataSet.set('FailedSOPSequence', failed.map(itemOf));
  return {
    sopClassUid: storageCommitmentSopClass,
    sopInstanceUid: storageCommitmentInstance,
    eventTypeId: failed.length === 0 ? 1 : 2,
    dataSet,
  };
}

/** What a report says; undefined when it is not one of this service. */
export function commitmentReportOf({
  dataSet,
  eventTypeId,
}: NormalizedRequest):
  | (CommitmentRequest & { readonly failed: readonly (ReferencedInstance & { readonly failureReason: number })[] })
  | undefined {
  const transactionUid = dataSet?.string('TransactionUID');
  if (dataSet === undefined || transactionUid === undefined || (eventTypeId !== 1 && eventTypeId !== 2))
    return undefined;
  return {
    transactionUid,
    instances: dataSet.items('ReferencedSOPSequence').map(instanceOf),
    failed: dataSet
      .items('FailedSOPSequence')
      .map((item) => ({ ...instanceOf(item), failureReason: item.number('FailureReason') ?? 0x0110 })),
  };
}

/** The context to propose when we, as SCP, report over an association of our own. PS3.4 J.3.3, PS3.7 D.3.3.4. */
export const reportingContext = {
  abstractSyntax: storageCommitmentSopClass,
  transferSyntaxes: dataSetSyntaxes,
  roles: { scu: false, scp: true },
} as const;
