// The parameters that every statement has to give, changeable or not. PS3.2 Table A.4.4-2

/** A row of the baseline: a setting of the product, or a value that cannot be changed. */
export type BaselineValue =
  | { readonly setting: string; readonly note?: string }
  /** A value of an entry in a list of settings: configurable, and the same in force and by default. */
  | { readonly entry: { readonly value: string; readonly unit?: string }; readonly note: string }
  | { readonly fixed: string; readonly unit?: string; readonly note?: string };

/** PS3.2 Table A.4.4-2, general parameters. */
export const generalBaseline = [
  'Time-out waiting for acceptance or rejection response to an Association Open Request',
  'General DIMSE level time-out values',
  'Time-out waiting for response to TCP/IP connect() request',
  'Time-out waiting for acceptance of a TCP/IP message over the network',
  'Time-out for waiting for data between TCP/IP packets',
  'Any changes to default TCP/IP settings, such as configurable stack parameters',
] as const;

/** The same, parameters of each application entity. */
export const entityBaseline = [
  'Size constraint in maximum object size',
  'Maximum PDU size the AE can receive',
  'Maximum PDU size the AE can send',
  'AE specific DIMSE level time-out values',
  'Number of simultaneous Associations by Service and/or SOP Class',
  'SOP Class support',
  'Transfer Syntax support',
] as const;

export type GeneralBaseline = Readonly<Record<(typeof generalBaseline)[number], BaselineValue>>;
export type EntityBaseline = Readonly<Record<(typeof entityBaseline)[number], BaselineValue>>;
