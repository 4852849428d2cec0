// Rules of status tables and of behaviour in failure. PS3.2 tables A.4.2-9, A.4.2-10, A.4.2-13
import { formatCode } from '@concord/network';
import { allActivities, conformancesOf, invokes } from './entities.ts';
import { at, list, type Place, text } from './place.ts';
import { type Fault, fault, type Rule } from './rule.ts';

/** Codes that PS3.4 gives to an operation, beside the failures that a service names itself. */
const codesOf: Readonly<Record<string, readonly number[]>> = {
  'C-STORE': [0x0000, 0xa700, 0xa900, 0xc000, 0xb000, 0xb006, 0xb007],
  'C-FIND': [0x0000, 0xff00, 0xfe00, 0xa900, 0xc000],
  'C-MOVE': [0x0000, 0xff00, 0xfe00, 0xa801, 0xb000],
  'C-GET': [0x0000, 0xff00, 0xfe00, 0xb000],
};

/** Of these a provider answers those that it has a case for: only the rest has to be in its table. */
const optionalToProvide = [0xb000, 0xb006, 0xb007, 0xc000, 0xa700, 0xa900, 0xa801];

interface CodeRange {
  readonly place: Place;
  readonly from: number;
  readonly to: number;
}

function rangesOf(conformance: Place): readonly CodeRange[] {
  return list(conformance, 'statuses').flatMap((place) => {
    const [, from, to = from] = /^([0-9A-F]{4})(?:-([0-9A-F]{4}))?$/.exec(text(place, 'code')) ?? [];
    return from === undefined ? [] : [{ place, from: Number.parseInt(from, 16), to: Number.parseInt(to ?? from, 16) }];
  });
}

function* overlaps(ranges: readonly CodeRange[]): Generator<Fault> {
  const sorted = [...ranges].sort((left, right) => left.from - right.from);
  for (const [index, range] of sorted.entries()) {
    const next = sorted[index + 1];
    if (range.to < range.from) yield fault(range.place, 'the range ends before it begins');
    else if (next && next.from <= range.to)
      yield fault(next.place, `${text(next.place, 'code')} overlaps with ${text(range.place, 'code')}`);
  }
}

function* statuses(document: Place): Generator<Fault> {
  for (const each of allActivities(document))
    for (const { conformance, operation, ourRole } of conformancesOf(each)) {
      const rows = list(conformance, 'statuses');
      if (rows.length === 0) continue;
      const place = at(conformance, 'statuses');
      const ranges = rangesOf(conformance);
      yield* overlaps(ranges);
      const others = rows.some((row) => text(row, 'code') === '*');
      if (invokes(operation, ourRole) && !others) yield fault(place, 'no row says what happens with any other code');
      const wanted = (codesOf[operation] ?? [0x0000]).filter(
        (code) => code === 0 || (ourRole === 'SCU' ? !others : !optionalToProvide.includes(code)),
      );
      for (const code of wanted)
        if (!ranges.some(({ from, to }) => from <= code && code <= to))
          yield fault(place, `${text(conformance, 'title')}: no row for ${formatCode(code)}`);
    }
}

function* failures(document: Place): Generator<Fault> {
  for (const each of allActivities(document)) {
    if (each.direction !== 'initiation') continue;
    for (const { conformance } of conformancesOf(each)) {
      const rows = list(conformance, 'failures');
      if (rows.length === 0) continue;
      const told = rows.map((row) => text(row, 'exception').toLowerCase()).join('\n');
      for (const [word, name] of [
        [/time-?out/, 'Timeout'],
        [/abort/, 'Association aborted'],
      ] as const)
        if (!word.test(told)) yield fault(at(conformance, 'failures'), `no row for ${name}`);
    }
  }
}

const decided = { level: 'E', decided: ['s'], section: 'A.4.2.x.3.1.3' } as const;

export const operationRules: readonly Rule[] = [
  {
    ...decided,
    id: 'CS-VX-13',
    text: 'Each table of statuses has success, the codes that the standard defines, and as a user one for all others; ranges do not overlap.',
    remedy: 'Add the row; one with code * stands for all others.',
    check: statuses,
  },
  {
    ...decided,
    id: 'CS-VX-14',
    text: 'Each activity that is initiated tells what happens on timeout and on abort.',
    remedy: 'Add the row to table A.4.2-10.',
    check: failures,
  },
];
