// Query/Retrieve: FIND, MOVE and GET in the Patient Root, Study Root and Patient/Study Only models; retrieval of parts of instances. PS3.4 Annexes C, Y, Z.
import { service } from '../service.ts';
import { findService, getService, getStatuses, moveService, moveStatuses } from './information-model.ts';
import { dataSetSyntaxes, storageSyntaxes } from './transfer-syntaxes.ts';

/** PS3.4 C.6, Y.6, Z.6. */
export const queryRetrieveSopClasses = {
  patientRootFind: '1.2.840.10008.5.1.4.1.2.1.1',
  patientRootMove: '1.2.840.10008.5.1.4.1.2.1.2',
  patientRootGet: '1.2.840.10008.5.1.4.1.2.1.3',
  studyRootFind: '1.2.840.10008.5.1.4.1.2.2.1',
  studyRootMove: '1.2.840.10008.5.1.4.1.2.2.2',
  studyRootGet: '1.2.840.10008.5.1.4.1.2.2.3',
  patientStudyOnlyFind: '1.2.840.10008.5.1.4.1.2.3.1',
  patientStudyOnlyMove: '1.2.840.10008.5.1.4.1.2.3.2',
  patientStudyOnlyGet: '1.2.840.10008.5.1.4.1.2.3.3',
  compositeInstanceRootMove: '1.2.840.10008.5.1.4.1.2.4.2',
  compositeInstanceRootGet: '1.2.840.10008.5.1.4.1.2.4.3',
  compositeInstanceWithoutBulkDataGet: '1.2.840.10008.5.1.4.1.2.5.3',
} as const;
const uids = queryRetrieveSopClasses;

/** The models that a query may use; an application narrows `sopClasses` and `extendedNegotiation` to what it does. */
export const queryFind = findService({
  name: 'Query/Retrieve',
  section: 'PS3.4 Annex C',
  sopClasses: [uids.patientRootFind, uids.studyRootFind, uids.patientStudyOnlyFind],
});

export const queryMove = moveService({
  name: 'Query/Retrieve',
  section: 'PS3.4 Annex C',
  sopClasses: [uids.patientRootMove, uids.studyRootMove, uids.patientStudyOnlyMove],
});

export const queryGet = getService({
  name: 'Query/Retrieve',
  section: 'PS3.4 Annex C',
  sopClasses: [uids.patientRootGet, uids.studyRootGet, uids.patientStudyOnlyGet],
});

/** PS3.4 Table Y.4-1 and following: codes of the retrieval of frames. */
const frameStatuses = {
  0xaa00: 'failed: none of the frames asked for are in the instance',
  0xaa01: 'failed: unable to create a new object for this SOP Class',
  0xaa02: 'failed: unable to extract frames',
  0xaa03: 'failed: a time range was asked for of an instance without time',
  0xaa04: 'failed: invalid request',
} as const;

/** Whole instances or chosen frames of them. */
export const compositeInstanceMove = service({
  name: 'Composite Instance Root Retrieve: MOVE',
  section: 'PS3.4 Annex Y',
  role: 'SCP',
  sopClasses: [uids.compositeInstanceRootMove],
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'C-MOVE': { statuses: { ...moveStatuses, ...frameStatuses } } },
});

export const compositeInstanceGet = service({
  name: 'Composite Instance Root Retrieve: GET',
  section: 'PS3.4 Annex Y',
  role: 'SCP',
  sopClasses: [uids.compositeInstanceRootGet],
  transferSyntaxes: dataSetSyntaxes,
  instanceSyntaxes: storageSyntaxes,
  operations: { 'C-GET': { statuses: { ...getStatuses, ...frameStatuses } } },
});

/** Instances without pixel, waveform or document data. */
export const compositeInstanceWithoutBulkData = service({
  name: 'Composite Instance Retrieve Without Bulk Data: GET',
  section: 'PS3.4 Annex Z',
  role: 'SCP',
  sopClasses: [uids.compositeInstanceWithoutBulkDataGet],
  transferSyntaxes: dataSetSyntaxes,
  instanceSyntaxes: dataSetSyntaxes,
  operations: { 'C-GET': { statuses: getStatuses } },
});
