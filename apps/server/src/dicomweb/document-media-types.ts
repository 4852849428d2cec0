// What reports and encapsulated documents are rendered as: one list for what is made, for capabilities and for the statement. PS3.18 Table 8.7.4-1.

/** The Text category, and what 3D models are stored as, which is all they are rendered as beside XML. */
export const documentMediaTypes = [
  'text/html',
  'text/plain',
  'text/xml',
  'text/rtf',
  'application/pdf',
  'model/stl',
  'model/obj',
  'model/mtl',
] as const;

export type DocumentMediaType = (typeof documentMediaTypes)[number];
