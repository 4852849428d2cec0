// The requestor's side: proposes, waits for the answer, hands out the association. PS3.8 7.1, 7.2.
import { storeStatuses } from '../dimse/status.ts';
import type { AssociationInfo } from '../handlers.ts';
import { type Implementation, implementation as ours } from '../implementation.ts';
import { defaultLimits, defaultTimeouts, type Limits, type Timeouts } from '../limits.ts';
import { type Log, silentLog, withFields } from '../log.ts';
import { NetworkError } from '../network-error.ts';
import type { AssociateAccept, AssociateReject } from '../pdu/pdu.ts';
import { rejections, rejectionText } from '../pdu/reasons.ts';
import type { UserIdentity } from '../pdu/user-information.ts';
import type { Peer } from '../peer.ts';
import { type BoundService, bind, service } from '../service.ts';
import { Association, type AssociationParts } from './association.ts';
import { newAssociationId } from './association-id.ts';
import type { OpenSubAssociation, ProposedContext } from './exchange.ts';
import { performRequest } from './performers.ts';
import { type AssociationRecord, Recorder } from './record.ts';
import { type Agreed, agreed, type RequestParts, requestFor } from './request.ts';
import { Session } from './session.ts';
import { unlimitedSlots } from './slots.ts';
import { now, startTimer, type Transport } from './transport.ts';
import { openTransport } from './transport-connect.ts';

export interface ConnectOptions {
  /** Gives up waiting; once the association is there, its operations have signals of their own. */
  readonly signal?: AbortSignal | undefined;
  readonly identity?: UserIdentity;
  /** Operations that may be outstanding, ours and the peer's; 0 = any number; absent = one each. PS3.7 D.3.3.3. */
  readonly window?: { readonly invoked: number; readonly performed: number };
  /** What carries out requests of the peer: events, and operations where we have the SCP role. */
  readonly services?: readonly BoundService[];
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
  readonly implementation?: Implementation;
  /** Each attempt ends in a record, one that never got a connection too. */
  readonly onRecord?: (record: AssociationRecord) => void;
  /** The id of the association whose C-MOVE asks for this one. */
  readonly requestedBy?: string;
}

/**
 * Opens an association. Throws NetworkError: 'rejected' with the peer's result, source and reason; 'refused', 'tls',
 * 'timeout', 'aborted', 'closed', 'cancelled'; 'limit-exceeded' for more than 128 contexts.
 */
export async function connect(
  peer: Peer,
  contexts: readonly ProposedContext[],
  options: ConnectOptions = {},
): Promise<Association> {
  const timeouts: Timeouts = { ...defaultTimeouts, ...peer.timeouts };
  const { host, port, calledAeTitle, callingAeTitle, tls } = peer;
  const limits = limitsFor(peer, options.limits);
  const { identity, window, implementation = peer.implementation ?? ours, signal } = options;
  const parts = {
    calledAeTitle,
    callingAeTitle,
    contexts,
    maximumLength: limits.maximumLength,
    implementation,
    identity,
    window,
  };
  const request = requestFor(parts);
  const id = newAssociationId();
  const startedAt = now();
  const opening = openTransport({ host, port, tls, timeout: timeouts.connect, signal, id });
  const transport = await opening.catch((cause: NetworkError) => {
    noteNoConnection(infoOf({ id, address: host, port, tls: undefined }, parts), now() - startedAt, {
      cause,
      options,
    });
    throw cause;
  });
  const { cancelBy } = peer;
  const attempt = new Attempt(transport, { parts, options, limits, timeouts, ...(cancelBy && { cancelBy }) });
  attempt.session.upperLayer.start(request);
  return attempt.answered(timeouts.associate, signal);
}

