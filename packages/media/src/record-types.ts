// Types of directory records: what may stand below which, their keys, and the SOP Classes that each stands for. PS3.3 F.4, F.5; PS3.4 I.4
import { isStorageSopClass } from '@concord/dicom';
import { directoryRecords } from './directory-records.generated.ts';

/** A key of a record: 1 must have a value, 2 must be there, C where a condition holds. PS3.5 7.4 */
export interface RecordKey {
  readonly keyword: string;
  readonly type: string;
}

interface RecordType {
  readonly below: readonly string[];
  readonly keys: readonly RecordKey[];
}

const root = '1.2.840.10008.5.1.4.';

/** Retired with their SOP Classes; readers of that age know them. PS3.3-2004 F.5 */
const retired = `OVERLAY|PRIVATE|OverlayNumber:1|~1.1.8
CURVE|PRIVATE|CurveNumber:1|~1.1.9 ~1.1.129
MODALITY LUT|PRIVATE|LUTNumber:1|~1.1.10
VOI LUT|PRIVATE|LUTNumber:1|~1.1.11
STORED PRINT|PRIVATE|InstanceNumber:2|1.2.840.10008.5.1.1.27
IMAGE|PRIVATE||1.2.840.10008.5.1.1.29 1.2.840.10008.5.1.1.30`;

const types = new Map<string, RecordType>();
const typeOfClass = new Map<string, string>();
for (const line of `${directoryRecords}\n${retired}`.split('\n')) {
  const [type = '', below = '', keys = '', classes = ''] = line.split('|');
  for (const uid of classes.split(' ')) if (uid !== '') typeOfClass.set(uid.replace('~', root), type);
  if (!types.has(type))
    types.set(type, { below: below.split(','), keys: keys === '' ? [] : keys.split(' ').map(keyOf) });
}

function keyOf(text: string): RecordKey {
  const [keyword = '', type = ''] = text.split(':');
  return { keyword, type };
}

const retiredBelowSeries = new Set(['OVERLAY', 'CURVE', 'MODALITY LUT', 'VOI LUT', 'STORED PRINT']);

/** Whether a directory may have records of the type. */
export const isRecordType = (type: string): boolean => types.has(type) && type !== 'ROOT';

/** Whether a record may stand below another; above the records of the root stands `ROOT`. */
export const mayStandBelow = (type: string, above: string): boolean =>
  (types.get(above)?.below.includes(type) ?? false) || (above === 'SERIES' && retiredBelowSeries.has(type));

/** The keys that the standard demands of a record, without Specific Character Set. */
export const keysOf = (type: string): readonly RecordKey[] => types.get(type)?.keys ?? [];

/** The type of the record for an instance: PRIVATE for classes that the standard has no other for. */
export const recordTypeOf = (sopClassUid: string): string => typeOfClass.get(sopClassUid) ?? 'PRIVATE';

/** Whether instances of the class are what a file-set of the standard holds; others are passed over. PS3.2 7.2 */
export const isMediaClass = (sopClassUid: string): boolean =>
  typeOfClass.has(sopClassUid) || isStorageSopClass(sopClassUid);

/** Every SOP Class that has a record of its own type. */
export const mediaClasses: readonly string[] = [...typeOfClass.keys()];

/** Types that do not stand below a series: an instance of no patient. PS3.3 F.4 */
export const standsAtRoot = (type: string): boolean => mayStandBelow(type, 'ROOT') && type !== 'PRIVATE';
