// A peer of which nothing is known: what it accepts, in which syntaxes and roles, and how it answers, by asking. PS3.8 7.1.1
import {
  DataSet,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  isStorageSopClass,
  storageSopClasses,
  transferSyntaxes,
} from '@concord/dicom';
import {
  type Association,
  findOptions,
  modalityWorklistSopClass,
  NetworkError,
  type ProposedContext,
  queryRetrieveSopClasses,
  statusClass,
  verificationSopClass,
} from '@concord/network';
import { batches } from '../execute/checks/negotiation.ts';
import { hex } from '../execute/outcome.ts';
import { RunContext } from '../execute/run-context.ts';
import { type Care, defaultCare, type Target } from '../execute/target.ts';
import type { Observation, SeenClass, SeenQuery } from './observation.ts';
import { otherClasses } from './probed-classes.ts';

export interface ProbeOptions {
  readonly care?: Partial<Care>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string) => void;
  /** Milliseconds between associations. Default 200. */
  readonly pause?: number;
}

const defaultPause = 200;

/** Contexts of one association, fewer than allowed: some peers have trouble with 128. */
const contextsAtATime = 100;

/** DCMTK 3.6.7 does not answer contexts with some fifty transfer syntaxes, nor very long requests: it waits, or closes. */
const syntaxesInContext = 12;
const syntaxesAtATime = 480;

class Probe {
  readonly #run: RunContext;
  readonly troubles: string[] = [];
  /** The first one. */
  rejection: string | undefined;

  constructor(run: RunContext) {
    this.#run = run;
  }

