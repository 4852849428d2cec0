// Media Creation Management: instances that were stored are written to a disc. PS3.4 Annex S.
import type { DataSet } from '@concord/dicom';
import type { Association } from '../association/association.ts';
import type { NormalizedResponse } from '../handlers.ts';
import { service } from '../service.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

export const mediaCreationSopClass = '1.2.840.10008.5.1.1.33';

/** Action types. PS3.4 Table S.3.2.2-1. */
export const mediaCreationActions = { initiate: 1, cancel: 2 } as const;

export const mediaCreation = service({
  name: 'Media Creation Management',
  section: 'PS3.4 Annex S',
  role: 'SCP',
  sopClasses: [mediaCreationSopClass],
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'N-CREATE': {
      statuses: {
        0x0000: 'the request is there',
        0x0001: 'created; some attributes are not supported',
        0xa510: 'failed: media creation has been initiated for this instance already',
      },
    },
    'N-ACTION': {
      statuses: {
        0x0000: 'done',
        0xc201: 'failed: the request is completed already',
        0xc202: 'failed: the request is in progress and cannot be interrupted',
        0xc203: 'failed: cancellation denied',
      },
    },
    'N-GET': { statuses: { 0x0000: 'attributes returned', 0x0001: 'requested optional attributes are not supported' } },
  },
});

/** Makes a request, which waits until it is initiated. PS3.4 S.3.2.1. */
export const createMediaRequest = (
  association: Association,
  sopInstanceUid: string,
  request: DataSet,
): Promise<NormalizedResponse> =>
  association.nCreate({ sopClassUid: mediaCreationSopClass, sopInstanceUid, dataSet: request });

/** Initiates or cancels. PS3.4 S.3.2.2. */
export const actOnMediaRequest = (
  association: Association,
  sopInstanceUid: string,
  action: keyof typeof mediaCreationActions,
  information?: DataSet,
): Promise<NormalizedResponse> =>
  association.nAction({
    sopClassUid: mediaCreationSopClass,
    sopInstanceUid,
    actionTypeId: mediaCreationActions[action],
    ...(information && { dataSet: information }),
  });

/** How far it has come. PS3.4 S.3.2.3. */
export const getMediaRequest = (
  association: Association,
  sopInstanceUid: string,
  attributes: readonly number[],
): Promise<NormalizedResponse> => association.nGet({ sopClassUid: mediaCreationSopClass, sopInstanceUid, attributes });
