// A-ASSOCIATE-RQs that came lately, decoded: a system asks the same again and again, and what is read once need not be read twice. PS3.8 9.3.2.
import { type AnyPdu, decodePdu, type PduName } from './pdu.ts';

/** Requests that are remembered; the one that came first is forgotten first. */
const most = 64;
/** Longer ones, in bytes, are read each time. */
const longest = 0x4000;

/** Shared by all connections of an acceptor. What it hands out is shared too: nobody changes a PDU. */
export class KnownRequests {
  readonly #byBytes = new Map<string, AnyPdu>();

  /** Like `decodePdu`. Throws NetworkError 'invalid-pdu'. */
  readonly decode = (name: Exclude<PduName, 'P-DATA-TF'>, body: Uint8Array): AnyPdu => {
    if (name !== 'A-ASSOCIATE-RQ' || body.length > longest) return decodePdu(name, body);
    const key = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
    const known = this.#byBytes.get(key);
    if (known) return known;
    const pdu = decodePdu(name, body);
    // Who the user is stays in no memory longer than it must.
    if (pdu.name === 'A-ASSOCIATE-RQ' && pdu.value.items.userInformation?.userIdentity === undefined)
      this.#remember(key, pdu);
    return pdu;
  };

  #remember(key: string, pdu: AnyPdu): void {
    if (this.#byBytes.size === most)
      for (const first of this.#byBytes.keys()) {
        this.#byBytes.delete(first);
        break;
      }
    this.#byBytes.set(key, pdu);
  }
}
