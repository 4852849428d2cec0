// What all services that find, move and get composite or non-patient objects have in common. PS3.4 Annexes C, U, X, BB, HH, II.
import { service } from '../service.ts';
import { flags } from './extended-negotiation.ts';
import { dataSetSyntaxes, storageSyntaxes } from './transfer-syntaxes.ts';

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

/** PS3.4 Table C.5-1. */
export const findOptions = flags([
  'relational',
  'combinedDateTime',
  'fuzzyPersonNames',
  'timezone',
  'enhancedMultiFrame',
]);
/** PS3.4 Table C.5-3. */
export const retrieveOptions = flags(['relational', 'enhancedMultiFrame']);

interface ModelParts {
  readonly name: string;
  readonly section: string;
  readonly sopClasses: readonly string[];
}

/** A service of queries. */
export const findService = ({ name, section, sopClasses }: ModelParts) =>
  service({
    name: `${name}: FIND`,
    section,
    role: 'SCP',
    sopClasses,
    transferSyntaxes: dataSetSyntaxes,
    operations: { 'C-FIND': { statuses: findStatuses } },
    extendedNegotiation: findOptions.answer({
      relational: true,
      combinedDateTime: true,
      fuzzyPersonNames: true,
      timezone: true,
    }),
  });

/** A service that sends instances to another application entity. */
export const moveService = ({ name, section, sopClasses }: ModelParts) =>
  service({
    name: `${name}: MOVE`,
    section,
    role: 'SCP',
    sopClasses,
    transferSyntaxes: dataSetSyntaxes,
    operations: { 'C-MOVE': { statuses: moveStatuses } },
    extendedNegotiation: retrieveOptions.answer({ relational: true }),
  });

/** A service that sends instances over the association of the request. */
export const getService = ({ name, section, sopClasses }: ModelParts) =>
  service({
    name: `${name}: GET`,
    section,
    role: 'SCP',
    sopClasses,
    transferSyntaxes: dataSetSyntaxes,
    instanceSyntaxes: storageSyntaxes,
    operations: { 'C-GET': { statuses: getStatuses } },
    extendedNegotiation: retrieveOptions.answer({ relational: true }),
  });
