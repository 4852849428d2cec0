// Memory that an answer is put together in and leaves from with one write: used again, so that it makes no garbage.
import type { ServerResponse } from 'node:http';

/** A longer answer streams, in bytes: what a slow reader may make us hold for it is bounded. */
export const wholeAnswer = 1_048_576;

/** Buffers that stay for the next answers. */
const kept = 8;
/** Beside what is answered: the header of its part and the boundaries. */
const around = 4096;
const idle: Buffer[] = [];

export interface AnswerMemory {
  /** As many bytes as were asked for, whatever they held before. */
  readonly bytes: Buffer;
  /** Nothing is written into it any more: it is used again when the response has left, or its connection is gone. */
  sentBy(response: ServerResponse): void;
}

/** @param length at most `wholeAnswer` and a little for what is around it; without `sentBy` it is left to the garbage collector */
export const takeAnswerMemory = (length: number): AnswerMemory => {
  const buffer = idle.pop() ?? Buffer.allocUnsafeSlow(wholeAnswer + around);
  const giveBack = () => {
    if (idle.length < kept) idle.push(buffer);
  };
  return {
    bytes: buffer.subarray(0, length),
    sentBy: (response) => {
      if (!response.destroyed) response.once('close', giveBack);
    },
  };
};
