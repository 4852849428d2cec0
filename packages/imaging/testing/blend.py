# Blends as PS3.3 A.33.4 and C.11.14 say, computed here by other means than the product: pydicom reads, numpy computes in float64.
# usage: blend.py STATE UNDERLYING OUT SUPERIMPOSED...   OUT gets 8-bit RGB by rows.
import sys
import numpy
import pydicom

state, below, out = pydicom.dcmread(sys.argv[1]), pydicom.dcmread(sys.argv[2]), sys.argv[3]
stack = [pydicom.dcmread(path) for path in sys.argv[4:]]
part = {item.BlendingPosition: item for item in state.BlendingSequence}


def shares(image, item):
    """Stored values to 0..1: rescale, then the linear function of C.11.2.1.2.1."""
    values = image.pixel_array.astype(float) * float(item.get('RescaleSlope', 1)) + float(item.get('RescaleIntercept', 0))
    voi = item.SoftcopyVOILUTSequence[0]
    center, width = float(voi.WindowCenter), float(voi.WindowWidth)
    inside = (values - (center - 0.5)) / (width - 1) + 0.5
    return numpy.where(values <= center - 0.5 - (width - 1) / 2, 0, numpy.where(values > center - 0.5 + (width - 1) / 2, 1, inside))


def place(image):
    axes = numpy.array(image.ImageOrientationPatient, float)
    along, down = axes[:3] / numpy.linalg.norm(axes[:3]), axes[3:] / numpy.linalg.norm(axes[3:])
    return numpy.array(image.ImagePositionPatient, float), along, down, [float(x) for x in image.PixelSpacing]


origin, along, down, (row_mm, column_mm) = place(below)
normal = numpy.cross(along, down)
rows, columns = numpy.mgrid[0:below.Rows, 0:below.Columns]
points = origin + columns[..., None] * column_mm * along + rows[..., None] * row_mm * down


def sampled(image):
    """The slice at every point of the underlying image, bilinear; nan outside of its pixels."""
    position, its_along, its_down, (its_row_mm, its_column_mm) = place(image)
    x = (points - position) @ its_along / its_column_mm
    y = (points - position) @ its_down / its_row_mm
    outside = (x < -0.5) | (y < -0.5) | (x > image.Columns - 0.5) | (y > image.Rows - 0.5)
    values = numpy.pad(shares(image, part['SUPERIMPOSED']), 1, mode='edge')
    x0, y0 = numpy.floor(x), numpy.floor(y)
    fx, fy = x - x0, y - y0
    at = lambda dx, dy: values[
        numpy.clip(y0 + dy + 1, 0, values.shape[0] - 1).astype(int), numpy.clip(x0 + dx + 1, 0, values.shape[1] - 1).astype(int)
    ]
    mixed = (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy
    return numpy.where(outside, numpy.nan, mixed)


distances = [float((place(image)[0] - origin) @ normal) for image in stack]
exact = [image for image, d in zip(stack, distances) if abs(d) < 1e-3]
if exact:
    upper = sampled(exact[0])
else:
    d0, i0 = max(((d, i) for i, d in enumerate(distances) if d < 0), default=(None, None))
    d1, i1 = min(((d, i) for i, d in enumerate(distances) if d > 0), default=(None, None))
    upper = (sampled(stack[i0]) * d1 - sampled(stack[i1]) * d0) / (d1 - d0)

lower = shares(below, part['UNDERLYING']) * 255
table = numpy.stack(
    [numpy.frombuffer(state[f'{name}PaletteColorLookupTableData'].value, '<u2') >> 8 for name in ('Red', 'Green', 'Blue')], -1
).astype(float)
index = numpy.floor(numpy.nan_to_num(upper) * (len(table) - 1) + 0.5).astype(int)
alpha = float(state.RelativeOpacity)
blended = table[index] * alpha + numpy.floor(lower + 0.5)[..., None] * (1 - alpha)
result = numpy.where(numpy.isnan(upper)[..., None], lower[..., None], blended)
numpy.floor(result + 0.5).clip(0, 255).astype(numpy.uint8).tofile(out)
