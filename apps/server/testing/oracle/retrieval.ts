// Random C-MOVE and C-GET requests to a real archive: what has to arrive, and what their responses have to say. PS3.4 C.4.2, C.4.3.
import type { TestContext } from 'node:test';
import type { DataSet } from '@concord/dicom';
import { createImagingPool } from '@concord/imaging/node';
import { type Association, connect, listen, queryRetrieveSopClasses, retrieveOptions } from '@concord/network';
import { archiveServices } from '../../src/archive/handlers.ts';
import { dataSetOf, explicitVrLittleEndian } from '../data-sets.ts';
import { openRealArchive } from '../real-archive.ts';
import { startReceivingPeer } from '../receiving-peer.ts';
import { ancestor, type Entity, entitiesOf, type Level, meanings, uniqueKeys } from './entities.ts';
import { oddStudies } from './odd-studies.ts';
import { createRandom, type Random } from './random.ts';

export interface Wanted {
  readonly operation: 'C-MOVE' | 'C-GET';
  readonly level: Level;
  readonly relational: boolean;
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** C-CANCEL after so many responses; undefined: never. */
  readonly cancelAfter: number | undefined;
}

/** Of a response: the four numbers of sub-operations. */
export interface Counts {
  readonly code: number;
  readonly remaining: number | undefined;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
}

export interface Retrieved {
  readonly wanted: Wanted;
  /** SOP Instance UIDs that have to go out; undefined: it has to be refused. */
  readonly expected: readonly string[] | undefined;
  /** In the order they were asked to be stored. */
  readonly arrived: readonly string[];
  readonly responses: readonly Counts[];
  readonly failedUids: readonly string[];
}

/** What the receiving side says to an instance: by its UID, so that it is known beforehand. */
export function answerTo(uid: string): 0x0000 | 0xb000 | 0xc000 {
  const sum = [...uid].reduce((total, one) => (total * 31 + one.charCodeAt(0)) % 1009, 7);
  return sum % 9 === 0 ? 0xc000 : sum % 7 === 0 ? 0xb000 : 0x0000;
}

const { patientRootMove, studyRootMove, patientStudyOnlyMove, patientRootGet, studyRootGet, patientStudyOnlyGet } =
  queryRetrieveSopClasses;
