// The upper layer and DIMSE in both directions of a connection: PDUs and messages become an observed association. PS3.8 9.3, PS3.7 6.3
import { formatTag } from '@concord/dicom';
import { NetworkError } from '@concord/network';
import {
  type AnyPdu,
  type AssociateAccept,
  type AssociateRequest,
  type CommandSet,
  Framing,
  identityTypes,
  MessageReader,
  messageName,
  nameFirstBytes,
} from '@concord/network/wire';
import {
  addMessage,
  newAssociation,
  note,
  type ObservedAssociation,
  type ObservedMessage,
  proposedContext,
  type Side,
} from './observed.ts';
import { beginsPdu } from './pdu-start.ts';

const other = (side: Side): Side => (side === 'requestor' ? 'acceptor' : 'requestor');
/** The longest A-ASSOCIATE that is looked at, in bytes. */
const longestAssociate = 4 * 1024 * 1024;

interface Direction {
  readonly framing: Framing;
  /** Bytes of this direction can be read; not after a gap, until a PDU begins at the start of a segment. */
  reading: boolean;
  /** No byte was read yet. */
  fresh: boolean;
  last: ObservedMessage | undefined;
}

/** Reads one connection; associations follow each other on it only where it is reused against the standard. */
export class Conversation {
  readonly association: ObservedAssociation = newAssociation();
  readonly #directions: Record<Side, Direction>;

