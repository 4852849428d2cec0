// What the acceptor of benchmarks provides, in one thread or in several: it discards objects and makes up matches.
import { DataSet } from '@concord/dicom';
import { type AcceptingThread, bind, queryFind, storage, verificationScp } from '../src/index.ts';

function match(index: number): DataSet {
  const answer = new DataSet();
  answer.set('QueryRetrieveLevel', 'IMAGE');
  answer.set('PatientName', 'BENCH^FIND');
  answer.set('StudyInstanceUID', '1.2.3');
  answer.set('SeriesInstanceUID', '1.2.3.4');
  answer.set('SOPInstanceUID', `1.2.3.4.${index}`);
  answer.set('InstanceNumber', index);
  return answer;
}

/** @param matches answers to each C-FIND */
export const acceptingThread: AcceptingThread<number> = (matches) => ({
  applicationEntities: [
    {
      aeTitle: 'PEER',
      services: [
        verificationScp,
        bind(storage, {
          'C-STORE': async ({ dataSet: bytes }) => {
            for await (const _ of bytes.borrowed());
            return { code: 0x0000 };
          },
        }),
        bind(queryFind, {
          'C-FIND': async function* () {
            for (let index = 1; index <= matches; index += 1) yield { code: 0xff00, identifier: match(index) };
          },
        }),
      ],
    },
  ],
});
