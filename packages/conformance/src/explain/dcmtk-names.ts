// What DCMTK calls UIDs in its logs. The names of SOP Classes of storage are the keywords of PS3.6.
import { storageSopClasses } from '@concord/dicom';

/** Transfer syntaxes and the SOP Classes of other services. */
const named: Readonly<Record<string, string>> = {
  LittleEndianImplicit: '1.2.840.10008.1.2',
  LittleEndianExplicit: '1.2.840.10008.1.2.1',
  BigEndianExplicit: '1.2.840.10008.1.2.2',
  DeflatedLittleEndianExplicit: '1.2.840.10008.1.2.1.99',
  JPEGBaseline: '1.2.840.10008.1.2.4.50',
  'JPEGExtended:Process2+4': '1.2.840.10008.1.2.4.51',
  'JPEGLossless:Non-hierarchical:Process14': '1.2.840.10008.1.2.4.57',
  'JPEGLossless:Non-hierarchical-1stOrderPrediction': '1.2.840.10008.1.2.4.70',
  JPEGLSLossless: '1.2.840.10008.1.2.4.80',
  JPEGLSLossy: '1.2.840.10008.1.2.4.81',
  JPEG2000LosslessOnly: '1.2.840.10008.1.2.4.90',
  JPEG2000: '1.2.840.10008.1.2.4.91',
  'MPEG2MainProfile@MainLevel': '1.2.840.10008.1.2.4.100',
  'MPEG2MainProfile@HighLevel': '1.2.840.10008.1.2.4.101',
  RLELossless: '1.2.840.10008.1.2.5',
  VerificationSOPClass: '1.2.840.10008.1.1',
  StorageCommitmentPushModelSOPClass: '1.2.840.10008.1.20.1',
  ModalityPerformedProcedureStepSOPClass: '1.2.840.10008.3.1.2.3.3',
  FINDPatientRootQueryRetrieveInformationModel: '1.2.840.10008.5.1.4.1.2.1.1',
  MOVEPatientRootQueryRetrieveInformationModel: '1.2.840.10008.5.1.4.1.2.1.2',
  GETPatientRootQueryRetrieveInformationModel: '1.2.840.10008.5.1.4.1.2.1.3',
  FINDStudyRootQueryRetrieveInformationModel: '1.2.840.10008.5.1.4.1.2.2.1',
  MOVEStudyRootQueryRetrieveInformationModel: '1.2.840.10008.5.1.4.1.2.2.2',
  GETStudyRootQueryRetrieveInformationModel: '1.2.840.10008.5.1.4.1.2.2.3',
  FINDModalityWorklistInformationModel: '1.2.840.10008.5.1.4.31',
  BasicGrayscalePrintManagementMetaSOPClass: '1.2.840.10008.5.1.1.9',
  BasicColorPrintManagementMetaSOPClass: '1.2.840.10008.5.1.1.18',
};

/** The UID behind a name such as `=CTImageStorage`; what is not known stays as it is. */
export function uidOfDcmtkName(text: string): string {
  const name = text.replace(/^=/, '').trim();
  return named[name] ?? storageSopClasses.find(({ keyword }) => keyword === name)?.uid ?? name;
}