  /** Proposes contexts and hands the association on; undefined where there is none. */
  async #with<T>(
    contexts: readonly ProposedContext[],
    what: string,
    use: (association: Association) => Promise<T> | T,
    options: { readonly window?: { readonly invoked: number; readonly performed: number } } = {},
  ): Promise<T | undefined> {
    try {
      await using association = await this.#run.associate(contexts, options);
      return await use(association);
    } catch (error) {
      if (this.#run.signal.aborted) throw error;
      const rejected = error instanceof NetworkError && error.fault === 'rejected';
      // Some reject an association of which no context is acceptable.
      if (rejected) this.rejection ??= error.message;
      else this.troubles.push(`${what}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  greet() {
    return this.#with(
      [{ abstractSyntax: verificationSopClass, transferSyntaxes: basic }],
      'Verification',
      async (association) => {
        const { status } = await association.echo().then(
          ({ code }) => ({ status: `status ${hex(code)}` }),
          (error: unknown) => ({ status: error instanceof Error ? error.message : String(error) }),
        );
        const { peerImplementation } = association.peer;
        const { peerMaximumLength, invoked, performed } = association.exchange.agreement;
        return { status, peerImplementation, peerMaximumLength, window: { invoked, performed } };
      },
      { window: { invoked: 0, performed: 0 } },
    );
  }

  /** Which of these classes are accepted: in a syntax that every system has, or else in any at all. */
  async classes(uids: readonly string[]): Promise<readonly string[]> {
    const usual = await this.#accepted(uids, basic);
    const rest = uids.filter((uid) => !usual.includes(uid));
    const special = transferSyntaxes.map(({ uid }) => uid).filter((uid) => !basic.includes(uid));
    return [...usual, ...(await this.#accepted(rest, special))];
  }

  async #accepted(uids: readonly string[], syntaxes: readonly string[]): Promise<readonly string[]> {
    const groups = batches(syntaxes, syntaxesInContext);
    const contexts = uids.flatMap((abstractSyntax) =>
      groups.map((group) => ({ abstractSyntax, transferSyntaxes: group })),
    );
    const size = Math.min(contextsAtATime, Math.floor(syntaxesAtATime / syntaxesInContext));
    const found = new Set<string>();
    for (const batch of batches(contexts, size))
      await this.#with(batch, `${batch.length} contexts`, ({ accepted }) => {
        for (const { abstractSyntax } of accepted) found.add(abstractSyntax);
      });
    return [...found];
  }

  /** Every syntax for each class, one context each. */
  async syntaxes(uids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const pairs = uids.flatMap((abstractSyntax) =>
      transferSyntaxes.map(({ uid }) => ({ abstractSyntax, transferSyntaxes: [uid] })),
    );
    const found = new Map<string, string[]>();
    for (const batch of batches(pairs, contextsAtATime))
      await this.#with(batch, `${batch.length} contexts`, ({ accepted }) => {
        for (const { abstractSyntax, transferSyntax } of accepted)
          found.set(abstractSyntax, [...(found.get(abstractSyntax) ?? []), transferSyntax]);
      });
    return found;
  }

  /** The pick among all of its syntaxes, in both orders; one class stands for those with the same syntaxes. */
  async choice(uid: string, syntaxes: readonly string[]): Promise<readonly string[]> {
    const orders = [syntaxes, syntaxes.toReversed()];
    const picks = await this.#with(
      orders.map((order) => ({ abstractSyntax: uid, transferSyntaxes: order })),
      'choice of a transfer syntax',
      ({ accepted }) => accepted.map(({ transferSyntax }) => transferSyntax),
    );
    return picks ?? [];
  }

  /** Roles and extended negotiation, class by class in batches. */
  async negotiated(
    uids: readonly string[],
  ): Promise<ReadonlyMap<string, { provider: boolean; information?: Uint8Array }>> {
    const found = new Map<string, { provider: boolean; information?: Uint8Array }>();
    for (const batch of batches(uids, contextsAtATime)) {
      const contexts = batch.map((abstractSyntax) => ({
        abstractSyntax,
        transferSyntaxes: basic,
        ...(isStorageSopClass(abstractSyntax) && { roles: { scu: true, scp: true } }),
        ...(queryModels.has(abstractSyntax) && { extendedNegotiation: everyOption }),
      }));
      await this.#with(contexts, 'roles and extended negotiation', ({ accepted }) => {
        for (const { abstractSyntax, weAreScp, extendedNegotiation: information } of accepted)
          found.set(abstractSyntax, { provider: weAreScp, ...(information && { information }) });
      });
    }
    return found;
  }

  /** Asks for one patient who does not exist: nothing of anybody comes back, and the status is learnt. */
  async query(uid: string, level: string): Promise<SeenQuery | undefined> {
    const identifier = new DataSet();
    if (level !== 'WORKLIST') identifier.set('QueryRetrieveLevel', level);
    identifier.set('PatientID', 'ZZTEST-NOBODY');
    for (const keyword of ['PatientName', 'StudyInstanceUID', 'StudyDate']) identifier.set(keyword, null);
    return this.#with(
      [{ abstractSyntax: uid, transferSyntaxes: basic }],
      `query at level ${level}`,
      async (association) => {
        let status = -1;
        const returned = new Set<string>();
        for await (const response of association.find(uid, identifier, { signal: this.#run.signal })) {
          if (statusClass(response.status.code) !== 'pending') status = response.status.code;
          for (const keyword of ['PatientName', 'StudyInstanceUID', 'StudyDate', 'PatientID'])
            if (response.identifier?.string(keyword) !== undefined) returned.add(keyword);
        }
        return { uid, level, status: hex(status), returned: [...returned] };
      },
    );
  }
}

const basic = [explicitVrLittleEndian, implicitVrLittleEndian];
const finds: Readonly<Record<string, string>> = {
  [queryRetrieveSopClasses.patientRootFind]: 'PATIENT',
  [queryRetrieveSopClasses.studyRootFind]: 'STUDY',
  [queryRetrieveSopClasses.patientStudyOnlyFind]: 'PATIENT',
  [modalityWorklistSopClass]: 'WORKLIST',
};
const queryModels = new Set(Object.keys(finds));
const everyOption = findOptions.encode({
  relational: true,
  combinedDateTime: true,
  fuzzyPersonNames: true,
  timezone: true,
  enhancedMultiFrame: true,
});

/** Of nobody: whoever accepts it accepts any. */
const inventedClass = '1.2.826.0.1.3680043.10.1499.1';

/** How each group of classes with the same syntaxes chooses. */
async function choicesOf(probe: Probe, syntaxes: ReadonlyMap<string, readonly string[]>) {
  const groups = Map.groupBy(syntaxes, ([, list]) => list.join(' '));
  const chosen = new Map<string, readonly string[]>();
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const picks = first[1].length > 1 ? await probe.choice(first[0], first[1]) : first[1];
    for (const [uid] of group) chosen.set(uid, picks);
  }
  return chosen;
}

async function seenClasses(probe: Probe, say: (text: string) => void): Promise<readonly SeenClass[]> {
  const registry = [...otherClasses, ...storageSopClasses.map(({ uid }) => uid)];
  say(`proposing ${registry.length} SOP Classes`);
  const accepted = await probe.classes(registry);
  say(`${accepted.length} are accepted; asking for every transfer syntax of each`);
  const syntaxes = await probe.syntaxes(accepted);
  const chosen = await choicesOf(probe, syntaxes);
  say('asking for roles and extended negotiation');
  const negotiated = await probe.negotiated(accepted);
  return accepted.map((uid) => {
    const { provider = false, information } = negotiated.get(uid) ?? {};
    return {
      uid,
      transferSyntaxes: syntaxes.get(uid) ?? [],
      chosen: chosen.get(uid) ?? [],
      grantsProviderRole: provider,
      ...(information && { extendedNegotiation: information }),
    };
  });
}

async function seenQueries(probe: Probe, classes: readonly SeenClass[]): Promise<readonly SeenQuery[]> {
  const seen: SeenQuery[] = [];
  for (const { uid } of classes) {
    const level = finds[uid];
    const query = level === undefined ? undefined : await probe.query(uid, level);
    if (query) seen.push(query);
  }
  return seen;
}

/**
 * Looks at a peer from outside: associations, C-ECHO, and queries for a patient who does not exist. Nothing is stored and
 * nothing is read. Rejects with NetworkError 'cancelled' when it is stopped, and never for what the peer does.
 */
export async function probe(target: Target, options: ProbeOptions = {}): Promise<Observation> {
  const { signal = new AbortController().signal, onProgress: say = () => undefined, pause = defaultPause } = options;
  const care: Care = { ...defaultCare, response: 30, ...options.care, pause };
  const run = new RunContext({ target, care, signal, ourSide: undefined, encode: undefined, ask: () => undefined });
  const looking = new Probe(run);
  say(`asking ${target.host}:${target.port} for Verification`);
  const greeting = await looking.greet();
  const rejection = greeting ? undefined : looking.rejection;
  const reachable = greeting !== undefined || rejection !== undefined;
  const base = {
    target,
    observedAt: new Date().toISOString(),
    reachable,
    ...(rejection !== undefined && { rejection }),
  };
  if (!reachable)
    return {
      ...base,
      implementation: {},
      classes: [],
      takesUnknownClasses: false,
      queries: [],
      troubles: looking.troubles,
    };
  const classes = await seenClasses(looking, say);
  say('asking for a patient who does not exist');
  const queries = await seenQueries(looking, classes);
  const takesUnknownClasses = (await looking.classes([inventedClass])).length > 0;
  const { classUid, versionName } = greeting?.peerImplementation ?? {};
  return {
    ...base,
    ...(greeting && { echo: greeting.status, maximumLength: greeting.peerMaximumLength, window: greeting.window }),
    implementation: {
      ...(classUid !== undefined && { classUid }),
      ...(versionName !== undefined && { versionName }),
    },
    classes,
    takesUnknownClasses,
    queries,
    troubles: looking.troubles,
  };
}
