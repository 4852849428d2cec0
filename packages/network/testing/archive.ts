// The smallest archive that can be tested against: instances in memory, every service of Query/Retrieve on them.
import { DataSet, readDataSet } from '@concord/dicom';
import type { OutgoingInstance } from '../src/handlers.ts';
import type { BoundService, Peer } from '../src/index.ts';
import { bind, queryFind, queryGet, queryMove, storage, verificationScp } from '../src/index.ts';

export interface KeptInstance extends OutgoingInstance {
  readonly dataSet: DataSet;
  readonly bytes: Uint8Array;
}

export interface MemoryArchive {
  readonly instances: Map<string, KeptInstance>;
  readonly services: readonly BoundService[];
}

/** @param destinations of C-MOVE, by AE title */
export function memoryArchive(
  kept: readonly KeptInstance[] = [],
  destinations: Readonly<Record<string, Peer>> = {},
): MemoryArchive {
  const instances = new Map(kept.map((instance) => [instance.sopInstanceUid, instance]));
  const store = bind(storage, {
    'C-STORE': async (request, { presentationContext }) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request.dataSet) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      instances.set(request.affectedSopInstanceUid, {
        sopClassUid: request.affectedSopClassUid,
        sopInstanceUid: request.affectedSopInstanceUid,
        transferSyntaxUid: presentationContext.transferSyntax,
        dataSet: readDataSet(bytes, presentationContext.transferSyntax),
        bytes,
        open: async function* () {
          yield bytes;
        },
      });
      return { code: 0x0000 };
    },
  });
  const selected = (identifier: DataSet): readonly KeptInstance[] =>
    [...instances.values()].filter(({ dataSet }) => hits(identifier, dataSet));
  const find = bind(queryFind, {
    'C-FIND': async function* ({ identifier }) {
      for (const match of matchesAtLevel(identifier, selected(identifier))) yield { code: 0xff00, identifier: match };
      yield { code: 0x0000 };
    },
  });
  const get = bind(queryGet, { 'C-GET': async ({ identifier }) => ({ instances: selected(identifier) }) });
  const move = bind(queryMove, {
    'C-MOVE': async ({ identifier, moveDestination }) => {
      const destination = destinations[moveDestination];
      return destination
        ? { destination, instances: selected(identifier) }
        : { code: 0xa801, comment: `${moveDestination} is not configured` };
    },
  });
  return { instances, services: [verificationScp, store, find, get, move] };
}

const uniqueKeys = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
} as const;

const hits = (identifier: DataSet, dataSet: DataSet): boolean =>
  Object.values(uniqueKeys).every((key) => {
    const wanted = identifier.strings(key).filter((value) => value !== '' && value !== '*');
    return wanted.length === 0 || wanted.includes(dataSet.string(key) ?? '');
  });

function* matchesAtLevel(identifier: DataSet, instances: readonly KeptInstance[]): Generator<DataSet> {
  const level = identifier.string('QueryRetrieveLevel') as keyof typeof uniqueKeys;
  const seen = new Set<string>();
  for (const { dataSet } of instances) {
    const unique = dataSet.string(uniqueKeys[level]) ?? '';
    if (seen.has(unique)) continue;
    seen.add(unique);
    const answer = new DataSet();
    for (const { tag, vr } of identifier.elements()) answer.set(tag, dataSet.string(tag) ?? null, vr);
    answer.set('QueryRetrieveLevel', level);
    yield answer;
  }
}
