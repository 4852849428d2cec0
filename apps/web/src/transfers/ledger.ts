// The transfer ledger as the server sends it, read with care; its shape is the server's.
import type { LedgerLine, Sent, StudyLedger } from '@concord/server/api';
import { request } from '../api.ts';
import { isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from '../json.ts';

const states = ['arriving', 'complete', 'incomplete'] as const;

const readLine = (line: JsonObject): LedgerLine => {
  const expected = numberOf(line, 'expected');
  return {
    seriesInstanceUid: textOf(line, 'seriesInstanceUid'),
    modality: textOf(line, 'modality'),
    received: numberOf(line, 'received') ?? 0,
    ...(expected !== undefined && { expected, expectedBy: textOf(line, 'expectedBy') }),
    state: states.find((state) => state === line.state) ?? 'arriving',
    evidence: textOf(line, 'evidence'),
    completedAt: textOf(line, 'completedAt'),
    gaps: listOf(line.gaps).filter((each) => typeof each === 'number'),
  };
};

const readSent = (sent: JsonObject): Sent => ({
  destination: textOf(sent, 'destination'),
  sent: numberOf(sent, 'sent') ?? 0,
  failed: numberOf(sent, 'failed') ?? 0,
  pending: numberOf(sent, 'pending') ?? 0,
  committed: numberOf(sent, 'committed') ?? 0,
  notCommitted: numberOf(sent, 'notCommitted') ?? 0,
});

export const readLedger = (value: unknown): StudyLedger => {
  const ledger = objectOf(value);
  return {
    studyInstanceUid: textOf(ledger, 'studyInstanceUid'),
    patientName: textOf(ledger, 'patientName'),
    description: textOf(ledger, 'description'),
    studyDate: textOf(ledger, 'studyDate'),
    receivedAt: textOf(ledger, 'receivedAt'),
    study: readLine(objectOf(ledger.study)),
    series: listOf(ledger.series).filter(isObject).map(readLine),
    missing: listOf(ledger.missing)
      .filter(isObject)
      .map((each) => ({
        seriesInstanceUid: textOf(each, 'seriesInstanceUid'),
        sopInstanceUid: textOf(each, 'sopInstanceUid'),
        sopClassUid: textOf(each, 'sopClassUid'),
      })),
    refused: numberOf(ledger, 'refused') ?? 0,
    sent: listOf(ledger.sent).filter(isObject).map(readSent),
  };
};

export interface LedgerWish {
  /** Only studies of which something is missing. */
  readonly incomplete: boolean;
  /** ISO 8601: only what began to come before; '' for the newest. */
  readonly before: string;
}

/** Studies of one answer; as many again may follow. */
export const pageLength = 50;

export const getLedger = async (wish: LedgerWish, signal?: AbortSignal): Promise<readonly StudyLedger[]> => {
  const query = new URLSearchParams({ limit: String(pageLength) });
  if (wish.incomplete) query.set('state', 'incomplete');
  if (wish.before !== '') query.set('before', wish.before);
  const response = await request(`/api/transfers?${query}`, signal ? { signal } : {});
  return listOf(await response.json()).map(readLedger);
};

/** `180 of 180`, or `180` where nobody said how many there are. */
export const counted = ({ received, expected }: LedgerLine): string =>
  expected === undefined ? String(received) : `${received} of ${expected}`;

/** Where the proof of a study can be fetched. */
export const proofAddress = (study: string, format: 'csv' | 'json'): string =>
  `/api/transfers/studies/${encodeURIComponent(study)}/proof?format=${format}`;