const models: readonly { readonly move: string; readonly get: string; readonly rooted: readonly Level[] }[] = [
  { move: patientRootMove, get: patientRootGet, rooted: ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'] },
  { move: studyRootMove, get: studyRootGet, rooted: ['STUDY', 'SERIES', 'IMAGE'] },
  { move: patientStudyOnlyMove, get: patientStudyOnlyGet, rooted: ['PATIENT', 'STUDY'] },
];

const uniqueOf = (entity: Entity, level: Level): readonly string[] =>
  meanings(ancestor(entity, level) ?? entity, uniqueKeys[level]);

/** Keys that name something that is there; sometimes they break a rule. */
function oddKeys(random: Random, patients: readonly Entity[], level: Level, rooted: readonly Level[]) {
  const target = random.pick(entitiesOf(patients, level));
  const own = uniqueKeys[level];
  const keys: Record<string, readonly string[]> = {};
  for (const above of rooted.slice(0, rooted.indexOf(level))) {
    const value = uniqueOf(target, above);
    const broken = [[], [...value, ...value], ['1.2.*'], uniqueOf(random.pick(entitiesOf(patients, above)), above)];
    keys[uniqueKeys[above]] = random.chance(85) ? value : random.pick(broken);
  }
  const more = random.chance(50)
    ? [random.pick(entitiesOf(patients, level)), random.pick(entitiesOf(patients, level))]
    : [];
  const near = random.chance(50) ? (target.parent?.children ?? []) : [];
  const list = [target, ...more, ...near].flatMap((entity) => uniqueOf(entity, level));
  const values = [...list, ...(random.chance(20) ? ['1.9.9'] : []), ...(random.chance(20) ? list : [])];
  keys[own] = random.chance(5) ? random.pick([[], ['*'], ['']]) : level === 'PATIENT' ? list.slice(0, 1) : values;
  if (level !== 'IMAGE' && random.chance(6)) keys.SOPInstanceUID = random.chance(50) ? ['1.2.3'] : [];
  return keys;
}

/** PS3.4 C.4.2.2.1, and with relational retrieval C.4.2.2.2. */
function expectedOf(
  patients: readonly Entity[],
  { level, keys, relational }: Pick<Wanted, 'level' | 'keys' | 'relational'>,
  rooted: readonly Level[],
): readonly string[] | undefined {
  const named = (each: Level) => (keys[uniqueKeys[each]] ?? []).map((value) => value.trim());
  const isName = (value: string) => value !== '' && !/[*?]/u.test(value);
  const above = rooted.slice(0, rooted.indexOf(level));
  if (!relational && above.some((each) => named(each).length !== 1 || !named(each).every(isName))) return undefined;
  const own = named(level);
  if (own.length === 0 || !own.every(isName) || (level === 'PATIENT' && own.length > 1)) return undefined;
  if (level !== 'IMAGE' && (keys.SOPInstanceUID ?? []).length > 0) return undefined;
  const limiting = [...above, level].filter((each) => named(each).length > 0);
  return entitiesOf(patients, 'IMAGE')
    .filter((image) => limiting.every((each) => uniqueOf(image, each).some((value) => named(each).includes(value))))
    .flatMap((image) => uniqueOf(image, 'IMAGE'));
}

/** Fills an archive and retrieves from it; everything ends with the test. */
export async function retrieveAtRandom(t: TestContext, seed: number, requests: number): Promise<readonly Retrieved[]> {
  const random = createRandom(seed);
  const { patients, objects } = oddStudies(random, 8);
  const asked: string[] = [];
  const answer = async (uid: string) => {
    asked.push(uid);
    return answerTo(uid);
  };
  const associations = await startArchive(t, objects, answer);
  const retrieved: Retrieved[] = [];
  for (let at = 0; at < requests; at += 1) {
    const { rooted, ...sopClass } = random.pick(models);
    const level = random.pick(rooted);
    const relational = random.chance(30);
    const keys = oddKeys(random, patients, level, rooted);
    const operation = random.pick(['C-MOVE', 'C-GET'] as const);
    const cancelAfter = random.chance(30) ? random.below(6) : undefined;
    const wanted: Wanted = { operation, level, relational, keys, cancelAfter };
    asked.length = 0;
    const association = relational ? associations.relational : associations.hierarchical;
    const told = await retrieve(association, operation === 'C-MOVE' ? sopClass.move : sopClass.get, wanted, answer);
    retrieved.push({ wanted, expected: expectedOf(patients, wanted, rooted), arrived: [...asked], ...told });
  }
  return retrieved;
}

type Answer = (uid: string) => Promise<number>;

/** The archive with these objects, its destination DEST, and an association of each kind. */
async function startArchive(t: TestContext, objects: readonly DataSet[], answer: Answer) {
  const { archive, put } = await openRealArchive(t);
  for (const object of objects) await put(object);
  const peer = await startReceivingPeer(t, { aeTitle: 'DEST', answer });
  const imaging = createImagingPool({ threads: 1 });
  t.after(() => imaging.close());
  const dest = { host: '127.0.0.1', port: peer.port, calledAeTitle: 'DEST', callingAeTitle: 'CONCORD' };
  const destination = (title: string) => (title === 'DEST' ? dest : undefined);
  const { storage, move, get } = archiveServices({ archive, imaging, destination });
  const services = [...storage(), ...move('CONCORD', {}), ...get('CONCORD', {})];
  const acceptor = await listen({
    host: '127.0.0.1',
    port: 0,
    // However slow the machine is: an association may wait for its turn.
    timeouts: { idle: 600, data: 600 },
    applicationEntities: [{ aeTitle: 'CONCORD', services }],
  });
  const sopClasses = [...new Set(objects.map((object) => object.string('SOPClassUID') ?? ''))];
  const hierarchical = await open(acceptor.port, sopClasses, false);
  const relational = await open(acceptor.port, sopClasses, true);
  t.after(async () => {
    for (const association of [hierarchical, relational]) await association.release();
    await acceptor.close({ graceMs: 0 });
  });
  return { hierarchical, relational };
}

const open = (port: number, sopClasses: readonly string[], relational: boolean): Promise<Association> =>
  connect({ host: '127.0.0.1', port, calledAeTitle: 'CONCORD', callingAeTitle: 'ORACLE' }, [
    ...models.flatMap(({ move, get }) =>
      [move, get].map((abstractSyntax) => ({
        abstractSyntax,
        transferSyntaxes: [explicitVrLittleEndian],
        ...(relational && { extendedNegotiation: retrieveOptions.encode({ relational: true }) }),
      })),
    ),
    ...sopClasses.map((abstractSyntax) => ({
      abstractSyntax,
      transferSyntaxes: [explicitVrLittleEndian],
      roles: { scu: false, scp: true },
    })),
  ]);

async function retrieve(
  association: Association,
  sopClassUid: string,
  { operation, level, keys, cancelAfter }: Wanted,
  answer: Answer,
): Promise<Pick<Retrieved, 'responses' | 'failedUids'>> {
  const identifier = dataSetOf({ QueryRetrieveLevel: level });
  for (const [keyword, values] of Object.entries(keys)) {
    const text = values.join('\\');
    identifier.set(keyword, new TextEncoder().encode(text.length % 2 === 0 ? text : `${text} `));
  }
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const progress =
    operation === 'C-MOVE'
      ? association.move(sopClassUid, identifier, 'DEST', { signal })
      : association.get(sopClassUid, identifier, {
          signal,
          onStore: async ({ dataSet, affectedSopInstanceUid }) => {
            for await (const _ of dataSet);
            return { code: await answer(affectedSopInstanceUid) };
          },
        });
  const responses: Counts[] = [];
  let failedUids: readonly string[] = [];
  for await (const { status, remaining, completed, failed, warning, failedUids: named } of progress) {
    responses.push({ code: status.code, remaining, completed, failed, warning });
    failedUids = named;
    if (responses.length === (cancelAfter ?? 0) + 1 && cancelAfter !== undefined) cancelling.abort();
  }
  return { responses, failedUids };
}
