// A recording of any kind: a capture file, DCMTK's log, or Concord's records; its associations in words.
import { associationOfRecord, recordsOfText } from './association-record.ts';
import { ByteQueue } from './byte-queue.ts';
import { isCapture, packetsOf } from './capture.ts';
import { type CaptureCounts, Connections } from './connections.ts';
import { associationsOfDcmtkLog, isDcmtkLog } from './dcmtk-log.ts';
import { type ExplainedAssociation, explained } from './explanation.ts';
import type { ObservedAssociation } from './observed.ts';

export interface Explanation {
  readonly kind: 'capture' | 'log of DCMTK' | 'association records' | 'unknown';
  readonly associations: readonly ExplainedAssociation[];
  /** What was recorded beside them, and what could not be read. */
  readonly notes: readonly string[];
}

/** Associations that are explained one by one. */
const most = 1000;
/** Logs are read whole. */
const longestText = 64 * 1024 * 1024;

const isDicom = ({ requested, accepted, messages, otherProtocol }: ObservedAssociation): boolean =>
  requested || accepted || messages.length > 0 || otherProtocol === 'TLS';

/** Connections without an association: those that came to nothing are told, others of a network are counted. */
const cameToNothing = ({ end, otherProtocol, notes }: ObservedAssociation): boolean =>
  otherProtocol === undefined && end?.kind === 'reset' && notes.length === 0;

function captureNotes(
  { packets, segments, unreadable, cut }: CaptureCounts,
  others: ReadonlyMap<string, number>,
): string[] {
  return [
    `${packets} packets, ${segments} of them TCP`,
    ...(cut > 0 ? [`${cut} packets were cut when they were captured: capture with the whole length (snaplen 0)`] : []),
    ...Array.from(unreadable, ([type, count]) => `${count} packets have the link type ${type}, which is not read`),
    ...Array.from(others, ([name, count]) => `${count} connections are no DICOM: ${name}`),
  ];
}

async function explainCapture(start: Uint8Array, queue: ByteQueue): Promise<Explanation> {
  const connections = new Connections();
  const associations: ExplainedAssociation[] = [];
  const others = new Map<string, number>();
  let omitted = 0;
  const take = (association: ObservedAssociation): void => {
    if (isDicom(association) || cameToNothing(association)) {
      if (associations.length < most) associations.push(explained(association));
      else omitted += 1;
      return;
    }
    const name = association.otherProtocol ?? 'nothing that is known here';
    if (others.size < 100 || others.has(name)) others.set(name, (others.get(name) ?? 0) + 1);
  };
  const packets = packetsOf(start, queue);
  let next = await packets.next();
  for (; next.done !== true; next = await packets.next())
    for (const association of connections.packet(next.value)) take(association);
  for (const association of connections.rest()) take(association);
  const { problem } = next.value;
  return {
    kind: 'capture',
    associations,
    notes: [
      ...captureNotes(connections.counts, others),
      ...(omitted > 0 ? [`${omitted} associations more are not explained`] : []),
      ...(problem === undefined ? [] : [problem]),
    ],
  };
}

async function textOf(start: Uint8Array, queue: ByteQueue): Promise<{ text: string; cut: boolean }> {
  const parts: Uint8Array[] = [start];
  let length = start.length;
  for await (const chunk of queue.rest()) {
    parts.push(chunk);
    length += chunk.length;
    if (length > longestText)
      return { text: Buffer.concat(parts).subarray(0, longestText).toString('utf8'), cut: true };
  }
  return { text: Buffer.concat(parts).toString('utf8'), cut: false };
}

/** Explains a recording; what is none gives an explanation of kind `unknown`. */
export async function explainRecording(source: AsyncIterable<Uint8Array>): Promise<Explanation> {
  const queue = new ByteQueue(source);
  const start = Uint8Array.from(await queue.take(4));
  if (isCapture(start)) return explainCapture(start, queue);
  const { text, cut } = await textOf(start, queue);
  const notes = cut ? [`only the first ${longestText} bytes were read`] : [];
  const records = recordsOfText(text);
  if (records.length > 0) {
    const associations = records.slice(0, most).map((record) => explained(associationOfRecord(record)));
    return { kind: 'association records', associations, notes };
  }
  const found = isDcmtkLog(text.slice(0, 100_000)) ? associationsOfDcmtkLog(text) : [];
  if (found.length > 0) return { kind: 'log of DCMTK', associations: found.slice(0, most).map(explained), notes };
  return {
    kind: 'unknown',
    associations: [],
    notes: ['this is no capture (pcap, pcapng), no debug log of DCMTK, and no association record of Concord', ...notes],
  };
}
