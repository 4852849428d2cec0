// What this server proposes to peers that it calls, where that is less than everything: SOP Classes with their transfer syntaxes.
import { BadValue, choice, readFields, type Setting, within } from './kinds.ts';
import { listOf } from './peers.ts';

export interface ConfiguredProposal {
  /** Objects that are sent; queries and retrievals. */
  readonly service: 'storage' | 'query';
  /** In the conformance statement, where there are several of one service. */
  readonly name?: string;
  /** Absent: those that no other entry of the service names. */
  readonly sopClasses?: readonly string[];
  /** In this order. */
  readonly transferSyntaxes: readonly string[];
  /** 'needed': of these only those that the objects are kept in, and uncompressed ones. Default all. */
  readonly proposed?: 'all' | 'needed';
  /** What an object is sent in where the peer takes several: what it is kept in, or the first of the list. Default as kept. */
  readonly preferred?: 'as kept' | 'as listed';
}

const reader =
  <T>({ read }: Setting<T>) =>
  (value: unknown): T =>
    read(value);

const isUid = (text: string): boolean => /^[0-9.]{3,64}$/.test(text);
const service = choice({ default: 'storage', choices: ['storage', 'query'], text: 'what is proposed' });
const transferSyntaxes = listOf(100, 'UIDs of transfer syntaxes', isUid);

const readName = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[^\p{Cc}]{1,64}$/u.test(value)) throw new BadValue('must be a name');
  return value;
};

const optional = {
  name: readName,
  sopClasses: listOf(300, 'UIDs of SOP Classes', isUid),
  proposed: reader(choice({ default: 'all', choices: ['all', 'needed'], text: 'of the list' })),
  preferred: reader(choice({ default: 'as kept', choices: ['as kept', 'as listed'], text: 'of several' })),
} satisfies {
  readonly [K in keyof Omit<ConfiguredProposal, 'service' | 'transferSyntaxes'>]-?: (value: unknown) => unknown;
};

/** One entry of `proposes`. Throws BadValue. */
export const readProposal = (value: unknown): ConfiguredProposal => {
  const fields = readFields(value, ['service', 'transferSyntaxes', ...Object.keys(optional)]);
  const given = Object.entries(optional).flatMap(([name, read]) =>
    fields.has(name) ? [[name, within(name, () => read(fields.get(name)))] as const] : [],
  );
  return {
    service: within('service', () => service.read(fields.get('service'))),
    transferSyntaxes: within('transferSyntaxes', () => transferSyntaxes(fields.get('transferSyntaxes'))),
    ...Object.fromEntries(given),
  };
};
