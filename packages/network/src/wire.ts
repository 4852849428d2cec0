// @concord/network/wire: the decoders of PDUs and command sets, for programs that look at recorded traffic or test a peer byte by byte. PS3.8 9.3, PS3.7 6.3
export { clientOptions } from './association/tls.ts';
export { type CommandSet, decodeCommandSet, noDataSet } from './dimse/command-set.ts';
export { MessageReader, type MessageSink } from './dimse/message-reader.ts';
export { messageName, operationOf, responseBit } from './dimse/messages.ts';
export { nameFirstBytes } from './pdu/first-bytes.ts';
export { type FrameLimits, type FrameSink, Framing } from './pdu/framing.ts';
export {
  type AnyPdu,
  type AssociateAccept,
  type AssociateRequest,
  contextResults,
  type OfferedContext,
  pduTypes,
} from './pdu/pdu.ts';
export { abortReasons, abortText, rejections, rejectionText } from './pdu/reasons.ts';
export { identityTypes } from './pdu/user-information.ts';
