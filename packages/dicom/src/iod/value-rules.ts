// The form, length and characters of values, by VR and VM. PS3.5 6.2, 6.4.

import { hasUndecodable, readable } from '../character-set/undecodable.ts';
import { type DateTimeDoubt, parseDate, parseDateTime, parseTime } from '../date-time.ts';
import type { Vr } from '../vr.ts';
import { vrTraits } from '../vr.ts';
import type { Rule, ValidationFinding } from './finding.ts';

/** What is wrong with one value. */
interface Fault {
  readonly rule: Rule;
  readonly severity: ValidationFinding['severity'];
  readonly message: string;
}

const error = (rule: Rule, message: string): Fault => ({ rule, severity: 'error', message });
const warning = (rule: Rule, message: string): Fault => ({ rule, severity: 'warning', message });
const shown = (value: string): string => JSON.stringify(readable(value.length > 40 ? `${value.slice(0, 40)}…` : value));

const forms: Partial<Record<Vr, RegExp>> = {
  AS: /^\d{3}[DWMY]$/,
  CS: /^[A-Z0-9 _]*$/,
  DS: /^ *[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)? *$/,
  IS: /^ *[+-]?\d+ *$/,
  UI: /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/,
};
const repertoires: ReadonlySet<Vr> = new Set<Vr>(['CS']);
/** Free text may hold tabs and line ends, and ESC is the character set's; other text none of the control characters. */
const freeText: ReadonlySet<Vr> = new Set<Vr>(['LT', 'ST', 'UT']);

function control(value: string, vr: Vr): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    const allowed = freeText.has(vr) && (code === 9 || code === 10 || code === 12 || code === 13);
    if ((code < 0x20 && !allowed) || code === 0x7f) return true;
  }
  return false;
}

function nameFaults(value: string): Fault[] {
  const groups = value.split('=');
  const long = groups.find((group) => [...group].length > 64);
  const many = groups.length > 3 ? `${groups.length} component groups` : undefined;
  const wide = groups.find((group) => group.split('^').length > 5);
  return [
    ...(long === undefined
      ? []
      : [error('length', `${shown(long)} has more than 64 characters in one component group`)]),
    ...(many === undefined ? [] : [error('format', `a name has at most 3 component groups, this one ${many}`)]),
    ...(wide === undefined ? [] : [error('format', `${shown(wide)} has more than 5 components`)]),
  ];
}

const doubtful: Readonly<Record<DateTimeDoubt, (value: string) => Fault>> = {
  'old-form': (value) => warning('format', `${shown(value)} is written as in ACR-NEMA`),
  partial: (value) => error('format', `${shown(value)} lacks a month or a day`),
  impossible: (value) => error('format', `${shown(value)} is no day or time there is`),
  'leap-second': (value) => warning('format', `${shown(value)} has a leap second`),
  offset: (value) => error('format', `${shown(value)} has an offset outside -1200 to +1400`),
};

function dateTimeFaults(value: string, vr: Vr): Fault[] {
  const parsed = vr === 'DA' ? parseDate(value) : vr === 'TM' ? parseTime(value) : parseDateTime(value);
  if (!parsed) return [error('format', `${shown(value)} is no ${vr}`)];
  return parsed.doubts.map((doubt) => doubtful[doubt](value));
}

function lengthFault(value: string, vr: Vr): Fault[] {
  const { maximum } = vrTraits(vr);
  const length = value.length > maximum && maximum > 0 ? [...value].length : 0;
  if (length <= maximum || vr === 'PN') return [];
  return [error('length', `${shown(value)} has ${length} characters, ${vr} allows ${maximum}`)];
}

/** What is wrong with one value of a text VR; an empty one is never wrong here. */
export function textFaults(value: string, vr: Vr): readonly Fault[] {
  if (value === '') return [];
  if (hasUndecodable(value)) return [error('undecodable', `${shown(value)} holds bytes without a character`)];
  if (vr === 'PN')
    return [
      ...nameFaults(value),
      ...(control(value, vr) ? [error('repertoire', `${shown(value)} holds control characters`)] : []),
    ];
  if (vr === 'DA' || vr === 'TM' || vr === 'DT') return dateTimeFaults(value, vr);
  const form = forms[vr];
  if (form && !form.test(value))
    return [error(repertoires.has(vr) ? 'repertoire' : 'format', `${shown(value)} is no ${vr}`)];
  if (vr === 'IS' && Math.abs(Number(value)) > 2 ** 31)
    return [error('format', `${shown(value)} is outside -2^31 to 2^31 - 1`)];
  if (control(value, vr)) return [error('repertoire', `${shown(value)} holds control characters`)];
  return lengthFault(value, vr);
}

/** Whether a number of values fits a VM as the dictionary writes it: `1`, `1-3`, `2-n`, `3-3n`, `1-n or 1`. */
export function fitsVm(count: number, vm: string): boolean {
  const choices = vm.split(' or ');
  if (choices.length > 1) return choices.some((choice) => fitsVm(count, choice));
  const [, least = '1', , most, times] = /^(\d+)(-(\d*)(n?))?$/.exec(vm) ?? [];
  const low = Number(least);
  if (count < low) return false;
  if (times === 'n') return most === '' || most === undefined ? true : (count - low) % Number(most) === 0;
  return count <= (most ? Number(most) : low);
}
