// A C-STORE that is disturbed before, in or behind its data set, or slow, or cut very small: written byte by byte. PS3.7 9.3.1, PS3.8 9.3.5
import { setTimeout as wait } from 'node:timers/promises';
import { implicitVrLittleEndian } from '@concord/dicom';
import { type StoreCourse, type StoreFault, storeCourses } from '../../plan/recovery-faults.ts';
import { abortPdu, associateRequest, RawConnection } from '../raw-connection.ts';
import { dataFragments, fragment, responseStatus, storeRequest, wholeCommand } from '../raw-messages.ts';
import type { RunContext } from '../run-context.ts';
import { defaultCallingAeTitle } from '../target.ts';
import { freshUid, type TestInstance, testInstance } from '../test-data.ts';
import { answerWords } from './association.ts';

/** Whatever a system takes, it takes these: nobody announces a shorter limit. PS3.8 D.1 */
const usualFragment = 4000;

/** What was sent, and what came back. */
export interface DisturbedStore {
  readonly instance: TestInstance;
  /** In words. */
  readonly reaction: string;
  /** Of the C-STORE response, where one came. */
  readonly status?: number;
}

interface Sending {
  readonly run: RunContext;
  readonly connection: RawConnection;
  readonly course: StoreCourse;
  /** Seconds of a pause. */
  readonly pause: number;
}

/** Sends as much of the data set as the course says, then does what follows it. */
async function follow({ run, connection, course, pause }: Sending, bytes: Uint8Array): Promise<void> {
  const { sent, follows, fragment: size = usualFragment } = course;
  // Fragments are of even length. PS3.8 E.1
  const middle = sent === 'all' ? bytes.length : sent === 'half' ? (bytes.length >> 2) * 2 : 0;
  for (const part of dataFragments(bytes.subarray(0, middle), size, sent === 'all')) connection.send(part);
  if (follows === 'abort') connection.send(abortPdu());
  if (follows !== 'pause') return;
  await wait(pause * 1000, undefined, { signal: run.signal });
  for (const part of dataFragments(bytes.subarray(middle), size, true)) connection.send(part);
}

/** Seconds in which a system that is disturbed may react. */
const reactionTime = 1;

/**
 * Stores a test instance in a study of its own, with the fault. `pause`: seconds. Throws where the system does not accept the context.
 */
export async function disturbedStore(
  run: RunContext,
  fault: StoreFault,
  sopClass: string,
  pause: number,
): Promise<DisturbedStore> {
  const { calledAeTitle, callingAeTitle = defaultCallingAeTitle } = run.target;
  const patient = { ...run.patient, studyInstanceUid: freshUid(), seriesInstanceUid: freshUid() };
  const instance = testInstance(patient, sopClass, { transferSyntaxUid: implicitVrLittleEndian });
  if (!(await run.mayExchange(instance.bytes.length))) throw new Error('the run has sent as many bytes as it may');
  const course = storeCourses[fault];
  const connection = await RawConnection.open(run.target, run.care.connect, run.signal);
  try {
    connection.send(associateRequest({ calledAeTitle, callingAeTitle, abstractSyntax: sopClass }));
    const answer = await connection.answer(run.care.associate, run.signal);
    if (answer.kind !== 'pdu' || answer.type !== 2) throw new Error('the association for the object is not accepted');
    connection.forget();
    connection.send(fragment(wholeCommand, storeRequest(sopClass, instance.sopInstanceUid)));
    await follow({ run, connection, course, pause }, instance.bytes);
    // What was sent must have left before the connection goes.
    if (course.follows === 'cut') await connection.flushed();
    const answered = course.remains === 'all';
    const limit = answered ? run.care.response : Math.min(reactionTime, run.care.patience);
    const reaction = course.follows === 'cut' ? undefined : await connection.answer(limit, run.signal);
    if (answered) connection.send(abortPdu());
    const words = reaction ? answerWords(reaction) : 'the connection was cut';
    run.evidence.note(`${instance.sopInstanceUid}: ${fault}: ${words}`);
    const status = reaction?.kind === 'pdu' && reaction.type === 4 ? responseStatus(reaction.body) : undefined;
    return { instance, reaction: words, ...(status !== undefined && { status }) };
  } finally {
    connection.close();
  }
}
