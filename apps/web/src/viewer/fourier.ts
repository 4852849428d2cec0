// The discrete Fourier transform of a decay: magnitudes by frequency. Cooley and Tukey's algorithm for powers of two.

/** Reorders by reversed bits, the first step. */
const reorder = (real: Float64Array, imaginary: Float64Array): void => {
  const length = real.length;
  for (let index = 1, other = 0; index < length; index += 1) {
    let bit = length >> 1;
    for (; other & bit; bit >>= 1) other ^= bit;
    other ^= bit;
    if (index >= other) continue;
    [real[index], real[other]] = [real[other] ?? 0, real[index] ?? 0];
    [imaginary[index], imaginary[other]] = [imaginary[other] ?? 0, imaginary[index] ?? 0];
  }
};

/** In place; the length is a power of two. */
const transform = (real: Float64Array, imaginary: Float64Array): void => {
  reorder(real, imaginary);
  for (let size = 2; size <= real.length; size *= 2) {
    const half = size / 2;
    for (let pair = 0; pair < half; pair += 1) {
      const angle = (-2 * Math.PI * pair) / size;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let even = pair; even < real.length; even += size) {
        const odd = even + half;
        const [oddReal, oddImaginary] = [real[odd] ?? 0, imaginary[odd] ?? 0];
        const turnedReal = oddReal * cos - oddImaginary * sin;
        const turnedImaginary = oddReal * sin + oddImaginary * cos;
        real[odd] = (real[even] ?? 0) - turnedReal;
        imaginary[odd] = (imaginary[even] ?? 0) - turnedImaginary;
        real[even] = (real[even] ?? 0) + turnedReal;
        imaginary[even] = (imaginary[even] ?? 0) + turnedImaginary;
      }
    }
  }
};

/**
 * The magnitudes of the spectrum of a decay, from the lowest frequency (minus half the spectral width) upwards. A number of
 * points that is no power of two is filled with zeros up to the next, which only draws the curve finer.
 */
export const spectrumOf = (values: Float32Array, isComplex: boolean): Float32Array => {
  const points = isComplex ? values.length / 2 : values.length;
  const length = 2 ** Math.ceil(Math.log2(Math.max(2, points)));
  const [real, imaginary] = [new Float64Array(length), new Float64Array(length)];
  for (let index = 0; index < points; index += 1) {
    real[index] = values[isComplex ? index * 2 : index] ?? 0;
    imaginary[index] = isComplex ? (values[index * 2 + 1] ?? 0) : 0;
  }
  transform(real, imaginary);
  return Float32Array.from({ length }, (_, index) => {
    const at = (index + length / 2) % length;
    return Math.hypot(real[at] ?? 0, imaginary[at] ?? 0);
  });
};
