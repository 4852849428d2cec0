// An object's way into the archive: taken in, made durable, indexed; only then is success said.
import { DicomError } from '@concord/dicom';
import type { Log } from '@concord/network';
import { type Database, DatabaseError } from '../database/database.ts';
import type { ObjectStore, ObjectWriter, Seal, StoredObject } from '../objects/object-store.ts';
import type { Configuration } from '../settings/settings.ts';
import { announce } from './announce.ts';
import {
  ArchiveError,
  type ByteRange,
  type Change,
  type Incoming,
  type Origin,
  type Receipt,
  type StoredInstance,
} from './archive.ts';
import { asItCame, type Coerce } from './coerce.ts';
import { addConflict, putAside } from './conflicts.ts';
import { type About, describe, describeStored, newInstance } from './describe-object.ts';
import { forgetEmptied, giveWay, renamedInstance } from './duplicates.ts';
import type { createInstances, NewInstance } from './instances.ts';
import { TooLargeError, within } from './largest-object.ts';
import { byCause, isUncertain, refusal, refusalOf } from './outcome.ts';
import { withFlaw } from './pixel-length.ts';
import type { RecentHeaders } from './recent-headers.ts';
import { compareContent, isSameAs } from './same-content.ts';
import { selectInstances, storedInstanceOf } from './selection.ts';
import { type MetaParts, type TakenIn, takeIn } from './take-in.ts';

export interface ReceiverParts extends MetaParts {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly instances: ReturnType<typeof createInstances>;
  readonly duplicates: Configuration['duplicates'];
  readonly changed: (change: Change) => void;
  readonly now: () => Date;
  readonly log: Log;
  /** Gets the headers of what comes. */
  readonly headers?: Pick<RecentHeaders, 'set'>;
  /** The data set of an object as it goes out, with what was put right in it; absent: nothing of it comes back. */
  readonly asSent?: (instance: StoredInstance) => AsyncIterable<Uint8Array>;
}

/** What is changed of objects when they come, and whether the sender is told. */
export interface CoercionParts {
  readonly coercionWarning: Configuration['coercionWarning'];
  readonly coerce: Coerce;
  /** (0400,0563) Modifying System of what is changed here. */
  readonly system: string;
  /** False: the quota is used up, and nothing makes room by itself. */
  readonly hasRoom: () => boolean;
  /** What failures of store and index are answered with; absent: A701. */
  readonly storeFailures?: Configuration['storeFailures'];
  /** Bytes of a data set; undefined: any number. */
  readonly largest?: number | undefined;
}
type AllParts = ReceiverParts & CoercionParts;

const noCoercion: CoercionParts = { coercionWarning: 'off', coerce: asItCame, system: '', hasRoom: () => true };

export interface Receiver {
  /** The status is what to answer; rejects only where nobody is left to answer to, or by our own mistake. */
  receive(incoming: Incoming): Promise<Receipt>;
  /** Indexes an object that was whole when the last run ended. False: it is refused, and nobody vouches for its file. */
  adopt(object: StoredObject & { readonly about: string }): Promise<boolean>;
}

export const createReceiver = (given: ReceiverParts & Partial<CoercionParts>): Receiver =>
  receiverOf({ ...noCoercion, ...given });

const bounded = (incoming: Incoming, largest: number | undefined): Incoming =>
  largest === undefined ? incoming : { ...incoming, dataSet: within(incoming.dataSet, largest) };

