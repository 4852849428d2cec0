// The six PDUs that open and close an association; P-DATA-TF is in p-data.ts. PS3.8 9.3.
import { NetworkError } from '../network-error.ts';
import { items, many, one } from './items.ts';
import { aeTitle, item, itemOf, opaque, type Pdu, pdu, reserved, textToEnd, u8, u16 } from './layout.ts';
import { userInformation } from './user-information.ts';

export const pduTypes = {
  0x01: 'A-ASSOCIATE-RQ',
  0x02: 'A-ASSOCIATE-AC',
  0x03: 'A-ASSOCIATE-RJ',
  0x04: 'P-DATA-TF',
  0x05: 'A-RELEASE-RQ',
  0x06: 'A-RELEASE-RP',
  0x07: 'A-ABORT',
} as const;
export type PduName = (typeof pduTypes)[keyof typeof pduTypes];

/** The only application context there is. PS3.7 A.2.1. */
export const dicomApplicationContext = '1.2.840.10008.3.1.1.1';

const applicationContext = itemOf('Application Context', 0x10, textToEnd());
const abstractSyntax = itemOf('Abstract Syntax', 0x30, textToEnd());
const transferSyntax = itemOf('Transfer Syntax', 0x40, textToEnd());

const presentationContext = item('Presentation Context', 0x20, {
  id: u8(),
  bytes6to8: reserved(3),
  syntax: items({ abstract: one(abstractSyntax), transfer: many(transferSyntax) }),
});

/** Answers to one presentation context. PS3.8 9.3.3.2, Table 9-18. */
export const contextResults = {
  0: 'acceptance',
  1: 'user rejection',
  2: 'no reason (provider rejection)',
  3: 'abstract syntax not supported (provider rejection)',
  4: 'transfer syntaxes not supported (provider rejection)',
} as const;
const presentationContextResult = item('Presentation Context', 0x21, {
  id: u8(),
  byte6: reserved(1),
  result: u8(contextResults),
  byte8: reserved(1),
  syntax: items({ transfer: many(transferSyntax) }),
});

/** PS3.8 9.3.2. */
export const associateRequest = pdu('A-ASSOCIATE-RQ', 0x01, {
  protocolVersion: u16(),
  bytes9to10: reserved(2),
  calledAeTitle: aeTitle(),
  callingAeTitle: aeTitle(),
  bytes43to74: opaque(32),
  items: items({
    applicationContext: one(applicationContext),
    presentationContexts: many(presentationContext),
    userInformation: one(userInformation),
  }),
});
export type AssociateRequest = Pdu<typeof associateRequest>;
export type OfferedContext = Pdu<typeof presentationContext>;

/** The titles are sent back as they came. PS3.8 9.3.3. */
export const associateAccept = pdu('A-ASSOCIATE-AC', 0x02, {
  protocolVersion: u16(),
  bytes9to10: reserved(2),
  calledAeTitle: aeTitle(),
  callingAeTitle: aeTitle(),
  bytes43to74: opaque(32),
  items: items({
    applicationContext: one(applicationContext),
    presentationContexts: many(presentationContextResult),
    userInformation: one(userInformation),
  }),
});
export type AssociateAccept = Pdu<typeof associateAccept>;

/** PS3.8 9.3.4. */
export const associateReject = pdu('A-ASSOCIATE-RJ', 0x03, {
  byte7: reserved(1),
  result: u8({ 1: 'rejected-permanent', 2: 'rejected-transient' }),
  source: u8({ 1: 'service-user', 2: 'service-provider (ACSE)', 3: 'service-provider (presentation)' }),
  reason: u8(),
});
export type AssociateReject = Pdu<typeof associateReject>;

/** PS3.8 9.3.6. */
export const releaseRequest = pdu('A-RELEASE-RQ', 0x05, { bytes7to10: reserved(4) });
/** PS3.8 9.3.7. */
export const releaseResponse = pdu('A-RELEASE-RP', 0x06, { bytes7to10: reserved(4) });

/** PS3.8 9.3.8. */
export const abort = pdu('A-ABORT', 0x07, {
  bytes7to8: reserved(2),
  source: u8({ 0: 'service-user', 2: 'service-provider' }),
  reason: u8(),
});
export type Abort = Pdu<typeof abort>;

export type AnyPdu =
  | { readonly name: 'A-ASSOCIATE-RQ'; readonly value: AssociateRequest }
  | { readonly name: 'A-ASSOCIATE-AC'; readonly value: AssociateAccept }
  | { readonly name: 'A-ASSOCIATE-RJ'; readonly value: AssociateReject }
  | { readonly name: 'A-RELEASE-RQ' | 'A-RELEASE-RP'; readonly value: object }
  | { readonly name: 'A-ABORT'; readonly value: Abort };

/** The PDU of a type byte and what follows its length, which may be used again after that. Throws NetworkError 'invalid-pdu'. */
export function decodePdu(name: Exclude<PduName, 'P-DATA-TF'>, body: Uint8Array): AnyPdu {
  switch (name) {
    case 'A-ASSOCIATE-RQ':
      return { name, value: checkContexts(associateRequest.decode(copyOf(body))) };
    case 'A-ASSOCIATE-AC':
      return { name, value: associateAccept.decode(copyOf(body)) };
    case 'A-ASSOCIATE-RJ':
      return { name, value: associateReject.decode(body) };
    case 'A-ABORT':
      return { name, value: abort.decode(body) };
    case 'A-RELEASE-RQ':
      return { name, value: releaseRequest.decode(body) };
    case 'A-RELEASE-RP':
      return { name, value: releaseResponse.decode(body) };
  }
}

/** Values such as user identities are views on the body. */
const copyOf = (body: Uint8Array): Uint8Array => Uint8Array.prototype.slice.call(body);

/** Answers are told apart by IDs: odd, and each only once. PS3.8 9.3.2.2. */
function checkContexts(request: AssociateRequest): AssociateRequest {
  const ids = request.items.presentationContexts.map(({ id }) => id);
  if (ids.length === 0) throw new NetworkError('invalid-pdu', 'an A-ASSOCIATE-RQ without presentation contexts');
  const even = ids.find((id) => id % 2 === 0);
  if (even !== undefined) throw new NetworkError('invalid-pdu', `presentation context ID ${even} is even`);
  if (new Set(ids).size !== ids.length) throw new NetworkError('invalid-pdu', 'two presentation contexts with one ID');
  return request;
}

/** The PDU in words, for the log. */
export function describePdu(pdu: AnyPdu): string {
  switch (pdu.name) {
    case 'A-ASSOCIATE-RQ':
      return associateRequest.describe(pdu.value);
    case 'A-ASSOCIATE-AC':
      return associateAccept.describe(pdu.value);
    case 'A-ASSOCIATE-RJ':
      return associateReject.describe(pdu.value);
    case 'A-ABORT':
      return abort.describe(pdu.value);
    default:
      return pdu.name;
  }
}
