// Coercion on the way in: values an object lacks, names with a comma, sexes that are no values. The stored bytes stay as they came;
// what was changed is laid over them on the way out, the received values beside it. PS3.4 B.2.3, PS3.3 C.12.1.1.9.
import type { DataSet } from '@concord/dicom';
import { applyOverlays, dateTimeOf, type Overlay, writeOverlay } from '../patients/overlay.ts';
import type { Configuration } from '../settings/settings.ts';
import type { Origin } from './archive.ts';

export interface CoercionRules extends Pick<Configuration, 'incomingDefaults' | 'incomingNames' | 'incomingSex'> {
  /** When an object gets the number of an order, and what finds it; absent: never. */
  readonly accessionFromOrders?: Configuration['accessionFromOrders'];
  readonly orderNumber?: ((header: DataSet) => Promise<string | undefined>) | undefined;
  /** (0400,0563) Modifying System. */
  readonly system: string;
  readonly now: () => Date;
}

/** What an object is taken for: its header as the index sees it, and the overlay its row keeps ('' for none). */
export interface Coerced {
  readonly header: DataSet;
  readonly overlay: string;
}

/** A promise only where something has to be looked up. */
export type Coerce = (header: DataSet, origin: Origin) => Coerced | Promise<Coerced>;

export const asItCame = (header: DataSet): Coerced => ({ header, overlay: '' });

/** Nothing is looked at where there are no rules: the usual case costs nothing. */
export function createCoercion(rules: CoercionRules): Coerce {
  const { incomingDefaults, incomingNames, incomingSex, accessionFromOrders = 'never', orderNumber } = rules;
  const coerce =
    incomingDefaults.length === 0 && incomingNames === 'as sent' && incomingSex === 'as sent'
      ? asItCame
      : createChanges(rules);
  const numbered = createChanges(rules);
  if (accessionFromOrders === 'never' || !orderNumber) return coerce;
  return (header, origin) => {
    const given = header.string('AccessionNumber') ?? '';
    if (accessionFromOrders === 'where empty' && given !== '') return coerce(header, origin);
    return orderNumber(header).then((number) =>
      number === undefined || number === given
        ? coerce(header, origin)
        : numbered(header, origin, { AccessionNumber: [number] }),
    );
  };
}

/** @param found values that are known from elsewhere: they go before defaults */
const createChanges = ({ incomingDefaults, incomingNames, incomingSex, system, now }: CoercionRules) => {
  return (header: DataSet, { callingAeTitle = '' }: Origin, found: Overlay['values'] = {}): Coerced => {
    const values: Record<string, readonly string[]> = { ...found };
    if (incomingNames === 'split at comma') Object.assign(values, splitName(header));
    if (incomingSex === 'M, F, O or empty') Object.assign(values, knownSex(header));
    for (const { attribute, value, from } of incomingDefaults) {
      const here = from === undefined || from === callingAeTitle;
      // An issuer says whose a Patient ID is: without one it has nothing to say.
      const wanted = attribute !== 'IssuerOfPatientID' || (header.string('PatientID') ?? '') !== '';
      if (here && wanted && !values[attribute] && (header.string(attribute) ?? '') === '') values[attribute] = [value];
    }
    if (Object.keys(values).length === 0) return asItCame(header);
    const overlay: Overlay = { values, at: dateTimeOf(now()), by: system, reason: 'COERCE' };
    return { header: applyOverlays(header, [overlay]), overlay: writeOverlay(overlay) };
  };
};

/** `Smith, Ann` as `Smith^Ann`: a comma where a delimiter is meant. PS3.5 6.2.1 has none. */
function splitName(header: DataSet): Readonly<Record<string, readonly string[]>> {
  const name = header.string('PatientName') ?? '';
  const [, family = '', given = ''] = /^([^,^=]+),\s*([^,^=]+)$/.exec(name) ?? [];
  return family === '' ? {} : { PatientName: [`${family.trim()}^${given.trim()}`] };
}

/** The first letter decides; anything else is not known. */
function knownSex(header: DataSet): Readonly<Record<string, readonly string[]>> {
  const sex = header.string('PatientSex') ?? '';
  const [letter = ''] = sex.trim().toUpperCase();
  const known = 'MFO'.includes(letter) ? letter : '';
  return known === sex ? {} : { PatientSex: known === '' ? [] : [known] };
}
