// The transfer ledger as the server sends it.
import { request } from '../api.ts';
import { isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from '../json.ts';

export interface Line {
  readonly series: string;
  readonly modality: string;
  readonly received: number;
  /** Undefined where nobody said. */
  readonly expected: number | undefined;
  readonly expectedBy: string;
  readonly state: string;
  readonly evidence: string;
  readonly gaps: readonly number[];
}

export interface Sent {
  readonly destination: string;
  readonly sent: number;
  readonly failed: number;
  readonly pending: number;
  readonly committed: number;
  readonly notCommitted: number;
}

export interface StudyLedger {
  readonly study: string;
  readonly patientName: string;
  readonly description: string;
  readonly studyDate: string;
  readonly receivedAt: string;
  readonly total: Line;
  readonly series: readonly Line[];
  readonly missing: readonly string[];
  readonly refused: number;
  readonly sent: readonly Sent[];
}

const readLine = (line: JsonObject): Line => ({
  series: textOf(line, 'seriesInstanceUid'),
  modality: textOf(line, 'modality'),
  received: numberOf(line, 'received') ?? 0,
  expected: numberOf(line, 'expected'),
  expectedBy: textOf(line, 'expectedBy'),
  state: textOf(line, 'state'),
  evidence: textOf(line, 'evidence'),
  gaps: listOf(line.gaps).filter((each) => typeof each === 'number'),
});

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
    study: textOf(ledger, 'studyInstanceUid'),
    patientName: textOf(ledger, 'patientName'),
    description: textOf(ledger, 'description'),
    studyDate: textOf(ledger, 'studyDate'),
    receivedAt: textOf(ledger, 'receivedAt'),
    total: readLine(objectOf(ledger.study)),
    series: listOf(ledger.series).filter(isObject).map(readLine),
    missing: listOf(ledger.missing)
      .filter(isObject)
      .map((each) => textOf(each, 'sopInstanceUid')),
    refused: numberOf(ledger, 'refused') ?? 0,
    sent: listOf(ledger.sent).filter(isObject).map(readSent),
  };
};

export const getLedger = async (signal?: AbortSignal): Promise<readonly StudyLedger[]> => {
  const response = await request('/api/transfers?limit=50', signal ? { signal } : {});
  return listOf(await response.json()).map(readLedger);
};

/** `180 of 180`, or `180` where nobody said how many there are. */
export const counted = ({ received, expected }: Line): string =>
  expected === undefined ? String(received) : `${received} of ${expected}`;

/** Where the proof of a study can be fetched. */
export const proofAddress = (study: string, format: 'csv' | 'json'): string =>
  `/api/transfers/studies/${encodeURIComponent(study)}/proof?format=${format}`;