  /** @param complete the connection was captured from its first packet */
  constructor(complete: boolean) {
    this.#directions = {
      requestor: this.#direction('requestor', complete),
      acceptor: this.#direction('acceptor', complete),
    };
    if (!complete) note(this.association, 'the capture begins in the middle of the connection');
  }

  bytes(from: Side, chunk: Uint8Array, first: boolean): void {
    const direction = this.#directions[from];
    if (direction.fresh && this.association.otherProtocol === undefined) this.#recognize(from, chunk);
    direction.fresh = false;
    if (this.association.otherProtocol !== undefined) return;
    if (!direction.reading) {
      if (!first || !beginsPdu(chunk)) return;
      this.#directions[from] = { ...this.#direction(from, false), reading: true, fresh: false };
    }
    this.#push(from, chunk);
  }

  gap(from: Side, count: number): void {
    this.#directions[from].reading = false;
    note(this.association, `${count} bytes of the ${from} are not in the capture`);
  }

  /** The connection was closed by this side, or reset. */
  closed(by: Side, how: 'closed' | 'reset'): void {
    this.association.end ??= { kind: how, by };
  }

  #push(from: Side, chunk: Uint8Array): void {
    try {
      this.#directions[from].framing.push(chunk);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      this.#directions[from].reading = false;
      note(this.association, `the ${from} sent what the standard does not allow: ${error.message}`);
    }
  }

  #recognize(from: Side, chunk: Uint8Array): void {
    const name = nameFirstBytes(chunk);
    if (name === undefined) return;
    if (/^16030[0-4]/.test(Buffer.from(chunk.subarray(0, 3)).toString('hex'))) this.association.otherProtocol = 'TLS';
    else if (from === 'requestor' && name !== 'no protocol known here') this.association.otherProtocol = name;
    else this.#directions[from].reading = false;
  }

  /** @param whole it is read from its first byte, and not from a PDU in the middle */
  #direction(side: Side, whole: boolean): Direction {
    let between = whole;
    const messages = new MessageReader({
      command: (contextId, command) => this.#command(side, contextId, command),
      dataSet: (bytes) => {
        const { last } = this.#directions[side];
        if (last) {
          last.dataSetBytes += bytes.length;
          if (this.association.ended !== undefined) last.at = this.association.ended;
        }
      },
    });
    const framing = new Framing(
      {
        pdu: (pdu) => this.#pdu(side, pdu),
        pDataBegins: (length) => this.#pData(side, length),
        data: (contextId, command, bytes, ends, last) => {
          // The rest of a data set whose command was missed is no message.
          between ||= command;
          if (between) messages.data(contextId, command, bytes, ends, last);
        },
      },
      { pData: 0, associate: longestAssociate },
    );
    return { framing, reading: whole, fresh: true, last: undefined };
  }

  #pData(from: Side, length: number): void {
    const most = this.association[other(from)].maximumLength;
    if (most !== undefined && most > 0 && length > most)
      note(
        this.association,
        `the ${from} sent a P-DATA-TF of ${length} bytes, and the other side had said that it takes ${most} at most`,
      );
  }

  #pdu(from: Side, pdu: AnyPdu): void {
    const { association } = this;
    switch (pdu.name) {
      case 'A-ASSOCIATE-RQ':
        this.#requested(pdu.value);
        break;
      case 'A-ASSOCIATE-AC':
        this.#accepted(pdu.value);
        break;
      case 'A-ASSOCIATE-RJ':
        association.end ??= { kind: 'rejected', by: from, ...pdu.value };
        break;
      case 'A-ABORT':
        association.end ??= { kind: 'aborted', by: from, ...pdu.value };
        break;
      case 'A-RELEASE-RP':
        association.end ??= { kind: 'released', by: other(from) };
        break;
      case 'A-RELEASE-RQ':
        break;
    }
  }

  #requested({ callingAeTitle, calledAeTitle, items }: AssociateRequest): void {
    const { association } = this;
    if (association.requested) note(association, 'a second A-ASSOCIATE-RQ came over the same connection');
    association.requested = true;
    association.requestor.aeTitle = callingAeTitle.trim();
    association.acceptor.aeTitle = calledAeTitle.trim();
    association.contexts.splice(0, association.contexts.length, ...items.presentationContexts.map(proposedContext));
    const user = items.userInformation;
    this.#facts('requestor', user);
    for (const { sopClassUid, scu, scp } of user?.roleSelections ?? [])
      association.roles.push(`${sopClassUid} ${[scu ? 'SCU' : '', scp ? 'SCP' : ''].filter(Boolean).join(' and ')}`);
    const type: number | undefined = user?.userIdentity?.type;
    const types: Readonly<Record<number, string>> = identityTypes;
    if (type !== undefined) association.identity = types[type] ?? `type ${type}`;
  }

  #accepted({ items }: AssociateAccept): void {
    const { association } = this;
    association.accepted = true;
    this.#facts('acceptor', items.userInformation);
    const byId = new Map(association.contexts.map((context) => [context.id, context]));
    for (const { id, result, syntax } of items.presentationContexts) {
      const context = byId.get(id) ?? { id, abstractSyntax: '', proposed: [] };
      if (!byId.has(id)) {
        if (association.requested) note(association, `context ${id} was answered and never proposed`);
        association.contexts.push(context);
      }
      context.result = result;
      const [accepted] = syntax.transfer;
      if (result === 0 && accepted !== undefined) context.accepted = accepted;
    }
  }

  #facts(side: Side, user: AssociateRequest['items']['userInformation']): void {
    const facts = this.association[side];
    if (user?.maximumLength !== undefined) facts.maximumLength = user.maximumLength;
    if (user?.implementationClassUid !== undefined) facts.classUid = user.implementationClassUid;
    if (user?.implementationVersionName !== undefined) facts.versionName = user.implementationVersionName;
  }

  #command(from: Side, contextId: number, command: CommandSet): void {
    const message: ObservedMessage = {
      from,
      name: messageName(command.commandField),
      contextId,
      ...factsOf(command),
      dataSetBytes: 0,
    };
    this.#directions[from].last = message;
    addMessage(this.association, message);
  }
}

/** What of a command set says what happened. */
function factsOf(command: CommandSet): Partial<ObservedMessage> {
  const messageId = command.messageId ?? command.messageIdBeingRespondedTo;
  const sopClass = command.affectedSopClassUid ?? command.requestedSopClassUid;
  const sopInstance = command.affectedSopInstanceUid ?? command.requestedSopInstanceUid;
  return {
    ...(messageId !== undefined && { messageId }),
    ...(sopClass && { sopClass }),
    ...(sopInstance && { sopInstance }),
    ...(command.moveDestination && { destination: command.moveDestination.trim() }),
    ...(command.status !== undefined && { status: command.status }),
    ...(command.errorComment && { comment: command.errorComment }),
    ...(command.offendingElement && { offending: [...command.offendingElement].map(formatTag) }),
    ...(command.numberOfFailedSuboperations !== undefined && { failed: command.numberOfFailedSuboperations }),
    ...(command.numberOfWarningSuboperations !== undefined && { warnings: command.numberOfWarningSuboperations }),
    ...(command.numberOfCompletedSuboperations !== undefined && { completed: command.numberOfCompletedSuboperations }),
  };
}
