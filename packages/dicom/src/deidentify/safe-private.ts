// Private elements thought to identify nobody: the list of the standard, and what the object says of itself. PS3.15 E.3.10; PS3.3 C.12.1.1.7.

import type { DataSet } from '../data-set.ts';
import { safePrivateElements } from './safe-private.generated.ts';

/** Whether a private element identifies nobody: its creator, its low byte, its group. */
export type SafePrivate = (creator: string, element: number, group: number) => boolean;

let listed: ReadonlyMap<string, ReadonlySet<number>> | undefined;

function list(): ReadonlyMap<string, ReadonlySet<number>> {
  listed ??= new Map(
    safePrivateElements.split('\n').map((line) => {
      const [creator = '', elements = ''] = line.split('|');
      return [creator, new Set(elements.split(' ').map((one) => Number.parseInt(one, 16)))];
    }),
  );
  return listed;
}

/** PS3.15 Table E.3.10-1 (edition 2020c). Its makers do not vouch for it: the standard calls it a sample. */
export const isListedSafe: SafePrivate = (creator, element, group) =>
  list()
    .get(creator)
    ?.has(group * 0x100 + element) ?? false;

/**
 * Blocks and elements an object calls safe in Private Data Element Characteristics Sequence (0008,0300). Only as good as who wrote it.
 */
export function declaredSafe(dataSet: DataSet): SafePrivate {
  const whole = new Set<string>();
  const single = new Set<string>();
  for (const item of dataSet.items('PrivateDataElementCharacteristicsSequence')) {
    const block = `${item.number('PrivateGroupReference')} ${item.string('PrivateCreatorReference')}`;
    const status = item.string('BlockIdentifyingInformationStatus');
    if (status === 'SAFE') whole.add(block);
    if (status === 'MIXED')
      for (const element of item.numbers('NonidentifyingPrivateElements')) single.add(`${block} ${element & 0xff}`);
  }
  return (creator, element, group) => whole.has(`${group} ${creator}`) || single.has(`${group} ${creator} ${element}`);
}
