// The DIMSE messages: their command fields, what each must carry, whether a data set follows. PS3.7 9.3, 10.3.
import { uidName } from '@concord/dicom';
import { type CommandKey, type CommandSet, commandElements, noDataSet } from './command-set.ts';
import { formatCode, generalStatuses } from './status.ts';

interface Message {
  readonly code: number;
  /** Elements that a request must carry besides Command Field, Message ID and Command Data Set Type. */
  readonly request: readonly CommandKey[];
  /** Whether a data set follows the request. */
  readonly dataSet: 'always' | 'never' | 'sometimes';
}

const onClass = ['affectedSopClassUid'] as const;
const onInstance = ['affectedSopClassUid', 'affectedSopInstanceUid'] as const;
const onRequested = ['requestedSopClassUid', 'requestedSopInstanceUid'] as const;

/** PS3.7 Tables 9.3-1 to 9.3-15 and 10.3-1 to 10.3-12. The code of a response is the request's with bit 15 set. */
export const operations = {
  'C-STORE': { code: 0x0001, request: onInstance, dataSet: 'always' },
  'C-GET': { code: 0x0010, request: onClass, dataSet: 'always' },
  'C-FIND': { code: 0x0020, request: onClass, dataSet: 'always' },
  'C-MOVE': { code: 0x0021, request: ['affectedSopClassUid', 'moveDestination'], dataSet: 'always' },
  'C-ECHO': { code: 0x0030, request: onClass, dataSet: 'never' },
  'N-EVENT-REPORT': { code: 0x0100, request: [...onInstance, 'eventTypeId'], dataSet: 'sometimes' },
  'N-GET': { code: 0x0110, request: onRequested, dataSet: 'never' },
  'N-SET': { code: 0x0120, request: onRequested, dataSet: 'always' },
  'N-ACTION': { code: 0x0130, request: [...onRequested, 'actionTypeId'], dataSet: 'sometimes' },
  'N-CREATE': { code: 0x0140, request: onClass, dataSet: 'sometimes' },
  'N-DELETE': { code: 0x0150, request: onRequested, dataSet: 'never' },
} as const satisfies Record<string, Message>;
export type Operation = keyof typeof operations;

/** PS3.7 9.3.2.3. */
export const cancelRequest = 0x0fff;
export const responseBit = 0x8000;

/** Priority (0000,0700). PS3.7 E.1. */
export const priorities = { medium: 0, high: 1, low: 2 } as const;
export type Priority = keyof typeof priorities;

const names = Object.keys(operations) as readonly Operation[];
const nameOfCode: ReadonlyMap<number, Operation> = new Map(names.map((name) => [operations[name].code, name]));

/** The operation that a command field belongs to, request or response. */
export const operationOf = (commandField: number): Operation | undefined => nameOfCode.get(commandField & ~responseBit);

/** The first element that a request of this operation lacks; undefined when it is complete. */
export function missingElement(operation: Operation, command: CommandSet): CommandKey | undefined {
  const { request, dataSet } = operations[operation];
  const absent = request.find((key) => command[key] === undefined || command[key] === '');
  if (absent !== undefined) return absent;
  const has = command.commandDataSetType !== noDataSet;
  return (dataSet === 'always' && !has) || (dataSet === 'never' && has) ? 'commandDataSetType' : undefined;
}

/** The tag of an element of the command set, for Offending Element. */
export const commandTag = (key: CommandKey): number => commandElements[key].element;

/** `C-STORE-RQ`, `N-GET-RSP`, `C-CANCEL-RQ`, or the bare code. */
export function messageName(commandField: number | undefined): string {
  if (commandField === undefined) return 'message without Command Field';
  if (commandField === cancelRequest) return 'C-CANCEL-RQ';
  const operation = operationOf(commandField);
  if (operation === undefined) return `command ${formatCode(commandField)}`;
  return `${operation}-${commandField & responseBit ? 'RSP' : 'RQ'}`;
}

/** A message for the log: one element per line, as DCMTK prints it. */
export function describeCommand(command: CommandSet, contextId: number): string {
  const lines = (Object.keys(command) as CommandKey[]).flatMap((key) => {
    const value = command[key];
    return value === undefined || key === 'commandField'
      ? []
      : [`  ${labelOf(key).padEnd(30)}: ${describeValue(key, value)}`];
  });
  return [`${messageName(command.commandField)} (presentation context ${contextId})`, ...lines].join('\n');
}

/** The name of Table E.1-1: `affectedSopClassUid` → `Affected SOP Class UID`. */
const labelOf = (key: CommandKey): string =>
  key
    .replace(/[A-Z]/g, ' $&')
    .replace(/^./, (first) => first.toUpperCase())
    .replace(/\b(Sop|Uid|Id|Ae)\b/g, (word) => word.toUpperCase());

const priorityName = new Map<number | string, string>(Object.entries(priorities).map(([name, code]) => [code, name]));

function describeValue(key: CommandKey, value: number | string | readonly number[]): string {
  if (key === 'commandDataSetType') return value === noDataSet ? 'no data set' : 'data set follows';
  if (key === 'status' && typeof value === 'number') {
    const meaning = (generalStatuses as Readonly<Record<number, string>>)[value];
    return meaning === undefined ? formatCode(value) : `${formatCode(value)} ${meaning}`;
  }
  if (key === 'priority' && typeof value === 'number') return priorityName.get(value) ?? `${value}`;
  if (typeof value === 'string' && key.endsWith('Uid')) return `${value} ${uidName(value) ?? ''}`.trimEnd();
  if (typeof value !== 'object') return `${value}`;
  return value.map((tag) => tag.toString(16).padStart(8, '0').toUpperCase()).join('\\');
}
