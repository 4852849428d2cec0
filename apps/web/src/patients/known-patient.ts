// Who is known under a Patient ID and its issuer: shown before anything is given to that patient.
import { useQuery } from '@tanstack/react-query';
import { request } from '../api.ts';
import { shownDate } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { counted } from '../format/quantity.ts';
import { isObject, listOf, numberOf, textOf } from '../json.ts';
import type { Seen } from './patient-api.ts';

/** A patient as the server knows it. */
export interface KnownPatient {
  readonly patientId: string;
  /** '' for none: the server takes an ID alone so. */
  readonly issuer: string;
  readonly name: string;
  readonly birthDate: string;
  readonly studies: number;
}

/** One for each issuer. */
const getKnown = async (patientId: string, signal: AbortSignal): Promise<readonly KnownPatient[]> => {
  const response = await request(`/api/patients/known?${new URLSearchParams({ patientId })}`, { signal });
  return listOf(await response.json())
    .filter(isObject)
    .map((patient) => ({
      patientId: textOf(patient, 'patientId'),
      issuer: textOf(patient, 'issuer'),
      name: textOf(patient, 'patientName'),
      birthDate: textOf(patient, 'patientBirthDate'),
      studies: numberOf(patient, 'studies') ?? 0,
    }));
};

export const isId = (text: string): boolean => text !== '' && !text.includes('\\');

/** A patient in one line: `Doe, Jane, born 1960-01-01, 3 studies`. */
export const describeKnown = ({ name, birthDate, studies }: KnownPatient): string =>
  [nameInLine(name) || 'no name', birthDate && `born ${shownDate(birthDate)}`, counted(studies, 'study', 'studies')]
    .filter(Boolean)
    .join(', ');

/** What is known of an ID and an issuer: that patient, and in words who it is, or who else has the ID. */
export const knownInWords = (
  known: readonly KnownPatient[],
  issuer: string,
): { readonly patient?: KnownPatient; readonly words: string } => {
  const patient = known.find((each) => each.issuer === issuer);
  if (patient) return { patient, words: describeKnown(patient) };
  const others = known.map((each) => `${each.issuer || 'no issuer'}: ${describeKnown(each)}`);
  return {
    words: others.length === 0 ? 'Nobody is known under this ID.' : `Only from another issuer. ${others.join('; ')}`,
  };
};

/** `words` is empty until the server has said. */
export const useKnownPatient = (patientId: string, issuer: string) => {
  const { data, error } = useQuery({
    queryKey: ['patients', 'known', patientId],
    queryFn: ({ signal }) => getKnown(patientId, signal),
    enabled: isId(patientId),
    staleTime: 0,
  });
  const known = data && isId(patientId) ? knownInWords(data, issuer) : { words: '' };
  return { ...known, asked: data !== undefined && isId(patientId), error };
};

export const seenKnown = ({ patientId, issuer, name, birthDate }: KnownPatient): Seen => ({
  patient: { patientId, issuer },
  values: { PatientName: name, PatientBirthDate: birthDate },
});
