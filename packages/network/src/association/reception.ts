// One connection that came in: from its first byte to its record. PS3.8 7.1, 9.2.
import type { AssociationInfo } from '../handlers.ts';
import { type Log, withFields } from '../log.ts';
import type { DecodePdu } from '../pdu/framing.ts';
import type { AssociateReject, AssociateRequest } from '../pdu/pdu.ts';
import type { UserVerdict } from '../policy.ts';
import { type AcceptorSettings, recorderOf } from './acceptor-settings.ts';
import {
  congestionObjection,
  contextsObjection,
  limitObjection,
  nameObjection,
  type Objection,
  providerObjection,
  unreadableObjection,
  userObjection,
} from './admission.ts';
import { acceptedWindow } from './answer.ts';
import type { OpenSubAssociation } from './exchange.ts';
import type { Answer } from './known-answers.ts';
import { isLarge, ownTurn } from './large-requests.ts';
import type { ContextAnswers } from './negotiation.ts';
import { performRequest } from './performers.ts';
import type { Place } from './places.ts';
import { isBroken, type Recorder } from './record.ts';
import { subAssociations } from './requestor.ts';
import type { Rules } from './rules.ts';
import { Session, type SessionOwner } from './session.ts';
import { now, type Transport } from './transport.ts';

export class Reception implements SessionOwner {
  readonly requestor = false;
  readonly #transport: Transport;
  readonly #settings: AcceptorSettings;
  readonly #session: Session;
  readonly #recorder: Recorder;
  readonly #log: Log;
  readonly #startedAt = now();
  /** Whoever waits for the end of the connection. */
  #waiting: PromiseWithResolvers<void> | undefined;
  #ended = false;
  readonly #forget: () => void;
  #info: AssociationInfo;
  /** Held from being let in to being over. */
  #place: Place | undefined;

