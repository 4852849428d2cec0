// A data set against its IOD and against the rules for values. PS3.3, PS3.5 6 and 7.4, PS3.6.

import type { DataSet } from '../data-set.ts';
import { formatPath } from '../path.ts';
import { isGroupLength, isPrivate } from '../tag.ts';
import { checkModule, tagsOf } from './check-attributes.ts';
import { checkGroups } from './check-groups.ts';
import { checkAllValues } from './check-values.ts';
import { holds, type Place } from './condition.ts';
import { consistency } from './consistency.ts';
import type { ValidationFinding } from './finding.ts';
import { type Iod, iodOf, type Module, moduleOf, type Use, unlistedModule } from './table.ts';

/** What a data set is held against. */
export interface ValidateOptions {
  /** Instead of SOP Class UID (0008,0016): the class a peer announced, say. */
  readonly sopClassUid?: string;
  /** Most findings to return; the rest is not looked for. 10,000 by default. */
  readonly limit?: number;
}

const sopClassUid = 0x00080016;
const defaultLimit = 10_000;

/**
 * What is wrong with a data set, in the order of the checks: modules, functional groups, contradictions, attributes the IOD
 * does not have, values. [] for one without fault. Never throws on odd values, and changes nothing.
 */
export function validate(dataSet: DataSet, options: ValidateOptions = {}): readonly ValidationFinding[] {
  const findings: ValidationFinding[] = [];
  const said = new Set<string>();
  const limit = options.limit ?? defaultLimit;
  const report = (finding: ValidationFinding): void => {
    const key = `${finding.path} ${finding.rule} ${finding.message}`;
    if (findings.length < limit && !said.has(key)) findings.push(finding);
    said.add(key);
  };
  const uid = options.sopClassUid ?? dataSet.string(sopClassUid) ?? '';
  const iod = iodOf(uid);
  if (iod) checkIod(dataSet, iod, report);
  else
    report({
      path: 'SOPClassUID',
      rule: 'unknown-sop-class',
      severity: 'warning',
      message: `${uid || 'none'}: only values were checked`,
      section: 'PS3.4 B.5',
    });
  for (const finding of consistency(dataSet)) report(finding);
  checkAllValues(dataSet, report);
  return findings;
}

/** The modules of an IOD, and which of them the data set holds. */
interface Held {
  readonly use: Use;
  readonly module: Module;
}

function checkIod(dataSet: DataSet, iod: Iod, report: (finding: ValidationFinding) => void): void {
  const all = iod.modules.flatMap((use) => {
    const module = moduleOf(use.id);
    return module ? [{ use, module }] : [];
  });
  const seen = new Map(all.map(({ use, module }) => [use.id, use.usage === 'M' || isThere(module, all, dataSet)]));
  const hasModule = (id: string): boolean => seen.get(id) ?? false;
  const place: Place = { levels: [dataSet], groups: [], hasModule };
  for (const { use, module } of all) {
    const required =
      use.usage === 'M' || (use.usage === 'C' && use.condition !== undefined && holds(use.condition, place));
    if (required || hasModule(use.id)) checkModule({ place, steps: [], module, report });
    if (!required && hasModule(use.id) && use.shallNot)
      report({
        path: '',
        rule: 'forbidden-module',
        severity: 'error',
        message: `${module.name} is there though its condition does not hold`,
        section: `PS3.3 Table ${iod.table}`,
      });
  }
  for (const use of iod.modules) {
    const name = unlistedModule(use.id);
    if (name !== undefined && use.usage === 'M')
      report({
        path: '',
        rule: 'unlisted-module',
        severity: 'information',
        message: `${name} was not checked`,
        section: `PS3.3 Table ${iod.table}`,
      });
  }
  checkGroups(dataSet, iod.functionalGroups, { hasModule, report });
  checkForeign(dataSet, iod, all, report);
}

/** Attributes at the top of the data set that tell a module from the others of the IOD. */
function isThere(module: Module, all: readonly Held[], dataSet: DataSet): boolean {
  const others = new Set(
    all.filter((held) => held.module !== module).flatMap((held) => held.module.attributes.map(({ tag }) => tag)),
  );
  return module.attributes.some(
    (rule) => !others.has(rule.tag) && tagsOf(rule, dataSet).some((tag) => dataSet.has(tag)),
  );
}

/** Attributes that no module of the IOD has. Said at the top level only; allowed, as PS3.2 calls it, in a Standard Extended SOP Class. */
function checkForeign(
  dataSet: DataSet,
  iod: Iod,
  all: readonly Held[],
  report: (finding: ValidationFinding) => void,
): void {
  if (all.length < iod.modules.length) return;
  const own = new Set(all.flatMap(({ module }) => module.attributes.flatMap((rule) => tagsOf(rule, dataSet))));
  for (const { tag } of dataSet.elements()) {
    if (own.has(tag) || isPrivate(tag) || isGroupLength(tag)) continue;
    report({
      path: formatPath([], tag),
      rule: 'foreign-attribute',
      severity: 'information',
      message: `not in the ${iod.name} IOD`,
      section: `PS3.3 Table ${iod.table}`,
    });
  }
}
