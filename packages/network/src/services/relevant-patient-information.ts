// Relevant Patient Information Query: a structured report of what is known of one patient. PS3.4 Annex Q.
import { service } from '../service.ts';
import { findStatuses } from './information-model.ts';
import { dataSetSyntaxes } from './transfer-syntaxes.ts';

export const relevantPatientInformationSopClasses = {
  general: '1.2.840.10008.5.1.4.37.1',
  breastImaging: '1.2.840.10008.5.1.4.37.2',
  cardiac: '1.2.840.10008.5.1.4.37.3',
} as const;

export const relevantPatientInformation = service({
  name: 'Relevant Patient Information Query',
  section: 'PS3.4 Annex Q',
  role: 'SCP',
  sopClasses: Object.values(relevantPatientInformationSopClasses),
  transferSyntaxes: dataSetSyntaxes,
  operations: {
    'C-FIND': {
      statuses: {
        0x0000: findStatuses[0x0000],
        0xa700: findStatuses[0xa700],
        0xa900: findStatuses[0xa900],
        0xc000: findStatuses[0xc000],
        0xc100: 'failed: more than one patient matches',
        0xc200: 'failed: the template asked for is not supported',
        0xfe00: findStatuses[0xfe00],
        0xff00: 'the match',
      },
    },
  },
});
