// What the statement says a caller of each title observes, in the form in which associations are compared with it. PS3.2 A.4.2.x.4
import type { CreatedObject, Statement } from '@concord/conformance';
import { formatCode } from '@concord/network';

/** One application entity towards those who call it. */
export interface StatedEntity {
  /** Transfer syntaxes by abstract syntax. */
  readonly contexts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Transfer syntaxes of SOP Classes that the dictionary does not know and that are taken all the same. */
  readonly unnamed: ReadonlySet<string>;
  /** Codes such as `A700H` by `C-STORE 1.2.840...`, and by `C-STORE` for every SOP Class together. */
  readonly statuses: ReadonlyMap<string, ReadonlySet<string>>;
  /** At a time; undefined: any number. */
  readonly associations: number | undefined;
}

/** Plain data, as it comes from the thread that makes the statement. */
export interface Stated {
  /** By the title that they are called by. */
  readonly entities: ReadonlyMap<string, StatedEntity>;
  /** Tables of the objects that are made. PS3.2 A.8.1.1 */
  readonly objects: readonly CreatedObject[];
}

type Networking = Extract<Statement['networking'], { readonly state: 'described' }>;
type Entity = Networking['applicationEntities'][number];
type Acceptance = Extract<Entity['acceptance'], { readonly state: 'described' }>;
type Activity = Acceptance['activities'][number];

function add<Key>(sets: Map<Key, Set<string>>, key: Key, values: Iterable<string>): void {
  const set = sets.get(key) ?? new Set();
  for (const value of values) set.add(value);
  sets.set(key, set);
}

type ContextRows = readonly Pick<Activity['contexts'][number], 'abstractSyntax' | 'transferSyntaxes'>[];

function addContexts(contexts: Map<string, Set<string>>, rows: ContextRows): void {
  for (const { abstractSyntax, transferSyntaxes } of rows)
    add(
      contexts,
      abstractSyntax.uid,
      transferSyntaxes.map(({ uid }) => uid),
    );
}

/** Rows of what we answer: notifications go from the provider to the user, all other operations the other way. PS3.7 7.5 */
function statusesOf(activities: readonly Activity[]): Map<string, Set<string>> {
  const statuses = new Map<string, Set<string>>();
  for (const { operation, ourRole, sopClasses, statuses: rows } of activities.flatMap((each) => each.sopConformance)) {
    if ((operation === 'N-EVENT-REPORT') !== (ourRole === 'SCU')) continue;
    const codes = rows.map(({ code }) => formatCode(Number.parseInt(code, 16)));
    add(statuses, operation, codes);
    for (const uid of sopClasses) add(statuses, `${operation} ${uid}`, codes);
  }
  return statuses;
}

function statedEntity({ activities, associations }: Acceptance, initiated: ContextRows): StatedEntity {
  const contexts = new Map<string, Set<string>>();
  addContexts(
    contexts,
    activities.flatMap((each) => each.contexts),
  );
  const statuses = statusesOf(activities);
  // A C-GET sends its instances over the association of the request, in contexts of what is sent elsewhere too. PS3.4 C.5.3
  if (statuses.has('C-GET')) addContexts(contexts, initiated);
  const open = activities.flatMap((each) => each.contexts).filter((row) => row.commonExtendedNegotiation);
  return {
    contexts,
    unnamed: new Set(open.flatMap(({ transferSyntaxes }) => transferSyntaxes.map(({ uid }) => uid))),
    statuses,
    associations: typeof associations.value === 'number' ? associations.value : undefined,
  };
}

/** Entities that accept nothing are left out. */
export function statedBy({ networking, annexes: { createdObjects } }: Statement): Stated {
  const own = networking.state === 'described' ? networking.applicationEntities : [];
  const titles = networking.state === 'described' ? networking.configuration.localTitles : [];
  const initiated = own.flatMap(({ initiation }) =>
    initiation.state === 'described' ? initiation.activities.flatMap(({ contexts }) => contexts) : [],
  );
  const entities = new Map<string, StatedEntity>();
  for (const { id, acceptance } of own) {
    if (acceptance.state !== 'described') continue;
    const title = titles.find(({ ae }) => ae === id);
    entities.set(title?.effectiveTitle ?? title?.defaultTitle ?? id, statedEntity(acceptance, initiated));
  }
  return { entities, objects: createdObjects.state === 'described' ? createdObjects.objects : [] };
}

/** The entity of the title; of a title that nobody has, the first. */
export function statedEntityOf({ entities }: Stated, aeTitle: string): StatedEntity | undefined {
  const [first] = entities.values();
  return entities.get(aeTitle) ?? first;
}
