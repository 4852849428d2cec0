// Table A.4.4-2: the baseline rows that PS3.2 asks for, then every other setting, each once. PS3.2 A.4.4.2
import type { ParameterRow } from '../model/networking.ts';
import { type BaselineValue, entityBaseline, generalBaseline } from './baseline.ts';
import type { DescribedEntity, DescribedSetting, DescribedSystem } from './system.ts';

type Settings = ReadonlyMap<string, DescribedSetting>;

const ofSetting = (scope: string, name: string, setting: DescribedSetting, note?: string): ParameterRow => ({
  scope,
  name,
  configurable: 'Yes',
  default: setting.default,
  ...(setting.unit !== undefined && { unit: setting.unit }),
  range: setting.range,
  effective: setting.value,
  note: note ?? `Setting ${setting.name}: ${setting.text}.`,
});

function baselineRow(scope: string, name: string, value: BaselineValue, settings: Settings): ParameterRow {
  if ('setting' in value) {
    const setting = settings.get(value.setting);
    if (!setting)
      throw new TypeError(`the baseline names the setting ${value.setting}, which the settings table lacks`);
    return ofSetting(scope, name, setting, value.note);
  }
  if ('entry' in value) {
    const { value: text, unit } = value.entry;
    return {
      scope,
      name,
      configurable: 'Yes',
      default: text,
      ...(unit && { unit }),
      range: 'as that of the setting',
      effective: text,
      note: value.note,
    };
  }
  return {
    scope,
    name,
    configurable: 'No',
    default: value.fixed,
    ...(value.unit !== undefined && { unit: value.unit }),
    ...(value.note !== undefined && { note: value.note }),
  };
}

const rowsOf = <Name extends string>(
  scope: string,
  names: readonly Name[],
  values: Readonly<Record<Name, BaselineValue>>,
  settings: Settings,
) => names.map((name) => baselineRow(scope, name, values[name], settings));

/** Parameters that a service's declaration has beside the settings. */
const ofServices = ({ id, accepts }: DescribedEntity): ParameterRow[] =>
  accepts.services.flatMap(({ name: service, parameters = {} }) =>
    Object.entries(parameters).map(([name, { default: value, unit, minimum, maximum, text }]) => ({
      scope: id,
      name: `${service}: ${name}`,
      configurable: 'No' as const,
      default: String(value),
      ...(unit !== undefined && { unit }),
      ...(minimum !== undefined && { range: `${minimum} to ${maximum ?? 'any'}` }),
      note: text,
    })),
  );

/** Every row. Throws TypeError for a baseline that names no setting of the table. */
export function parameterRows(system: DescribedSystem): ParameterRow[] {
  const settings = new Map(system.settings.map((setting) => [setting.name, setting]));
  const rows = [
    ...rowsOf('General', generalBaseline, system.baseline, settings),
    ...system.entities.flatMap((entity) => [
      ...rowsOf(entity.id, entityBaseline, entity.baseline, settings),
      ...ofServices(entity),
    ]),
  ];
  const shown = new Set(
    [system.baseline, ...system.entities.map(({ baseline }) => baseline)].flatMap((values) =>
      Object.values<BaselineValue>(values).flatMap((value) => ('setting' in value ? [value.setting] : [])),
    ),
  );
  const rest = system.settings.filter(({ name }) => !shown.has(name));
  return [...rows, ...rest.map((setting) => ofSetting('General', setting.name, setting, `${setting.text}.`))];
}
