// @concord/dicom/iod: IODs and validation. A door of its own, so that the tables stay out of programs that do not validate.
export { type Rule, rules, type ValidationFinding } from './finding.ts';
export {
  type AttributeRule,
  type AttributeType,
  type Iod,
  iodById,
  iodOf,
  type Module,
  macroOf,
  moduleOf,
  type Usage,
  type Use,
  type ValueRule,
} from './table.ts';
export { type ValidateOptions, validate } from './validate.ts';
