// Objects that belong to no patient, by the categories of the web service: their SOP Classes, and what a search answers with unasked.
// PS3.18 Table 12.1.1-1; PS3.4 U.6.1.2, X.6.1.2, BB.6.1.2, HH.6.1.2.

export const categoryNames = [
  'color-palettes',
  'defined-procedure-protocols',
  'hanging-protocols',
  'implant-templates',
] as const;
export type CategoryName = (typeof categoryNames)[number];

export interface Category {
  /** In words, in the plural. */
  readonly title: string;
  /** Of storage. */
  readonly sopClasses: readonly string[];
  /** Keywords of the return keys of Type 1 and 2. */
  readonly returned: readonly string[];
}

const sopCommon = ['SpecificCharacterSet', 'SOPClassUID', 'SOPInstanceUID'];

export const categories: Readonly<Record<CategoryName, Category>> = {
  'color-palettes': {
    title: 'Color Palettes',
    sopClasses: ['1.2.840.10008.5.1.4.39.1'],
    returned: [...sopCommon, 'ContentLabel', 'ContentDescription', 'ContentCreatorName'],
  },
  'defined-procedure-protocols': {
    title: 'Defined Procedure Protocols',
    sopClasses: ['1.2.840.10008.5.1.4.1.1.200.1'],
    returned: [
      ...sopCommon,
      'InstanceCreationDate',
      'InstanceCreationTime',
      'Modality',
      'CustodialOrganizationSequence',
      'ResponsibleGroupCodeSequence',
      'ProtocolName',
      'PotentialScheduledProtocolCodeSequence',
      'PotentialRequestedProcedureCodeSequence',
      'PotentialReasonsForProcedure',
      'PotentialReasonsForProcedureCodeSequence',
      'PotentialDiagnosticTasks',
      'PredecessorProtocolSequence',
      'ContentCreatorName',
      'ClinicalTrialSponsorName',
      'ClinicalTrialProtocolID',
      'EquipmentModality',
      'ModelSpecificationSequence',
      'AnatomicRegionSequence',
      'PrimaryAnatomicStructureSequence',
    ],
  },
  'hanging-protocols': {
    title: 'Hanging Protocols',
    sopClasses: ['1.2.840.10008.5.1.4.38.1'],
    returned: [
      ...sopCommon,
      'HangingProtocolName',
      'HangingProtocolDescription',
      'HangingProtocolLevel',
      'HangingProtocolCreator',
      'HangingProtocolCreationDateTime',
      'HangingProtocolDefinitionSequence',
      'NumberOfPriorsReferenced',
      'HangingProtocolUserIdentificationCodeSequence',
      'HangingProtocolUserGroupName',
      'NumberOfScreens',
      'NominalScreenDefinitionSequence',
    ],
  },
  'implant-templates': {
    title: 'Implant Templates',
    sopClasses: ['1.2.840.10008.5.1.4.43.1', '1.2.840.10008.5.1.4.44.1', '1.2.840.10008.5.1.4.45.1'],
    returned: [
      ...sopCommon,
      'Manufacturer',
      'ImplantName',
      'ImplantSize',
      'ImplantPartNumber',
      'ReplacedImplantTemplateSequence',
      'DerivationImplantTemplateSequence',
      'OriginalImplantTemplateSequence',
      'EffectiveDateTime',
      'ImplantTargetAnatomySequence',
      'ImplantRegulatoryDisapprovalCodeSequence',
      'MaterialCodeSequence',
      'CoatingMaterialsCodeSequence',
      'ImplantAssemblyTemplateName',
      'ImplantAssemblyTemplateIssuer',
      'ImplantAssemblyTemplateVersion',
      'ReplacedImplantAssemblyTemplateSequence',
      'ProcedureTypeCodeSequence',
      'SurgicalTechnique',
      'ImplantTemplateGroupName',
      'ImplantTemplateGroupDescription',
      'ImplantTemplateGroupIssuer',
      'ReplacedImplantTemplateGroupSequence',
    ],
  },
};

/** The category that objects of a SOP Class are in. */
export const categoryOf = (sopClassUid: string): CategoryName | undefined =>
  categoryNames.find((name) => categories[name].sopClasses.includes(sopClassUid));
