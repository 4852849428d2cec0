// Status codes: what the providing side answers against what the using side does with it. PS3.2 tables A.4.2-9, A.4.2-13
import type { KeyMemory } from './keys.ts';
import type { Reason } from './verdict.ts';
import type { ConformanceFact, Offer, StatusFact } from './view.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** `A700-A7FF`, `0000`, and the form `A7xx` of old statements; undefined for `*` and what is no code. */
export function rangeOf(code: string): Range | undefined {
  const [, from, to = from] = /^([0-9A-F]{4})(?:-([0-9A-F]{4}))?$/i.exec(code) ?? [];
  if (from !== undefined && to !== undefined) return { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) };
  const [, fixed, open] = /^([0-9A-F]{1,3})(x{1,3})$/i.exec(code) ?? [];
  if (fixed === undefined || open === undefined || fixed.length + open.length !== 4) return undefined;
  return { from: Number.parseInt(fixed.padEnd(4, '0'), 16), to: Number.parseInt(fixed.padEnd(4, 'F'), 16) };
}

const covers = (row: StatusFact, code: Range): boolean => {
  const range = rangeOf(row.code);
  return range !== undefined && range.from <= code.from && code.to <= range.to;
};
const touches = (row: StatusFact, code: Range): boolean => {
  const range = rangeOf(row.code);
  return range !== undefined && range.from <= code.to && code.from <= range.to;
};

/** One status that the provider answers, in the user's table. */
function statusReason(answered: StatusFact, user: ConformanceFact): Reason | undefined {
  const code = rangeOf(answered.code);
  if (!code) return undefined;
  const row = user.statuses.find((each) => covers(each, code)) ?? user.statuses.find((each) => touches(each, code));
  const paths = { initiator: row?.path ?? user.path, acceptor: answered.path };
  const what = `Status ${answered.code} (${answered.meaning.replace(/\.$/, '')})`;
  if (row) {
    if (answered.status !== 'Warning' || row.status !== 'Failure') return undefined;
    return {
      code: 'warning-as-failure',
      severity: 'limit',
      text: `${what} is a warning: done, but reported as failed on the other side: ${row.behavior}`,
      ...paths,
    };
  }
  const other = user.statuses.find((each) => each.code === '*');
  if (other)
    return {
      code: 'status-by-rule',
      severity: answered.status === 'Failure' || answered.status === '' ? 'information' : 'limit',
      text: `${what} has no row of its own on the other side; for any other code: ${other.behavior}`,
      ...paths,
    };
  return {
    code: 'status-not-handled',
    severity: 'limit',
    text: `${what} is answered, and what the other side does with it is not stated.`,
    ...paths,
    ask: 'initiator',
  };
}

function compareTables(user: ConformanceFact, provider: ConformanceFact): readonly Reason[] {
  if (user.statuses.length === 0)
    return [
      {
        code: 'statuses-not-stated',
        severity: 'limit',
        text: `What the using side does with each status of ${user.operation} is not stated.`,
        remedy: 'Ask for its table of status codes and behaviour.',
        initiator: user.path,
        acceptor: provider.path,
        ask: 'initiator',
      },
    ];
  return provider.statuses.flatMap((answered) => statusReason(answered, user) ?? []);
}

/** Everything that status codes say about a pair, each pair of tables compared once. */
export function statusReasons(initiator: Offer, acceptor: Offer, memory: KeyMemory): readonly Reason[] {
  const users = initiator.conformance.filter(({ ourRole }) => ourRole === 'SCU');
  const provider = acceptor.conformance.find(({ ourRole, statuses }) => ourRole === 'SCP' && statuses.length > 0);
  if (users.length === 0 && initiator.role !== 'SCP' && provider)
    return [
      {
        code: 'statuses-not-stated',
        severity: 'limit',
        text: `What ${initiator.activity.ae.name} does with each status of ${provider.operation} is not stated.`,
        remedy: 'Ask for its table of status codes and behaviour.',
        initiator: initiator.path,
        acceptor: provider.path,
        ask: 'initiator',
      },
    ];
  return users.flatMap((user) => {
    const provider = acceptor.conformance.find(
      ({ operation, ourRole }) => operation === user.operation && ourRole === 'SCP',
    );
    if (!provider) return [];
    const known = memory.get(user)?.get(provider);
    if (known) return known;
    const reasons = compareTables(user, provider);
    memory.set(user, (memory.get(user) ?? new Map()).set(provider, reasons));
    return reasons;
  });
}