/** What the peer's entry says goes before the options, and these before what holds for everybody. */
function limitsFor({ maximumLength, toleratedLength, sentLength }: Peer, given?: Partial<Limits>): Limits {
  return {
    ...defaultLimits,
    ...given,
    ...(maximumLength !== undefined && { maximumLength }),
    ...(toleratedLength !== undefined && { toleratedLength }),
    ...(sentLength !== undefined && { sentLength }),
  };
}

/** Opens the associations of C-MOVE sub-operations with the same log, records and name as their request's. */
export const subAssociations =
  (
    options: Pick<ConnectOptions, 'log' | 'implementation' | 'onRecord' | 'limits' | 'requestedBy'>,
  ): OpenSubAssociation =>
  (peer, contexts, signal) =>
    connect(peer, contexts, { ...options, signal });

interface AttemptParts {
  readonly parts: RequestParts;
  readonly options: ConnectOptions;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly cancelBy?: Peer['cancelBy'];
}

/** From the open connection to its end. */
class Attempt {
  readonly session: Session;
  readonly #transport: Transport;
  readonly #given: AttemptParts;
  readonly #answer = Promise.withResolvers<Association>();
  readonly #released = Promise.withResolvers<void>();
  readonly #recorder: Recorder;
  readonly #receiver: AssociationParts['receiver'] = { onStore: undefined };
  readonly #startedAt = now();
  readonly #log: Log;
  #info: AssociationInfo;

  constructor(transport: Transport, given: AttemptParts) {
    this.#transport = transport;
    this.#given = given;
    this.#recorder = new Recorder(given.limits.recordedOperations);
    this.#info = infoOf(transport, given.parts);
    this.#log = withFields(given.options.log ?? silentLog, { association: this.#info.id });
    this.#released.promise.catch(() => undefined);
    this.session = new Session(
      transport,
      {
        requestor: true,
        objection: () => undefined,
        unreadable: () => undefined,
        indicated: () => undefined,
        confirmed: (answer) => this.#confirmed(answer),
        released: () => this.#released.resolve(),
        over: (cause) => {
          this.#answer.reject(cause);
          this.#released.reject(cause);
        },
        ended: () => this.#ended(),
      },
      {
        ...given,
        log: this.#log,
        recorder: this.#recorder,
        perform: performRequest,
        openSubAssociation: subAssociations(given.options),
        moveSlots: unlimitedSlots,
      },
    );
  }

  /** The association, or why there is none. */
  async answered(patience: number, signal: AbortSignal | undefined): Promise<Association> {
    const timer = startTimer(patience, () =>
      this.session.abort(`no answer to the A-ASSOCIATE-RQ in ${patience} s`, 'timeout'),
    );
    const cancel = (): void => this.session.abort('given up by the caller', 'cancelled');
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    try {
      return await this.#answer.promise;
    } finally {
      timer.stop();
      signal?.removeEventListener('abort', cancel);
    }
  }

