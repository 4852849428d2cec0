// Our side while a system under test calls it: listens, and does what the behaviour of the item says. PS3.2 A.4.2.x.3
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Acceptor,
  type AssociationRecord,
  type BoundService,
  type ListenOptions,
  listen,
  type OperationContext,
  verificationScp,
} from '@concord/network';
import type { Check } from '../../plan/check.ts';
import type { OurSide } from '../run-context.ts';
import { type CuttablePort, openCuttablePort } from './cuttable-port.ts';
import { codeOf, type Fault, faultOf, type Script, scriptedService } from './scripted-service.ts';

type Called = Extract<Check, { kind: 'called' }>;

export interface ScriptedSide {
  readonly port: number;
  /** SOP Instances, or operations without one, that met the fault. */
  readonly disturbed: ReadonlySet<string>;
  /** How often each SOP Instance was taken with a status of success or warning. */
  readonly confirmed: ReadonlyMap<string, number>;
  /** Whether an association is open. */
  open(): boolean;
  close(): Promise<void>;
}

/** Short, but as much as the standard lets anybody ask for. */
const shortPdu = 4096;

/** Waits until the association is over, or our side is closed. */
function untilOver(signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  if (any.aborted) return Promise.resolve();
  return new Promise((done) => any.addEventListener('abort', () => done(), { once: true }));
}

class FaultyScript {
  readonly disturbed = new Set<string>();
  readonly confirmed = new Map<string, number>();
  readonly closing = new AbortController();
  readonly #check: Called;
  readonly #fault: Fault | undefined;
  readonly #act: (act: 'abort' | 'cut', context: OperationContext) => void;

  constructor(check: Called, act: (act: 'abort' | 'cut', context: OperationContext) => void) {
    this.#check = check;
    this.#fault = faultOf(check.behaviour);
    this.#act = act;
  }

  /** The fault is made once where the system may try again, and otherwise each time. */
  get #armed(): boolean {
    return !this.#check.again || this.disturbed.size === 0;
  }

  readonly at: Script['at'] = async (point, context, uid) => {
    if (this.#fault?.at !== point || !this.#armed) return;
    this.disturbed.add(uid ?? this.#check.operation);
    const { act } = this.#fault;
    if (act === 'delay') {
      const signal = AbortSignal.any([context.signal, this.closing.signal]);
      return wait((this.#check.seconds ?? 0) * 1000, undefined, { signal }).catch(() => undefined);
    }
    if (act !== 'silence') this.#act(act, context);
    await untilOver([context.signal, this.closing.signal]);
    throw new Error('the association is over'); // what comes after the fault is not taken
  };

  readonly code: Script['code'] = (uid) => {
    const { behaviour, status, operation } = this.#check;
    const code = this.#armed ? codeOf(behaviour, status) : 0;
    const key = uid ?? operation;
    if (code === 0 || code >> 12 === 0xb) this.confirmed.set(key, (this.confirmed.get(key) ?? 0) + 1);
    else this.disturbed.add(key);
    return code;
  };
}

function rulesOf({ behaviour }: Called, aeTitle: string, services: readonly BoundService[]): Partial<ListenOptions> {
  if (behaviour === 'reject the called title')
    return { applicationEntities: [{ aeTitle: `NOT ${aeTitle}`.slice(0, 16), services }] };
  return {
    policy: { calledAeTitles: 'any' },
    ...(behaviour === 'small PDUs' && { limits: { maximumLength: shortPdu } }),
  };
}

/** Opens the port and waits for calls. Rejects where it cannot be had. */
export async function openScriptedSide(
  { host, port, aeTitle }: OurSide,
  check: Called,
  onAssociation: (record: AssociationRecord) => void,
): Promise<ScriptedSide> {
  const cuts = faultOf(check.behaviour)?.act === 'cut';
  const script: FaultyScript = new FaultyScript(check, (act, { association }) => {
    if (act === 'cut') front?.cut(association.port);
    else acceptor.abort(association.id);
  });
  const services = [
    ...(check.behaviour === 'refuse contexts' ? [] : [scriptedService(check, script)]),
    ...(check.operation === 'C-ECHO' ? [] : [verificationScp]),
  ];
  const acceptor: Acceptor = await listen({
    ...(cuts ? { host: '127.0.0.1', port: 0 } : { host, port }),
    applicationEntities: [{ aeTitle, services }],
    ...rulesOf(check, aeTitle, services),
    onAssociation,
  });
  const front: CuttablePort | undefined = cuts
    ? await openCuttablePort(host, port, acceptor.port).catch(async (error: unknown) => {
        await acceptor.close();
        throw error;
      })
    : undefined;
  return {
    port: front?.port ?? acceptor.port,
    disturbed: script.disturbed,
    confirmed: script.confirmed,
    open: () => acceptor.associations().length > 0,
    close: async () => {
      script.closing.abort();
      front?.close();
      await acceptor.close({ graceMs: 500 });
    },
  };
}