  constructor(transport: Transport, settings: AcceptorSettings, forget: () => void) {
    this.#transport = transport;
    this.#settings = settings;
    this.#forget = forget;
    this.#info = strangerInfo(transport);
    this.#log = withFields(settings.log, { association: this.#info.id });
    this.#recorder = recorderOf(settings, () => this.#info);
    this.#session = new Session(transport, this, {
      limits: settings.limits,
      timeouts: settings.timeouts,
      log: this.#log,
      recorder: this.#recorder,
      perform: performRequest,
      openSubAssociation: this.#subAssociation,
      moveSlots: this.#settings.moveSlots,
    });
  }

  get decode(): DecodePdu {
    return this.#settings.requests.decode;
  }

  get info(): AssociationInfo {
    return this.#info;
  }

  /** An association has been let in and is not over. */
  get isOpen(): boolean {
    return this.#place !== undefined;
  }

  /** Resolves when the connection is gone. */
  get gone(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  start(): void {
    this.#session.upperLayer.start();
  }

  abort(detail: string): void {
    if (this.isOpen) this.#session.abort(detail);
    else this.#transport.destroy();
  }

  /** Aborts as soon as nothing is being carried out. */
  finish(detail: string): void {
    if (this.isOpen) this.#session.abortWhenDone(detail);
    else this.#transport.destroy();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  /** AE-6: what the service provider itself objects to. */
  objection(request: AssociateRequest): AssociateReject | undefined {
    const objection = providerObjection(request);
    if (objection === undefined) return undefined;
    this.#identify(request);
    this.#note(objection);
    return objection.reject;
  }

  /** An A-ASSOCIATE-RQ that makes no sense is rejected where the policy says so. */
  unreadable(detail: string): AssociateReject | undefined {
    if (this.#settings.policy.unreadableRequest === 'abort') return undefined;
    const objection = unreadableObjection(detail);
    this.#note(objection);
    return objection.reject;
  }

  indicated(request: AssociateRequest): void {
    try {
      this.#identify(request);
      const answer = this.#settings.answers.to(request);
      const objection = this.#objectionTo(request, answer.rules);
      if (objection) this.#reject(objection);
      else if (isLarge(request) || asksForUser(request, answer.rules))
        this.#answerLater(request, answer).catch((cause: unknown) => this.#failed(cause));
      else this.#accept(request, answer, undefined);
    } catch (cause) {
      this.#failed(cause);
    }
  }

  confirmed(): void {}

  released(): void {}

  async #answerLater(request: AssociateRequest, answer: Answer): Promise<void> {
    const verdict = await this.#verify(request, answer.rules);
    if (isLarge(request)) await ownTurn();
    if (this.#session.failure) return;
    if (verdict?.accepted === false) {
      this.over();
      this.#reject(userObjection(verdict.why));
    } else this.#accept(request, answer, verdict);
  }

  /** A fault of ours must not leave the peer waiting. */
  #failed(cause: unknown): void {
    this.#log.error({ err: cause }, 'the association could not be answered');
    this.#session.abort('internal failure');
  }

  /** Takes the place where there is none. */
  #objectionTo(request: AssociateRequest, { entity, policy, limits, peer }: Rules): Objection | undefined {
    const { applicationEntities, places } = this.#settings;
    const { address, certificate } = this.#transport;
    const ours = applicationEntities.map(({ aeTitle }) => aeTitle);
    const objection = nameObjection(request, { address, certificate }, policy, ours) ?? congestionObjection(policy);
    if (objection) return objection;
    const place = places.take(this.#info);
    const full = limitObjection(place.others, { ...limits, associationsOfEntity: entity.associations }, peer);
    if (full) places.giveBack(place);
    else this.#place = place;
    return full;
  }

  async #verify(
    { callingAeTitle, items }: AssociateRequest,
    { policy, peer }: Rules,
  ): Promise<UserVerdict | undefined> {
    const identity = items.userInformation?.userIdentity;
    const allowed = peer?.users;
    if (identity === undefined)
      return policy.userRequired || allowed ? { accepted: false, why: 'the association must name a user' } : undefined;
    try {
      const verdict = await policy.verifyUser?.(identity, callingAeTitle);
      if (verdict?.accepted && allowed && !allowed.includes(verdict.user))
        return { accepted: false, why: `user ${JSON.stringify(verdict.user)} may not use this AE title` };
      return verdict ?? (allowed ? { accepted: false, why: 'users cannot be verified here' } : undefined);
    } catch (cause) {
      this.#log.error({ err: cause }, 'the user identity could not be verified');
      return { accepted: false, why: 'it could not be verified' };
    }
  }

  #accept(request: AssociateRequest, answer: Answer, verdict: UserVerdict | undefined): void {
    const { rules, contexts } = answer;
    this.#recorder.contexts = contexts.outcomes;
    if (rules.policy.noContext === 'reject' && contexts.accepted.length === 0) {
      this.over();
      this.#reject(contextsObjection(contexts.outcomes));
      return;
    }
    if (verdict?.accepted) this.#info = { ...this.#info, user: verdict.user };
    const { invoked, performed } = acceptedWindow(request, rules.limits.operationsPerformed);
    this.#session.establish(
      {
        info: this.#info,
        contexts: contexts.accepted,
        peerMaximumLength: request.items.userInformation?.maximumLength ?? 0,
        invoked,
        performed,
      },
      rules,
    );
    const { accept, bytes } = answer.accepting(verdict);
    this.#session.upperLayer.accept(accept, bytes);
    this.#logAcceptance(contexts);
  }

  /** With the same log, records and name as this one. */
  readonly #subAssociation: OpenSubAssociation = (peer, contexts, signal) => {
    const { limits, implementation, log, onAssociation: onRecord } = this.#settings;
    const options = { limits, implementation, log, onRecord, requestedBy: this.#transport.id };
    return subAssociations(options)(peer, contexts, signal);
  };

  #logAcceptance({ outcomes, accepted }: ContextAnswers): void {
    const { callingAeTitle, address } = this.#info;
    if (this.#log.isLevelEnabled?.('info') ?? true)
      this.#log.info(
        { callingAeTitle, address },
        `association from ${callingAeTitle} at ${address}: ${accepted.length} of ${outcomes.length} presentation contexts accepted`,
      );
    if (accepted.length === outcomes.length) return;
    const refused = outcomes.filter(({ result }) => result !== 0);
    for (const { id, abstractSyntax, result, reason, remedy } of refused)
      this.#log.warn(
        { callingAeTitle, presentationContext: id, abstractSyntax, result },
        `presentation context refused: ${reason}; remedy: ${remedy}`,
      );
  }

  #identify(request: AssociateRequest): void {
    const { callingAeTitle, calledAeTitle, items } = request;
    const { implementationClassUid: classUid, implementationVersionName: versionName } = items.userInformation ?? {};
    this.#info = { ...this.#info, callingAeTitle, calledAeTitle, peerImplementation: { classUid, versionName } };
  }

  #reject(objection: Objection): void {
    this.#note(objection);
    this.#session.upperLayer.reject(objection.reject);
  }

  #note({ reject, reason, remedy }: Objection): void {
    const { callingAeTitle, calledAeTitle, address } = this.#info;
    const codes = `${reject.result}/${reject.source}/${reject.reason}`;
    this.#recorder.end({ kind: 'rejected', detail: `${reason} (${codes})`, remedy });
    this.#log.warn(
      { callingAeTitle, calledAeTitle, address, ...reject },
      `association rejected (${codes}): ${reason}; remedy: ${remedy}`,
    );
  }

  over(): void {
    const place = this.#place;
    if (place === undefined) return;
    this.#place = undefined;
    this.#settings.places.giveBack(place);
  }

  ended(): void {
    const { bytesRead: bytesReceived, bytesWritten: bytesSent } = this.#transport;
    this.#recorder.end({ kind: 'no association', detail: 'the connection ended before an association was there' });
    const record = this.#recorder.finish(this.#info, {
      ...this.#session.tolerated,
      milliseconds: now() - this.#startedAt,
      bytesReceived,
      bytesSent,
    });
    const { callingAeTitle, address } = record;
    const level = isBroken(record.end) ? 'warn' : 'info';
    const facts = { callingAeTitle, address, end: record.end.kind, bytesReceived, bytesSent };
    if (this.#log.isLevelEnabled?.(level) ?? true) this.#log[level](facts, `association ended: ${record.end.detail}`);
    this.#forget();
    this.#ended = true;
    this.#waiting?.resolve();
    this.#settings.onAssociation(record);
  }
}

/** Whether it takes time to find out who the user is, or there must be one. */
const asksForUser = ({ items }: AssociateRequest, { policy, peer }: Rules): boolean =>
  items.userInformation?.userIdentity !== undefined || policy.userRequired || peer?.users !== undefined;

const strangerInfo = ({ id, address, port, tls }: Transport): AssociationInfo => ({
  id,
  callingAeTitle: '',
  calledAeTitle: '',
  address,
  port,
  requestor: false,
  peerImplementation: { classUid: undefined, versionName: undefined },
  user: undefined,
  tls,
  startedAt: Date.now(),
});
