// Concord's own records of associations, as /api/associations gives them: one, a list, or one in each line.
import { countIn, member, textIn } from '../compare/lenient.ts';
import { addMessage, newAssociation, note, type ObservedAssociation, type ObservedEnd, type Side } from './observed.ts';

/** How the ends of records are called here. */
const ends: Readonly<Record<string, Pick<ObservedEnd, 'kind'>>> = {
  released: { kind: 'released' },
  rejected: { kind: 'noted' },
};

const isRecord = (value: unknown): boolean =>
  Array.isArray(member(value, 'contexts')) &&
  Array.isArray(member(value, 'operations')) &&
  member(value, 'end') !== undefined;

/** Records in a parsed document. */
function recordsIn(value: unknown): readonly unknown[] {
  if (isRecord(value)) return [value];
  const list = Array.isArray(value) ? value : member(value, 'associations');
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Records of a text; none where it holds no JSON, or other JSON. */
export function recordsOfText(text: string): readonly unknown[] {
  const whole = recordsIn(parsed(text));
  return whole.length > 0 ? whole : text.split('\n').flatMap((line) => recordsIn(parsed(line)));
}

const listIn = (value: unknown, name: string): readonly unknown[] => {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
};
const stringsIn = (value: unknown, name: string): string[] =>
  listIn(value, name).filter((entry) => typeof entry === 'string');

function endOf(record: unknown): ObservedEnd {
  const end = member(record, 'end');
  const kind = textIn(end, 'kind') ?? '';
  const [detail, remedy] = [textIn(end, 'detail'), textIn(end, 'remedy')];
  return {
    ...(ends[kind] ?? { kind: 'noted' }),
    text: detail && detail !== kind ? `${kind}: ${detail}` : kind,
    ...(remedy !== undefined && { remedy }),
  };
}

/** What a record says, as an observed association. Operations name request and answer at once. */
export function associationOfRecord(record: unknown): ObservedAssociation {
  const association = newAssociation();
  const weAsked = member(record, 'requestor') === true;
  association.requested = true;
  association.accepted = listIn(record, 'contexts').some((context) => countIn(context, 'result') === 0);
  for (const [side, title] of [
    ['requestor', 'callingAeTitle'],
    ['acceptor', 'calledAeTitle'],
  ] as const) {
    const found = textIn(record, title);
    if (found !== undefined) association[side].aeTitle = found;
  }
  const peer: Side = weAsked ? 'acceptor' : 'requestor';
  const [address, version] = [textIn(record, 'address'), textIn(member(record, 'peerImplementation'), 'versionName')];
  if (address !== undefined) association[peer].address = address;
  if (version !== undefined) association[peer].versionName = version;
  const began = countIn(record, 'startedAt');
  if (began !== undefined) association.began = began / 1000;
  for (const context of listIn(record, 'contexts').slice(0, 128)) {
    const [result, accepted] = [countIn(context, 'result'), textIn(context, 'transferSyntax')];
    const [reason, remedy] = [textIn(context, 'reason'), textIn(context, 'remedy')];
    association.contexts.push({
      id: countIn(context, 'id') ?? 0,
      abstractSyntax: textIn(context, 'abstractSyntax') ?? '',
      proposed: stringsIn(context, 'offeredTransferSyntaxes'),
      ...(result !== undefined && { result }),
      ...(accepted !== undefined && { accepted }),
      ...(reason !== undefined && { reason }),
      ...(remedy !== undefined && { remedy }),
    });
  }
  for (const operation of listIn(record, 'operations')) {
    const [sopClass, sopInstance] = [textIn(operation, 'sopClassUid'), textIn(operation, 'sopInstanceUid')];
    const [status, comment] = [countIn(operation, 'status'), textIn(operation, 'comment')];
    const peerAsked = textIn(operation, 'by') === 'peer';
    const from: Side = peerAsked === weAsked ? 'requestor' : 'acceptor';
    addMessage(association, {
      from,
      name: `${textIn(operation, 'operation') ?? 'operation'}-RSP`,
      contextId: 0,
      ...(sopClass !== undefined && { sopClass }),
      ...(sopInstance !== undefined && { sopInstance }),
      ...(status !== undefined && { status }),
      ...(comment !== undefined && { comment }),
      dataSetBytes: 0,
    });
  }
  association.omitted += countIn(record, 'omitted') ?? 0;
  if (association.omitted > 0) note(association, 'the record lists the first operations only');
  const tolerated = countIn(record, 'toleratedPData');
  if (tolerated !== undefined)
    note(
      association,
      `the peer sent a P-DATA-TF of ${tolerated} bytes, longer than it was told; it was taken all the same`,
    );
  association.end = endOf(record);
  return association;
}
