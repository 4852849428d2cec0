// An object's way into the archive: taken in, made durable, indexed; only then is success said.
import { DicomError } from '@concord/dicom';
import type { Log } from '@concord/network';
import { type Database, DatabaseError } from '../database/database.ts';
import type { ObjectStore, ObjectWriter } from '../objects/object-store.ts';
import type { Configuration } from '../settings/settings.ts';
import type { Change, Incoming, Receipt } from './archive.ts';
import { addConflict } from './conflicts.ts';
import type { createInstances, NewInstance } from './instances.ts';
import { isUncertain, refusal, refusalOf } from './outcome.ts';
import { sameContent } from './same-content.ts';
import { selectInstances, storedInstanceOf } from './selection.ts';
import { type Implementation, type TakenIn, takeIn } from './take-in.ts';

export interface ReceiverParts {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly instances: ReturnType<typeof createInstances>;
  readonly implementation: Implementation;
  readonly duplicates: Configuration['duplicates'];
  readonly changed: (change: Change) => void;
  readonly now: () => Date;
  readonly log: Log;
}

/** The status is what to answer; rejects only where nobody is left to answer to, or by our own mistake. */
export const createReceiver =
  (parts: ReceiverParts) =>
  async (incoming: Incoming): Promise<Receipt> => {
    const said = identifiersSaid(incoming);
    let writer: ObjectWriter | undefined;
    try {
      writer = await parts.store.create();
      const taken = await takeIn(incoming, writer, parts.implementation);
      if ('code' in taken) {
        await writer.abandon();
        return { ...said, status: taken };
      }
      await writer.commit();
      return await index(parts, incoming, writer, taken);
    } catch (error) {
      const uncertain = error instanceof IndexUncertain;
      if (!uncertain) await writer?.abandon();
      const status = refusalOf(uncertain ? error.cause : error);
      if (!status) throw error;
      if (!(error instanceof DicomError)) parts.log.error({ err: error, ...said }, 'an object could not be stored');
      return { ...said, status };
    }
  };

/** The index failed in a way that leaves open whether the row is there: the file stays until the next start looks. */
class IndexUncertain extends Error {}

const identifiersSaid = ({ sopClassUid, sopInstanceUid }: Incoming) => ({
  ...(sopClassUid !== undefined && { sopClassUid }),
  ...(sopInstanceUid !== undefined && { sopInstanceUid }),
});

async function index(parts: ReceiverParts, incoming: Incoming, writer: ObjectWriter, taken: TakenIn): Promise<Receipt> {
  const { instances, changed, now } = parts;
  const instance: NewInstance = {
    ...taken,
    transferSyntaxUid: incoming.transferSyntaxUid,
    objectKey: writer.key,
    number: writer.number,
    origin: incoming.origin,
    receivedAt: now().toISOString(),
  };
  const added = await instances.add(instance).catch((error: unknown) => {
    throw isUncertain(error) ? new IndexUncertain('', { cause: error }) : error;
  });
  if (added === 'there already') return settleDuplicate(parts, instance, writer);
  writer.settle();
  if (added === 'patient differs') await notePatientDiffers(parts, instance);
  const { studyInstanceUid, seriesInstanceUid } = taken.identifiers;
  changed({ kind: 'instances-stored', studyInstanceUid, seriesInstanceUid, count: 1 });
  return { ...receiptOf(instance), status: { code: 0x0000 } };
}

/** The same UID again: the same bytes are no news; other bytes are put aside or rejected, and the first copy stays. */
async function settleDuplicate(parts: ReceiverParts, instance: NewInstance, writer: ObjectWriter): Promise<Receipt> {
  const { database, store, duplicates, log } = parts;
  const { sopInstanceUid } = instance.identifiers;
  const [first] = await selectInstances(database, { sopInstanceUid });
  // Removed again since the index said it was there: the sender may try once more.
  if (!first) throw new DatabaseError('busy', 'the object is being removed');
  const receipt = { ...receiptOf(instance), instance: first, already: true };
  if (await sameContent(store, first, { ...instance, key: instance.objectKey })) {
    await writer.abandon();
    return { ...receipt, status: { code: 0x0000 } };
  }
  log.warn({ sopInstanceUid, duplicates, key: first.key }, 'another object came under a known SOP Instance UID');
  if (duplicates === 'reject') {
    await writer.abandon();
    return { ...receipt, status: refusal(0xc001, 'another object has this SOP Instance UID', [0x00080018]) };
  }
  await addConflict(database, instance, 'other content', `the first copy is ${first.key}`);
  writer.settle();
  return { ...receipt, status: { code: 0x0000 } };
}

async function notePatientDiffers({ database, log }: ReceiverParts, instance: NewInstance): Promise<void> {
  const { studyInstanceUid, sopInstanceUid } = instance.identifiers;
  log.warn({ studyInstanceUid, sopInstanceUid }, 'the object names another patient than its study');
  await addConflict(database, instance, 'other patient', instance.header.string('PatientID') ?? '');
}

const receiptOf = (instance: NewInstance) => ({
  sopClassUid: instance.identifiers.sopClassUid,
  sopInstanceUid: instance.identifiers.sopInstanceUid,
  instance: storedInstanceOf(instance),
});
