// DCMTK's debug log (option -d of its programs): the associations of one program, as it printed them.
import { uidOfDcmtkName } from './dcmtk-names.ts';
import {
  addMessage,
  newAssociation,
  type ObservedAssociation,
  type ObservedContext,
  type ObservedMessage,
  type Side,
} from './observed.ts';

/** `D: text`, with whatever stands before it. */
const line = /^(?:.{0,60}?\b)?[TDIWEF]: ?(.*)$/;
/** Longer lines hold no facts. */
const longestLine = 2000;

/** Whether a text looks like such a log. */
export const isDcmtkLog = (start: string): boolean =>
  /^.{0,60}?[TDIWEF]: .*(dcmtk|A-ASSOCIATE|Association|DIMSE MESSAGE)/im.test(start);

const results: readonly (readonly [RegExp, number])[] = [
  [/^Accepted/, 0],
  [/User Rejection/i, 1],
  [/No Reason/i, 2],
  [/Abstract Syntax Not Supported/i, 3],
  [/Transfer Syntaxes Not Supported/i, 4],
];

const reasons: readonly (readonly [RegExp, { readonly source: number; readonly reason: number }])[] = [
  [/Application Context Name/i, { source: 1, reason: 2 }],
  [/Calling AE Title/i, { source: 1, reason: 3 }],
  [/Called AE Title/i, { source: 1, reason: 7 }],
  [/Protocol Version/i, { source: 2, reason: 2 }],
  [/Temporary Congestion/i, { source: 3, reason: 1 }],
  [/Local Limit/i, { source: 3, reason: 2 }],
  [/No Reason/i, { source: 1, reason: 1 }],
];

/** `Affected SOP Class UID        : CTImageStorage` of a message. */
type Fields = Map<string, string>;

