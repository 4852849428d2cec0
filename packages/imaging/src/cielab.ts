// CIELab as DICOM encodes it, to the sRGB of a screen. PS3.3 C.10.7.1.1; PCS of ICC, D50.

/** 16-bit L*, a*, b* (0..FFFF for 0..100 and -128..127) to 8-bit red, green, blue. */
export function cielabToRgb([l, a, b]: readonly [number, number, number]): readonly [number, number, number] {
  const lightness = (l / 65535) * 100;
  const y = (lightness + 16) / 116;
  const x = y + ((a / 65535) * 255 - 128) / 500;
  const z = y - ((b / 65535) * 255 - 128) / 200;
  const expand = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  // The reference white of the profile connection space, then its matrix to linear sRGB (Bradford-adapted from D50).
  const [X, Y, Z] = [0.9642 * expand(x), expand(y), 0.8251 * expand(z)];
  const linear = [
    3.1338561 * X - 1.6168667 * Y - 0.4906146 * Z,
    -0.9787684 * X + 1.9161415 * Y + 0.033454 * Z,
    0.0719453 * X - 0.2289914 * Y + 1.4052427 * Z,
  ];
  const [red = 0, green = 0, blue = 0] = linear.map((share) => {
    const curved = share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055;
    return Math.round(Math.min(1, Math.max(0, curved)) * 255);
  });
  return [red, green, blue];
}
