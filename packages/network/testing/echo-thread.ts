// A module for listenOnThreads: verification, and a store that does what the test tells it by the SOP Instance UID.
import { type AcceptingThread, bind, storage, verificationScp } from '../src/index.ts';

export interface EchoData {
  /** Of the application entity CONCORD. */
  readonly associations?: number;
  readonly fails?: 'at once';
}

/** A C-STORE of this instance ends the thread that receives it. */
export const deadlyInstance = '1.2.3.999';
/** A C-STORE of this instance takes some time. */
export const slowInstance = '1.2.3.500';
/** Milliseconds. */
const slowness = 300;

const store = bind(storage, {
  'C-STORE': async ({ affectedSopInstanceUid, dataSet }) => {
    for await (const _ of dataSet.borrowed());
    if (affectedSopInstanceUid === deadlyInstance)
      setImmediate(() => {
        throw new Error('this instance is deadly');
      });
    if (affectedSopInstanceUid === slowInstance) await new Promise((resolve) => setTimeout(resolve, slowness));
    return { code: 0x0000 };
  },
});

export const acceptingThread: AcceptingThread<EchoData | undefined> = (data) => {
  if (data?.fails === 'at once') throw new Error('no disk');
  return {
    applicationEntities: [
      {
        aeTitle: 'CONCORD',
        services: [verificationScp, store],
        ...(data?.associations !== undefined && { associations: data.associations }),
      },
      { aeTitle: 'OTHER', services: [verificationScp] },
    ],
  };
};
