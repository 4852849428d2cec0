// How long studies stay: one entry of `retention`.
import { BadValue, readAeTitle, readFields, within } from './kinds.ts';

export interface RetentionRule {
  readonly name: string;
  /** Days since the study came, or since its study date. */
  readonly olderThan: number;
  readonly by: 'reception' | 'study date';
  /** Only studies that have this modality; absent: all. */
  readonly modality?: string;
  /** Only studies whose first object came from this calling AE title. */
  readonly from?: string;
}

/** Throws BadValue. */
export const readRetentionRule = (value: unknown): RetentionRule => {
  const fields = readFields(value, ['name', 'olderThan', 'by', 'modality', 'from']);
  const name = fields.get('name');
  if (typeof name !== 'string' || !/^[^\p{Cc}]{1,64}$/u.test(name))
    throw new BadValue('name must be 1 to 64 characters');
  const olderThan = fields.get('olderThan');
  if (typeof olderThan !== 'number' || !Number.isInteger(olderThan) || olderThan < 1 || olderThan > 36_500)
    throw new BadValue('olderThan must be a whole number of days from 1 to 36500');
  const by = fields.get('by') ?? 'reception';
  if (by !== 'reception' && by !== 'study date') throw new BadValue('by must be reception or study date');
  const [modality, from] = [fields.get('modality'), fields.get('from')];
  if (modality !== undefined && (typeof modality !== 'string' || !/^[A-Z0-9 _]{1,16}$/.test(modality)))
    throw new BadValue(`modality must be such as CT, not ${JSON.stringify(modality)}`);
  return {
    name,
    olderThan,
    by,
    ...(typeof modality === 'string' && { modality }),
    ...(from !== undefined && { from: within('from', () => readAeTitle(from)) }),
  };
};
