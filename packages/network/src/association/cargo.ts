// What an event of the upper layer brings along, and the PDU that an effect makes of it. PS3.8 9.3.
import {
  type AnyPdu,
  type AssociateReject,
  abort,
  associateAccept,
  associateReject,
  associateRequest,
  releaseRequest,
  releaseResponse,
} from '../pdu/pdu.ts';
import type { Effect } from '../state.ts';

export interface Cargo {
  readonly pdu?: AnyPdu;
  readonly reject?: AssociateReject;
  /** The PDU that is sent, encoded already. */
  readonly bytes?: Uint8Array | undefined;
  /** Of an A-ABORT by the service provider. PS3.8 Table 9-26. */
  readonly reason?: number;
  readonly detail?: string;
  readonly by?: 'connection';
}

// The same for every association.
const releaseRequestBytes = releaseRequest.encode({});
const releaseResponseBytes = releaseResponse.encode({});

/** The bytes of a PDU to be sent; undefined for effects that send none. */
export function encodeFor(effect: Effect, { pdu, reject, reason }: Cargo): Buffer | undefined {
  switch (effect) {
    case 'send A-ASSOCIATE-RQ':
      return pdu?.name === 'A-ASSOCIATE-RQ' ? associateRequest.encode(pdu.value) : undefined;
    case 'send A-ASSOCIATE-AC':
      return pdu?.name === 'A-ASSOCIATE-AC' ? associateAccept.encode(pdu.value) : undefined;
    case 'send A-ASSOCIATE-RJ':
      return reject && associateReject.encode(reject);
    case 'send A-RELEASE-RQ':
      return releaseRequestBytes;
    case 'send A-RELEASE-RP':
      return releaseResponseBytes;
    case 'send A-ABORT (service user)':
      return abort.encode({ source: 0, reason: 0 });
    case 'send A-ABORT (service provider)':
      return abort.encode({ source: 2, reason: reason ?? 0 });
    default:
      return undefined;
  }
}
