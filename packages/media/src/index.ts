// File-sets (PS3.10, PS3.11): DICOMDIR, application profiles, Secure DICOM, media verification. Nothing is built yet: the room keeps its place in the direction of imports.
export {};
