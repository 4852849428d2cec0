// Print Management: film sessions, film boxes, image boxes, and what belongs to them. PS3.4 Annex H.
import type { DataSet } from '@concord/dicom';
import type { Association } from '../association/association.ts';
import type { EventReport, NormalizedResponse } from '../handlers.ts';
import { service } from '../service.ts';
import { statusesOf } from './print-statuses.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

/** PS3.4 H.3, H.4. */
export const printSopClasses = {
  grayscaleMeta: '1.2.840.10008.5.1.1.9',
  colorMeta: '1.2.840.10008.5.1.1.18',
  filmSession: '1.2.840.10008.5.1.1.1',
  filmBox: '1.2.840.10008.5.1.1.2',
  grayscaleImageBox: '1.2.840.10008.5.1.1.4',
  colorImageBox: '1.2.840.10008.5.1.1.4.1',
  printJob: '1.2.840.10008.5.1.1.14',
  annotationBox: '1.2.840.10008.5.1.1.15',
  printer: '1.2.840.10008.5.1.1.16',
  printerConfiguration: '1.2.840.10008.5.1.1.16.376',
  presentationLut: '1.2.840.10008.5.1.1.23',
  /** Retired, with its statuses gone from the standard. */
  overlayBox: '1.2.840.10008.5.1.1.24.1',
} as const;
const uids = printSopClasses;

/** Instances that are always there. PS3.4 H.4.6.4, H.4.11.4. */
export const printerInstance = '1.2.840.10008.5.1.1.17';
export const printerConfigurationInstance = '1.2.840.10008.5.1.1.17.376';

/** What requests on a Meta SOP Class may be about. PS3.4 Tables H.3-1, H.3-2. */
const memberSopClasses = {
  [uids.grayscaleMeta]: [uids.filmSession, uids.filmBox, uids.grayscaleImageBox, uids.printer],
  [uids.colorMeta]: [uids.filmSession, uids.filmBox, uids.colorImageBox, uids.printer],
};

/** A film of 4096 x 5120 pixels with 16 bits, twice over. */
const imageBytes = 256 << 20;

/** The printer's side. An image arrives whole in an N-SET. */
export const printManagement = service({
  name: 'Print Management',
  section: 'PS3.4 Annex H',
  role: 'SCP',
  sopClasses: [
    uids.grayscaleMeta,
    uids.colorMeta,
    uids.presentationLut,
    uids.annotationBox,
    uids.overlayBox,
    uids.printJob,
    uids.printer,
    uids.printerConfiguration,
  ],
  memberSopClasses,
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'N-CREATE': { statuses: statusesOf('N-CREATE') },
    'N-SET': { statuses: statusesOf('N-SET'), dataSetBytes: imageBytes },
    'N-GET': { statuses: statusesOf('N-GET') },
    'N-ACTION': { statuses: statusesOf('N-ACTION') },
    'N-DELETE': { statuses: statusesOf('N-DELETE') },
  },
});

/** The side of whoever prints: N-EVENT-REPORT of printer and print job. */
export const printEvents = service({
  name: 'Print Management: events',
  section: 'PS3.4 H.4.5, H.4.6',
  role: 'SCU',
  sopClasses: [uids.grayscaleMeta, uids.colorMeta, uids.printJob, uids.printer],
  memberSopClasses,
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'N-EVENT-REPORT': { statuses: { 0x0000: 'noted' } } },
});

/** PS3.4 Table H.4-14. */
export const printJobEvents = { pending: 1, printing: 2, done: 3, failure: 4 } as const;
/** PS3.4 Table H.4-16. */
export const printerEvents = { normal: 1, warning: 2, failure: 3 } as const;

export const printJobEvent = (
  sopInstanceUid: string,
  event: keyof typeof printJobEvents,
  dataSet?: DataSet,
): EventReport => ({
  sopClassUid: uids.printJob,
  sopInstanceUid,
  eventTypeId: printJobEvents[event],
  ...(dataSet && { dataSet }),
});
export const printerEvent = (event: keyof typeof printerEvents, dataSet?: DataSet): EventReport => ({
  sopClassUid: uids.printer,
  sopInstanceUid: printerInstance,
  eventTypeId: printerEvents[event],
  ...(dataSet && { dataSet }),
});

/** Grayscale or color: the Meta SOP Class that the association has. */
export type PrintMode = 'grayscale' | 'color';
const metaOf = (mode: PrintMode): string => (mode === 'grayscale' ? uids.grayscaleMeta : uids.colorMeta);

interface PrintStep {
  readonly association: Association;
  readonly mode: PrintMode;
  /** Absent where the printer is to choose. */
  readonly sopInstanceUid?: string;
  readonly dataSet?: DataSet;
}
const parts = ({ mode, sopInstanceUid, dataSet }: PrintStep) => ({
  abstractSyntax: metaOf(mode),
  ...(sopInstanceUid !== undefined && { sopInstanceUid }),
  ...(dataSet && { dataSet }),
});

/** PS3.4 H.4.1.2.1. */
export const createFilmSession = (step: PrintStep): Promise<NormalizedResponse> =>
  step.association.nCreate({ sopClassUid: uids.filmSession, ...parts(step) });
/** The answer lists the image boxes. PS3.4 H.4.2.2.1. */
export const createFilmBox = (step: PrintStep): Promise<NormalizedResponse> =>
  step.association.nCreate({ sopClassUid: uids.filmBox, ...parts(step) });
/** PS3.4 H.4.3.1.2.1. */
export const setImageBox = (step: PrintStep): Promise<NormalizedResponse> =>
  step.association.nSet({
    sopClassUid: step.mode === 'grayscale' ? uids.grayscaleImageBox : uids.colorImageBox,
    ...parts(step),
  });
/** Prints one film. PS3.4 H.4.2.2.4. */
export const printFilmBox = (step: PrintStep): Promise<NormalizedResponse> =>
  step.association.nAction({ sopClassUid: uids.filmBox, actionTypeId: 1, ...parts(step) });
/** Prints all films of the session. PS3.4 H.4.1.2.4. */
export const printFilmSession = (step: PrintStep): Promise<NormalizedResponse> =>
  step.association.nAction({ sopClassUid: uids.filmSession, actionTypeId: 1, ...parts(step) });
/** PS3.4 H.4.2.2.3. */
export const deleteFilmBox = (step: PrintStep): Promise<NormalizedResponse> =>
  step.association.nDelete({ sopClassUid: uids.filmBox, ...parts(step) });
/** PS3.4 H.4.1.2.3. */
export const deleteFilmSession = (step: PrintStep): Promise<NormalizedResponse> =>
  step.association.nDelete({ sopClassUid: uids.filmSession, ...parts(step) });
/** PS3.4 H.4.6.2.2. */
export const getPrinter = (
  step: PrintStep & { readonly attributes?: readonly number[] },
): Promise<NormalizedResponse> =>
  step.association.nGet({
    sopClassUid: uids.printer,
    ...parts({ sopInstanceUid: printerInstance, ...step }),
    ...(step.attributes && { attributes: step.attributes }),
  });
