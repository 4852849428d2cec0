// Modality Worklist: what is scheduled for a modality. PS3.4 Annex K.
import { service } from '../service.ts';
import { flags } from './extended-negotiation.ts';
import { findStatuses } from './information-model.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

export const modalityWorklistSopClass = '1.2.840.10008.5.1.4.31';

/** The first two bytes have no meaning here and are always 1. PS3.4 K.5.1. */
export const worklistOptions = flags(
  ['reserved1', 'reserved2', 'fuzzyPersonNames', 'timezone'],
  ['reserved1', 'reserved2'],
);

export const modalityWorklist = service({
  name: 'Modality Worklist',
  section: 'PS3.4 Annex K',
  role: 'SCP',
  sopClasses: [modalityWorklistSopClass],
  transferSyntaxes: dataSetSyntaxes,
  operations: { 'C-FIND': { statuses: findStatuses } },
  extendedNegotiation: worklistOptions.answer({ fuzzyPersonNames: true, timezone: true }),
});
