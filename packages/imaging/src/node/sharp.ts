// The library for picture files, loaded with the first picture: a thread that draws none has its 12 MB for itself.
import type sharp from 'sharp';

export const loadSharp = async (): Promise<typeof sharp> => (await import('sharp')).default;
