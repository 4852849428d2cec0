// Window values for a peer that shows images without any badly: only where the image says nothing itself. PS3.3 C.11.2.
import type { DataSet } from '@concord/dicom';
import type { StoredInstance } from '../archive/archive.ts';
import { alsoEdited } from '../archive/outgoing-changes.ts';

export interface DefaultWindow {
  readonly center: number;
  readonly width: number;
}

/** Grey images get the window unless they have one, a table in place of one, or functional groups that say it for each frame. */
export function withDefaultWindow(instance: StoredInstance, { center, width }: DefaultWindow): StoredInstance {
  if (instance.rows === undefined) return instance;
  const edit = (dataSet: DataSet): DataSet => {
    const isGray = dataSet.string('PhotometricInterpretation')?.startsWith('MONOCHROME') ?? false;
    const said =
      dataSet.numbers('WindowCenter').length > 0 ||
      ['VOILUTSequence', 'SharedFunctionalGroupsSequence'].some((keyword) => dataSet.items(keyword).length > 0);
    if (!isGray || said) return dataSet;
    dataSet.set('WindowCenter', center);
    dataSet.set('WindowWidth', width);
    return dataSet;
  };
  return alsoEdited(instance, edit);
}