const receiverOf = (parts: AllParts): Receiver => ({
  async receive(incoming) {
    const said = identifiersSaid(incoming);
    let writer: ObjectWriter | undefined;
    try {
      if (!parts.hasRoom()) return { ...said, status: refusal(0xa700, 'the quota of this archive is used up') };
      writer = await parts.store.create();
      const taken = await takeIn(bounded(incoming, parts.largest), writer, parts);
      if ('code' in taken) {
        await writer.abandon();
        return { ...said, status: parts.storeFailures === 'by cause' ? byCause(taken) : taken };
      }
      const about: About = { ...aboutOf(incoming), receivedAt: parts.now().toISOString() };
      const seal = { digest: taken.digest, from: taken.dataSetOffset, about: JSON.stringify(about) };
      const { transferSyntaxUid } = incoming;
      const receipt = withFlaw(await keep(parts, writer, { taken, about, seal }), { taken, transferSyntaxUid }, parts);
      const { encodedHeader } = taken;
      if (receipt.instance && !receipt.already && encodedHeader) parts.headers?.set(receipt.instance, encodedHeader);
      return receipt;
    } catch (error) {
      await writer?.abandon();
      const status = refusalOf(error);
      if (!status) throw error;
      const sendersFault = error instanceof DicomError || error instanceof TooLargeError;
      if (!sendersFault) parts.log.error({ err: error, ...said }, 'an object could not be stored');
      return { ...said, status: parts.storeFailures === 'by cause' ? byCause(status, error) : status };
    }
  },
  async adopt({ key, number, size, about: text }) {
    const instance = await describeStored(parts, { key, number, size }, JSON.parse(text));
    if (!instance) return false;
    const nothing = () => undefined;
    const abandon = async () => void (await parts.store.remove(key));
    await index(parts, { settle: nothing, leave: nothing, abandon }, instance);
    return true;
  },
});

const aboutOf = ({ transferSyntaxUid, origin }: Incoming) => ({ transferSyntaxUid, origin });

interface Whole {
  readonly taken: TakenIn;
  readonly about: About;
  readonly seal: Seal;
}

/** Bytes durable, then the row: in one turn where the index writes both, else one after the other. */
async function keep(parts: AllParts, writer: ObjectWriter, { taken, about, seal }: Whole): Promise<Receipt> {
  const sent = await writer.send?.(seal);
  if (!sent) {
    const [described, committed] = await describeMeanwhile(parts, taken, about.origin, writer, seal);
    return index(parts, writer, newInstance(writer, described, about, committed === 'synced'));
  }
  const { ticket: after, durable } = sent;
  const read = async ({ offset, length }: ByteRange) => {
    await durable;
    return parts.store.readRun(writer.key, taken.dataSetOffset + offset, length);
  };
  const described = await describe(parts.coerce, taken, about.origin, read);
  if (after === undefined) await durable;
  const indexing = index(parts, writer, { ...newInstance(writer, described, about, false), after });
  // Why the bytes are lost says more than why their row was not made.
  const [kept, indexed] = await Promise.allSettled([durable, indexing]);
  if (kept.status === 'rejected') throw kept.reason;
  if (indexed.status === 'rejected') throw indexed.reason;
  return indexed.value;
}

/** While the bytes are on their way to the disk; what either of the two throws is thrown when both have ended. */
async function describeMeanwhile(parts: AllParts, taken: TakenIn, origin: Origin, writer: ObjectWriter, seal: Seal) {
  const committing = writer.commit(seal);
  const read = async ({ offset, length }: ByteRange) => {
    await committing;
    return parts.store.readRun(writer.key, taken.dataSetOffset + offset, length);
  };
  const [committed, described] = await Promise.allSettled([committing, describe(parts.coerce, taken, origin, read)]);
  if (committed.status === 'rejected') throw committed.reason;
  if (described.status === 'rejected') throw described.reason;
  return [described.value, committed.value] as const;
}

const identifiersSaid = ({ sopClassUid, sopInstanceUid }: Incoming) => ({
  ...(sopClassUid !== undefined && { sopClassUid }),
  ...(sopInstanceUid !== undefined && { sopInstanceUid }),
});

type Kept = Pick<ObjectWriter, 'settle' | 'leave' | 'abandon'>;

/** Rounds in which several senders of one UID may make way for each other. */
const mostRounds = 5;

