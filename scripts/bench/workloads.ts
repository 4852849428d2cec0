// What is measured. Each workload takes a started server and answers figures; the runner repeats them and takes medians.
import { DataSet } from '@concord/dicom';
import { type Association, connect } from '@concord/network';
import { runTool, startServer } from './process.ts';
import { explicitLittleEndian, type Study, type TinyInstance, tinyStudy } from './study.ts';
import type { Started } from './targets.ts';

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
const studyRootFind = '1.2.840.10008.5.1.4.1.2.2.1';

export interface Figure {
  readonly workload: string;
  readonly unit: string;
  readonly value: number;
  /** More is better for rates, less for times. */
  readonly better: 'more' | 'less';
}

const destination = (server: Started): string[] => ['-aec', server.aeTitle, '127.0.0.1', String(server.dicomPort)];

/**
 * DCMTK's storescu on `associations` processes at once, each with its share of the files.
 * @param again the server has taken a study before: it runs for months, and its code is compiled
 */
export const storeStudy = async (
  server: Started,
  study: Study,
  associations: number,
  again = false,
): Promise<Figure> => {
  const shares = Array.from({ length: associations }, (_, share) => {
    return study.files.filter((_, index) => index % associations === share);
  });
  const started = performance.now();
  await Promise.all(shares.map((files) => runTool('storescu', ['-R', ...destination(server), ...files])));
  const seconds = (performance.now() - started) / 1000;
  const plural = associations === 1 ? 'association' : 'associations';
  return {
    workload: `C-STORE, ${associations} ${plural}${again ? ', the second study' : ''}`,
    unit: 'objects/s',
    value: study.files.length / seconds,
    better: 'more',
  };
};

const associate = (server: Started, sopClassUid: string): Promise<Association> =>
  connect({ host: '127.0.0.1', port: server.dicomPort, calledAeTitle: server.aeTitle, callingAeTitle: 'BENCH' }, [
    { abstractSyntax: sopClassUid, transferSyntaxes: [explicitLittleEndian] },
  ]);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Fills the index with header-only studies on one association; studies per second. */
export const fill = async (server: Started, count: number): Promise<Figure> => {
  const association = await associate(server, ctImageStorage);
  const started = performance.now();
  for (let index = 0; index < count; index += 1) {
    const { bytes, sopClassUid, sopInstanceUid } = tinyStudy(index);
    const status = await association.store({
      sopClassUid,
      sopInstanceUid,
      transferSyntaxUid: explicitLittleEndian,
      open: () => once(bytes),
    });
    if (status.code !== 0) throw new Error(`study ${index} was answered with status ${status.code.toString(16)}`);
  }
  const seconds = (performance.now() - started) / 1000;
  await association.release();
  return {
    workload: `fill with ${count} header-only studies`,
    unit: 'studies/s',
    value: count / seconds,
    better: 'more',
  };
};

const returnKeys = [
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyInstanceUID',
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'StudyID',
  'StudyDescription',
  'ReferringPhysicianName',
];

const identifier = (keys: Readonly<Record<string, string>>): DataSet => {
  const dataSet = new DataSet();
  dataSet.set('QueryRetrieveLevel', 'STUDY');
  for (const keyword of returnKeys) dataSet.set(keyword, null);
  for (const [keyword, value] of Object.entries(keys)) dataSet.set(keyword, value);
  return dataSet;
};

const countMatches = async (association: Association, keys: DataSet): Promise<number> => {
  let matches = 0;
  for await (const { identifier: match } of association.find(studyRootFind, keys)) if (match) matches += 1;
  return matches;
};

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const queries: readonly {
  name: string;
  keys: (study: TinyInstance) => Readonly<Record<string, string>>;
  /** Not counted, like `warmingQueries`: many answers take other ways than one. */
  warming: number;
  times: number;
}[] = [
  { name: 'Patient ID', keys: ({ patientId }) => ({ PatientID: patientId }), warming: 0, times: 100 },
  {
    name: 'Study Instance UID',
    keys: ({ studyInstanceUid }) => ({ StudyInstanceUID: studyInstanceUid }),
    warming: 0,
    times: 100,
  },
  { name: 'name with wildcards', keys: () => ({ PatientName: '*OVA^ANN*' }), warming: 100, times: 20 },
  { name: 'one week of study dates', keys: () => ({ StudyDate: '20200301-20200307' }), warming: 50, times: 20 },
];

/** Queries that are not counted, before those that are: a server runs for months, and its code is compiled. */
const warmingQueries = 300;

/** Study level C-FIND on one held association: the median of the answers' times, first byte out to final status. */
export const findStudies = async (server: Started, count: number): Promise<readonly Figure[]> => {
  const association = await associate(server, studyRootFind);
  const figures: Figure[] = [];
  for (let round = 0; round < warmingQueries; round += 1)
    await countMatches(association, identifier({ AccessionNumber: `A${String(round % count).padStart(9, '0')}` }));
  for (const { name, keys, warming, times } of queries) {
    const milliseconds: number[] = [];
    for (let round = -warming; round < times; round += 1) {
      const key = identifier(keys(tinyStudy((Math.abs(round) * 7919) % count)));
      const started = performance.now();
      const matches = await countMatches(association, key);
      if (round >= 0) milliseconds.push(performance.now() - started);
      if (matches === 0 && name !== 'one week of study dates') throw new Error(`no match by ${name}`);
    }
    const workload = `C-FIND by ${name}, ${count} studies`;
    figures.push({ workload, unit: 'ms (median)', value: median(milliseconds), better: 'less' });
  }
  await association.release();
  return figures;
};

const studyKeys = ({ studyInstanceUid }: Study): string[] => [
  ...['-k', 'QueryRetrieveLevel=STUDY'],
  ...['-k', `StudyInstanceUID=${studyInstanceUid}`],
];

const rate = (workload: string, study: Study, seconds: number): Figure => ({
  workload,
  unit: 'objects/s',
  value: study.files.length / seconds,
  better: 'more',
});

/** DCMTK's getscu, which drops what it receives. @param again the server has sent the study before */
export const getStudy = async (server: Started, study: Study, again = false): Promise<Figure> => {
  const seconds = await runTool('getscu', ['-S', '--ignore', ...studyKeys(study), ...destination(server)]);
  return rate(`C-GET of the study${again ? ', again' : ''}`, study, seconds);
};

/** DCMTK's movescu, to a storescp that drops what it receives. @param again the server has sent the study before */
export const moveStudy = async (server: Started, study: Study, again = false): Promise<Figure> => {
  const port = server.destinationPort;
  const receiver = await startServer(['storescp', '--fork', '--ignore', '-aet', 'DEST', '-pm', String(port)], port);
  try {
    const seconds = await runTool('movescu', ['-S', '-aem', 'DEST', ...studyKeys(study), ...destination(server)]);
    return rate(`C-MOVE of the study${again ? ', again' : ''}`, study, seconds);
  } finally {
    await receiver.stop();
  }
};
