// Query/Retrieve of objects that belong to no patient: hanging protocols, palettes, implants, procedure protocols. PS3.4 Annexes U, X, BB, HH, II.
import { findService, getService, moveService } from './information-model.ts';

/** SOP Classes by model; the order of each is FIND, MOVE, GET. */
export const nonPatientModels = {
  hangingProtocol: ['1.2.840.10008.5.1.4.38.2', '1.2.840.10008.5.1.4.38.3', '1.2.840.10008.5.1.4.38.4'],
  colorPalette: ['1.2.840.10008.5.1.4.39.2', '1.2.840.10008.5.1.4.39.3', '1.2.840.10008.5.1.4.39.4'],
  genericImplantTemplate: ['1.2.840.10008.5.1.4.43.2', '1.2.840.10008.5.1.4.43.3', '1.2.840.10008.5.1.4.43.4'],
  implantAssemblyTemplate: ['1.2.840.10008.5.1.4.44.2', '1.2.840.10008.5.1.4.44.3', '1.2.840.10008.5.1.4.44.4'],
  implantTemplateGroup: ['1.2.840.10008.5.1.4.45.2', '1.2.840.10008.5.1.4.45.3', '1.2.840.10008.5.1.4.45.4'],
  definedProcedureProtocol: ['1.2.840.10008.5.1.4.20.1', '1.2.840.10008.5.1.4.20.2', '1.2.840.10008.5.1.4.20.3'],
  protocolApproval: ['1.2.840.10008.5.1.4.1.1.200.4', '1.2.840.10008.5.1.4.1.1.200.5', '1.2.840.10008.5.1.4.1.1.200.6'],
} as const;

function model(name: string, section: string, sopClasses: readonly (readonly [string, string, string])[]) {
  const parts = (index: 0 | 1 | 2) => ({ name, section, sopClasses: sopClasses.map((model) => model[index]) });
  return { find: findService(parts(0)), move: moveService(parts(1)), get: getService(parts(2)) };
}

/** PS3.4 Annex U. */
export const hangingProtocol = model('Hanging Protocol Query/Retrieve', 'PS3.4 Annex U', [
  nonPatientModels.hangingProtocol,
]);
/** PS3.4 Annex X. */
export const colorPalette = model('Color Palette Query/Retrieve', 'PS3.4 Annex X', [nonPatientModels.colorPalette]);
/** Generic, assembly and group templates. PS3.4 Annex BB. */
export const implantTemplate = model('Implant Template Query/Retrieve', 'PS3.4 Annex BB', [
  nonPatientModels.genericImplantTemplate,
  nonPatientModels.implantAssemblyTemplate,
  nonPatientModels.implantTemplateGroup,
]);
/** PS3.4 Annex HH. */
export const definedProcedureProtocol = model('Defined Procedure Protocol Query/Retrieve', 'PS3.4 Annex HH', [
  nonPatientModels.definedProcedureProtocol,
]);
/** PS3.4 Annex II. */
export const protocolApproval = model('Protocol Approval Query/Retrieve', 'PS3.4 Annex II', [
  nonPatientModels.protocolApproval,
]);