async function index(parts: AllParts, kept: Kept, instance: NewInstance, round = 0): Promise<Receipt> {
  const added = await parts.instances.add(instance).catch((error: unknown) => {
    // The row may be there although adding it failed: then the next start decides.
    if (isUncertain(error)) kept.leave();
    throw error;
  });
  if (added === 'there already') return settleDuplicate(parts, instance, kept, round);
  kept.settle();
  await announce(parts, instance, added);
  const code = added.coerced && parts.coercionWarning === 'on' ? 0xb000 : 0x0000;
  return { ...receiptOf(instance), status: { code } };
}

/** The same UID again: the same bytes are no news; what becomes of other bytes is a setting. */
async function settleDuplicate(parts: AllParts, instance: NewInstance, kept: Kept, round: number): Promise<Receipt> {
  const { database, store, duplicates, log } = parts;
  const { sopInstanceUid, studyInstanceUid } = instance.identifiers;
  const [first] = await selectInstances(database, { sopInstanceUid });
  if (round === mostRounds) throw new DatabaseError('busy', 'the object is being removed');
  // Removed since the index said it was there, by somebody who makes way for his own: one of us is first now.
  if (!first) return index(parts, kept, instance, round + 1);
  const receipt = { ...receiptOf(instance), instance: first, already: true, studyInstanceUid };
  const way = { at: instance.receivedAt, following: instance, log };
  const compared = await compareContent(store, first, { ...instance, key: instance.objectKey });
  if (compared === 'same' || (compared === 'other' && (await cameBack(parts, first, instance)))) {
    // Somebody deletes it while it is compared: then what came is wanted.
    const [still] = await selectInstances(database, { sopInstanceUid });
    if (still?.key !== first.key) return index(parts, kept, instance, round + 1);
    await kept.abandon();
    return { ...receipt, status: { code: 0x0000 } };
  }
  if (compared !== 'other') {
    const patient = await giveWay(database, first, { ...way, why: compared, size: await store.size(first.key) });
    return follow(parts, patient, () => index(parts, kept, instance, round + 1));
  }
  log.warn({ sopInstanceUid, duplicates, key: first.key }, 'another object came under a known SOP Instance UID');
  if (duplicates === 'reject') {
    await kept.abandon();
    return { ...receipt, status: refusal(0xc001, 'another object has this SOP Instance UID', [0x00080018]) };
  }
  if (duplicates === 'replace') {
    const patient = await giveWay(database, first, { ...way, why: 'replaced' });
    return follow(parts, patient, () => index(parts, kept, instance, round + 1));
  }
  if (duplicates === 'rename' && round === 0) {
    await addConflict(database, instance, 'renamed', `its own SOP Instance UID belongs to ${first.key}`);
    const renamed = await index(parts, kept, renamedInstance(instance, parts), round + 1);
    return { ...renamed, sopInstanceUid };
  }
  if (!(await putAside(database, instance, first.key))) return index(parts, kept, instance, round + 1);
  kept.settle();
  return { ...receipt, aside: true, status: { code: 0x0000 } };
}

/** In the place of what made way. What came is stored, whatever becomes of the patient that is left. */
async function follow({ database, log }: AllParts, patient: number | undefined, indexed: () => Promise<Receipt>) {
  const receipt = await indexed();
  if (patient !== undefined)
    await forgetEmptied(database, patient).catch((error: unknown) =>
      log.warn({ err: error, patient }, 'a patient without studies could not be removed'),
    );
  return receipt;
}

/** It went out of here with what was put right, or under the name it was given here: it is the object that is here. */
async function cameBack({ store, asSent }: AllParts, first: StoredInstance, instance: NewInstance): Promise<boolean> {
  if (!first.changes || !asSent || first.transferSyntaxUid !== instance.transferSyntaxUid) return false;
  try {
    return await isSameAs(store, asSent(first), { ...instance, key: instance.objectKey });
  } catch (error) {
    // What cannot be read, or changed, is not what came.
    if (error instanceof ArchiveError || error instanceof DicomError) return false;
    throw error;
  }
}

const receiptOf = (instance: NewInstance) => ({
  sopClassUid: instance.identifiers.sopClassUid,
  sopInstanceUid: instance.identifiers.sopInstanceUid,
  instance: storedInstanceOf(instance),
});
