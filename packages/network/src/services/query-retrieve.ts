// Query/Retrieve: FIND, MOVE and GET in the Patient Root, Study Root and Patient/Study Only models. PS3.4 Annex C.
import { service } from '../service.ts';
import { dataSetSyntaxes, storageSyntaxes } from './transfer-syntaxes.ts';

/** PS3.4 C.6, Table C.6.1-1 and following. */
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
} as const;

/** PS3.4 Table C.4-1. */
export const findStatuses = {
  0x0000: 'all matches sent',
  0xa700: 'refused: out of resources',
  0xa900: 'error: the identifier does not match the SOP Class',
  0xc000: 'failed: unable to process',
  0xfe00: 'stopped by C-CANCEL',
  0xff00: 'one match; all optional keys are supported',
  0xff01: 'one match; some optional keys are not supported',
} as const;

/** PS3.4 Table C.4-2. */
export const moveStatuses = {
  0x0000: 'all instances sent',
  0xa701: 'refused: unable to calculate the number of matches',
  0xa702: 'refused: unable to perform sub-operations',
  0xa801: 'refused: move destination unknown',
  0xa900: 'error: the identifier does not match the SOP Class',
  0xb000: 'sub-operations complete, one or more failed',
  0xc000: 'failed: unable to process',
  0xfe00: 'stopped by C-CANCEL',
  0xff00: 'sub-operations are continuing',
} as const;

/** PS3.4 Table C.4-3. */
export const getStatuses = {
  0x0000: moveStatuses[0x0000],
  0xa701: moveStatuses[0xa701],
  0xa702: moveStatuses[0xa702],
  0xa900: moveStatuses[0xa900],
  0xb000: 'sub-operations complete, one or more failed or ended with a warning',
  0xc000: moveStatuses[0xc000],
  0xfe00: moveStatuses[0xfe00],
  0xff00: moveStatuses[0xff00],
} as const;

/** The flags of the FIND SOP Classes, one byte each, in order. PS3.4 Table C.5-2. */
export interface FindOptions {
  readonly relational: boolean;
  readonly combinedDateTime: boolean;
  readonly fuzzyPersonNames: boolean;
  readonly timezone: boolean;
  readonly enhancedMultiFrame: boolean;
}
const findFlags = [
  'relational',
  'combinedDateTime',
  'fuzzyPersonNames',
  'timezone',
  'enhancedMultiFrame',
] as const satisfies readonly (keyof FindOptions)[];

export const encodeFindOptions = (options: Partial<FindOptions>): Uint8Array =>
  Uint8Array.from(findFlags, (flag) => (options[flag] ? 1 : 0));

/** What was agreed; nothing where nothing was negotiated. Short items leave the last flags out. */
export function decodeFindOptions(information: Uint8Array | undefined): FindOptions {
  const flag = (name: (typeof findFlags)[number]): boolean => information?.[findFlags.indexOf(name)] === 1;
  return {
    relational: flag('relational'),
    combinedDateTime: flag('combinedDateTime'),
    fuzzyPersonNames: flag('fuzzyPersonNames'),
    timezone: flag('timezone'),
    enhancedMultiFrame: flag('enhancedMultiFrame'),
  };
}

/** Says yes to what was offered and is supported; as many bytes as were offered. PS3.4 C.5.1.1. */
export const answerFindOptions =
  (supported: Partial<FindOptions>) =>
  (_sopClassUid: string, offered: Uint8Array): Uint8Array =>
    Uint8Array.from(offered.subarray(0, findFlags.length), (value, index) => {
      const flag = findFlags[index];
      return value === 1 && flag !== undefined && supported[flag] === true ? 1 : 0;
    });

const find = { 'C-FIND': { statuses: findStatuses } } as const;
const move = { 'C-MOVE': { statuses: moveStatuses } } as const;
const get = { 'C-GET': { statuses: getStatuses } } as const;
const everything = { relational: true, combinedDateTime: true, fuzzyPersonNames: true, timezone: true } as const;

/** The models that a query may use; an application narrows `sopClasses` and `extendedNegotiation` to what it does. */
export const queryFind = service({
  name: 'Query/Retrieve: FIND',
  section: 'PS3.4 Annex C',
  role: 'SCP',
  sopClasses: [
    queryRetrieveSopClasses.patientRootFind,
    queryRetrieveSopClasses.studyRootFind,
    queryRetrieveSopClasses.patientStudyOnlyFind,
  ],
  transferSyntaxes: dataSetSyntaxes,
  operations: find,
  extendedNegotiation: answerFindOptions(everything),
});

export const queryMove = service({
  name: 'Query/Retrieve: MOVE',
  section: 'PS3.4 Annex C',
  role: 'SCP',
  sopClasses: [
    queryRetrieveSopClasses.patientRootMove,
    queryRetrieveSopClasses.studyRootMove,
    queryRetrieveSopClasses.patientStudyOnlyMove,
  ],
  transferSyntaxes: dataSetSyntaxes,
  operations: move,
  extendedNegotiation: answerFindOptions(everything),
});

export const queryGet = service({
  name: 'Query/Retrieve: GET',
  section: 'PS3.4 Annex C',
  role: 'SCP',
  sopClasses: [
    queryRetrieveSopClasses.patientRootGet,
    queryRetrieveSopClasses.studyRootGet,
    queryRetrieveSopClasses.patientStudyOnlyGet,
  ],
  transferSyntaxes: dataSetSyntaxes,
  instanceSyntaxes: storageSyntaxes,
  operations: get,
  extendedNegotiation: answerFindOptions(everything),
});