const numberIn = (fields: Fields, name: string): number | undefined => {
  const found = /^(0x[0-9a-f]+|\d+)/i.exec(fields.get(name) ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
};

function messageOf(fields: Fields, from: Side): ObservedMessage {
  const text = (name: string): string | undefined => fields.get(name) || undefined;
  const uid = text('Affected SOP Class UID') ?? text('Requested SOP Class UID');
  const instance = text('Affected SOP Instance UID') ?? text('Requested SOP Instance UID');
  const messageId = numberIn(fields, 'Message ID') ?? numberIn(fields, 'Message ID Being Responded To');
  const status = numberIn(fields, 'DIMSE Status');
  const comment = text('Error Comment');
  const destination = text('Move Destination');
  const failed = numberIn(fields, 'Failed Suboperations');
  const completed = numberIn(fields, 'Completed Suboperations');
  return {
    from,
    name: (fields.get('Message Type') ?? '').replace(' ', '-'),
    contextId: numberIn(fields, 'Presentation Context ID') ?? 0,
    ...(messageId !== undefined && { messageId }),
    ...(uid && { sopClass: uidOfDcmtkName(uid) }),
    ...(instance && { sopInstance: instance }),
    ...(destination && { destination }),
    ...(status !== undefined && { status }),
    ...(comment && { comment }),
    ...(failed !== undefined && { failed }),
    ...(completed !== undefined && { completed }),
    dataSetBytes: 0,
  };
}

/** Reads the lines one by one. */
class LogReader {
  readonly found: ObservedAssociation[] = [];
  #current = newAssociation();
  #own: Side = 'requestor';
  #part: 'request' | 'answer' | 'message' | undefined;
  #context: ObservedContext | undefined;
  #fields: Fields = new Map();
  #from: Side = 'requestor';

  line(text: string): void {
    const begins = /={5,} *(BEGIN A-ASSOCIATE-(RQ|AC)|(OUTGOING|INCOMING) DIMSE MESSAGE)/.exec(text);
    if (begins) this.#begin(begins[2], begins[3]);
    else if (/={5,} *END /.test(text)) this.#close();
    else if (this.#part === 'message') this.#field(text);
    else if (this.#part) this.#negotiated(text);
    else this.#event(text);
  }

  end(): void {
    const seen = this.#current.requested || this.#current.accepted || this.#current.messages.length > 0;
    if (!seen && this.#current.end === undefined) return;
    this.#current.end ??= { kind: 'not seen' };
    this.found.push(this.#current);
    this.#current = newAssociation();
  }

  #begin(associate: string | undefined, direction: string | undefined): void {
    if (associate === 'RQ') {
      // Another association; a first line may have told already who we are.
      if (this.#current.requested) this.end();
      this.#current.requested = true;
      this.#part = 'request';
    } else if (associate === 'AC') {
      this.#current.accepted = true;
      this.#part = 'answer';
    } else {
      this.#part = 'message';
      this.#fields = new Map();
      this.#from = direction === 'OUTGOING' ? this.#own : this.#own === 'requestor' ? 'acceptor' : 'requestor';
    }
    this.#context = undefined;
  }

  #close(): void {
    if (this.#part === 'message') addMessage(this.#current, messageOf(this.#fields, this.#from));
    this.#part = undefined;
  }

  #field(text: string): void {
    const [, name, value] = /^(.{1,40}?)\s*:\s?(.*)$/.exec(text) ?? [];
    if (name !== undefined && value !== undefined && this.#fields.size < 100)
      this.#fields.set(name.trim(), value.trim());
  }

  #negotiated(text: string): void {
    const own = this.#current[this.#own];
    const other = this.#current[this.#own === 'requestor' ? 'acceptor' : 'requestor'];
    const [, name = '', value = ''] = /^\s*([^:]+):\s*(.*)$/.exec(text) ?? [];
    if (name === 'Calling Application Name') this.#current.requestor.aeTitle = value;
    else if (name === 'Called Application Name') this.#current.acceptor.aeTitle = value;
    else if (name === 'Our Max PDU Receive Size') own.maximumLength = Number(value);
    else if (name === 'Their Max PDU Receive Size' && value !== '0') other.maximumLength = Number(value);
    else if (name === 'Their Implementation Version Name' && value) other.versionName = value;
    else if (name === 'Their Implementation Class UID' && value) other.classUid = value;
    else if (name === 'Our Implementation Version Name' && value) own.versionName = value;
    else if (name === 'Our Implementation Class UID' && value) own.classUid = value;
    else this.#contextLine(text, name, value);
  }

  #contextLine(text: string, name: string, value: string): void {
    if (name === 'Context ID') {
      const [, id = '', state = ''] = /^(\d+) \((.*)\)$/.exec(value) ?? [];
      this.#context = this.#contextWith(Number(id));
      const result = results.find(([words]) => words.test(state))?.[1];
      if (this.#part === 'answer' && result !== undefined) this.#context.result = result;
    } else if (name === 'Abstract Syntax' && this.#context && this.#context.abstractSyntax === '')
      this.#context.abstractSyntax = uidOfDcmtkName(value);
    else if (name === 'Accepted Transfer Syntax' && this.#context) this.#context.accepted = uidOfDcmtkName(value);
    else if (/^\s+=/.test(text) && this.#context && this.#part === 'request')
      this.#context.proposed.push(uidOfDcmtkName(text.trim()));
  }

  #contextWith(id: number): ObservedContext {
    const known = this.#current.contexts.find((context) => context.id === id);
    if (known) return known;
    const made: ObservedContext = { id, abstractSyntax: '', proposed: [] };
    if (this.#current.contexts.length < 128) this.#current.contexts.push(made);
    return made;
  }

  #event(text: string): void {
    if (/^Association Received/.test(text)) {
      if (this.#current.requested) this.end();
      this.#own = 'acceptor';
    } else if (/^Requesting Association/.test(text)) this.#own = 'requestor';
    else if (/^Result: Rejected/.test(text) || /^Refusing Association/.test(text))
      this.#current.end ??= {
        kind: 'rejected',
        by: 'acceptor',
        result: /Transient/.test(text) ? 2 : 1,
        source: 1,
        reason: 1,
      };
    else if (/^Reason: /.test(text) && this.#current.end?.kind === 'rejected') {
      const codes = reasons.find(([words]) => words.test(text))?.[1];
      if (codes) this.#current.end = { ...this.#current.end, ...codes };
    } else if (/^(Releasing Association|Association Release)/.test(text))
      this.#current.end ??= { kind: 'released', by: 'requestor' };
    else if (/Abort(ing|ed)/.test(text) && /Association/.test(text))
      this.#current.end ??= {
        kind: 'aborted',
        by: /^Aborting/.test(text) ? this.#own : 'acceptor',
        source: 0,
        reason: 0,
      };
    else if (/^Association Request Failed/.test(text)) {
      this.#current.end ??= { kind: 'noted', text: text.replace(/^Association Request Failed: (\w{4}:\w{4} )?/, '') };
    }
  }
}

/** The associations of a log. */
export function associationsOfDcmtkLog(text: string): ObservedAssociation[] {
  const reader = new LogReader();
  for (const each of text.split(/\r?\n/)) {
    const found = line.exec(each.slice(0, longestLine))?.[1];
    if (found !== undefined) reader.line(found);
  }
  reader.end();
  return reader.found;
}