  #confirmed(answer: AssociateAccept | AssociateReject): void {
    if ('result' in answer) this.#rejected(answer);
    else this.#accepted(answer);
  }

  #rejected({ result, source, reason }: AssociateReject): void {
    const detail = rejectionText(result, source, reason);
    const remedy = rejections[`${source}.${reason}`]?.remedy;
    this.#recorder.end({ kind: 'rejected', detail, ...(remedy !== undefined && { remedy }) });
    const text = remedy === undefined ? detail : `${detail}; ${remedy}`;
    this.#answer.reject(new NetworkError('rejected', text, { refusal: { result, source, reason } }));
  }

  #accepted(answer: AssociateAccept): void {
    const user = answer.items.userInformation;
    const result = agreed(this.#given.parts, answer, (abstractSyntax) => this.#serviceOf(abstractSyntax));
    this.#recorder.contexts = result.outcomes;
    this.#info = {
      ...this.#info,
      peerImplementation: { classUid: user?.implementationClassUid, versionName: user?.implementationVersionName },
    };
    this.session.establish({
      info: this.#info,
      contexts: result.contexts,
      peerMaximumLength: user?.maximumLength ?? 0,
      ...result.window,
    });
    this.#logRefusals(result);
    this.#answer.resolve(
      new Association({
        exchange: this.session,
        outcomes: result.outcomes,
        release: () => this.#release(),
        abort: () => this.session.abort('by the caller'),
        receiver: this.#receiver,
        userIdentityResponse: user?.userIdentityResponse,
      }),
    );
  }

  #logRefusals({ outcomes }: Agreed): void {
    for (const { result, reason, abstractSyntax } of outcomes)
      if (result !== 0) this.#log.info({ abstractSyntax, result }, `presentation context refused: ${reason}`);
  }

  /** Instances that come in during a C-GET go to whoever asked for them. */
  #serviceOf(abstractSyntax: string): BoundService {
    const given = this.#given.options.services?.find(({ declaration }) =>
      declaration.sopClasses.includes(abstractSyntax),
    );
    return (
      given ??
      bind(receivingDuringGet, {
        'C-STORE': async (request, context) =>
          this.#receiver.onStore?.(request, context) ?? { code: 0x0122, comment: 'no C-GET is under way' },
      })
    );
  }

  async #release(): Promise<void> {
    const { release } = this.#given.timeouts;
    if (this.session.failure) throw this.session.failure;
    const timer = startTimer(release, () => this.session.abort(`no A-RELEASE-RP in ${release} s`, 'timeout'));
    try {
      this.session.upperLayer.release();
      await this.#released.promise;
    } finally {
      timer.stop();
    }
  }

  #ended(): void {
    const { bytesRead: bytesReceived, bytesWritten: bytesSent } = this.#transport;
    const record = this.#recorder.finish(this.#info, {
      ...this.session.tolerated,
      milliseconds: now() - this.#startedAt,
      bytesReceived,
      bytesSent,
      ...requestedBy(this.#given.options),
    });
    this.#log.debug({ end: record.end }, `association ended: ${record.end.detail}`);
    this.#given.options.onRecord?.(record);
  }
}

/** The handler was given to `get`, which cannot know its codes. */
const anyStoreStatus: Readonly<Record<number, string>> = storeStatuses;

/** What a requestor answers in the SCP role that it proposed for a C-GET. PS3.4 C.5.3. */
const receivingDuringGet = service({
  name: 'Storage during C-GET',
  section: 'PS3.4 C.4.3',
  role: 'SCP',
  sopClasses: [],
  transferSyntaxes: [],
  operations: { 'C-STORE': { statuses: anyStoreStatus } },
});

const requestedBy = ({ requestedBy: id }: ConnectOptions) => (id === undefined ? {} : { requestedBy: id });

/** What remains of an attempt that got no connection. */
function noteNoConnection(
  info: AssociationInfo,
  milliseconds: number,
  { cause, options }: { readonly cause: NetworkError; readonly options: ConnectOptions },
): void {
  const recorder = new Recorder(0);
  recorder.end({
    kind: 'no connection',
    detail: cause.message,
    remedy: `check address, port and firewall of ${info.calledAeTitle}, and that it runs`,
  });
  const record = recorder.finish(info, { milliseconds, bytesReceived: 0, bytesSent: 0, ...requestedBy(options) });
  options.log?.debug({ association: info.id }, `no association with ${info.calledAeTitle}: ${cause.message}`);
  options.onRecord?.(record);
}

const infoOf = (
  transport: Pick<Transport, 'id' | 'address' | 'port' | 'tls'>,
  { callingAeTitle, calledAeTitle }: RequestParts,
): AssociationInfo => ({
  id: transport.id,
  callingAeTitle,
  calledAeTitle,
  address: transport.address,
  port: transport.port,
  requestor: true,
  peerImplementation: { classUid: undefined, versionName: undefined },
  user: undefined,
  tls: transport.tls,
  startedAt: Date.now(),
});
