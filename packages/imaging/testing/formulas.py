# The formulas of PS3.3 A.33.2, A.33.3, C.7.6.3, C.7.6.11, C.7.6.19, C.10.4, C.10.6, C.11.1, C.11.2, C.11.6 and C.11.13 by other means than the product:
# pydicom reads, numpy computes in float64. Writes the picture as 8-bit grey or RGB by rows, nothing rounded before its end.
# usage: formulas.py JOBS   a list in JSON of {"image": path, "out": path, "frame": from 1, "state": path or null}
import json
import sys
import numpy
import pydicom


def group(image, frame, macro):
    """The functional group of a frame: its own, the shared one, or the image itself."""
    for sequence, place in (('PerFrameFunctionalGroupsSequence', frame - 1), ('SharedFunctionalGroupsSequence', 0)):
        if sequence in image and macro in image[sequence].value[place]:
            return image[sequence].value[place][macro].value[0]
    return image


def modality(values, source):
    return values.astype(float) * float(source.get('RescaleSlope', 1)) + float(source.get('RescaleIntercept', 0))


def first(value):
    return float(value[0] if isinstance(value, pydicom.multival.MultiValue) else value)


def voi(values, source, padding):
    """To 0..1. Without a window: all values that occur but the padding."""
    if 'WindowCenter' not in source:
        real = values[~padding]
        low, high = real.min(), real.max()
        return ((values - low) / (high - low)).clip(0, 1)
    center, width, how = first(source.WindowCenter), first(source.WindowWidth), source.get('VOILUTFunction', 'LINEAR')
    if how == 'SIGMOID':
        return 1 / (1 + numpy.exp(-4 * (values - center) / width))
    if how == 'LINEAR_EXACT':
        return ((values - center) / width + 0.5).clip(0, 1)
    if width == 1:
        return (values > center - 0.5).astype(float)
    return ((values - (center - 0.5)) / (width - 1) + 0.5).clip(0, 1)


def moved(values, down, right):
    """Bilinear, the edges repeated: what is at a place was (down, right) pixels before."""
    rows, columns = numpy.mgrid[0:values.shape[0], 0:values.shape[1]].astype(float)
    rows, columns = rows - down, columns - right
    r0, c0 = numpy.floor(rows), numpy.floor(columns)
    fr, fc = rows - r0, columns - c0
    at = lambda r, c: values[r.clip(0, values.shape[0] - 1).astype(int), c.clip(0, values.shape[1] - 1).astype(int)]
    return (at(r0, c0) * (1 - fc) + at(r0, c0 + 1) * fc) * (1 - fr) + (at(r0 + 1, c0) * (1 - fc) + at(r0 + 1, c0 + 1) * fc) * fr


def subtracted(frames, number, source, state):
    """C.11.13: the average of mask frames from the average of contrast frames, in the units of the modality."""
    values = [modality(one, source) for one in frames]
    item = state.MaskSubtractionSequence[0]
    if item.MaskOperation == 'TID':
        return values[number - 1] - values[number - 1 - int(item.get('TIDOffset', 1))]
    contrast = values[number - 1 : number - 1 + int(item.get('ContrastFrameAveraging', 1))]
    mask = [values[one - 1] for one in numpy.atleast_1d(item.MaskFrameNumbers)]
    down, right = [float(part) for part in item.get('MaskSubPixelShift', [0, 0])]
    return sum(contrast) / len(contrast) - moved(sum(mask) / len(mask), down, right)


def covered(source, shape):
    """C.7.6.11: what a shutter hides. Edges are seen."""
    rows, columns = numpy.mgrid[1 : shape[0] + 1, 1 : shape[1] + 1]
    shapes = source.get('ShutterShape', [])
    shapes = [shapes] if isinstance(shapes, str) else list(shapes)
    seen = numpy.ones(shape, bool)
    if 'RECTANGULAR' in shapes:
        seen &= (columns >= source.ShutterLeftVerticalEdge) & (columns <= source.ShutterRightVerticalEdge)
        seen &= (rows >= source.ShutterUpperHorizontalEdge) & (rows <= source.ShutterLowerHorizontalEdge)
    if 'CIRCULAR' in shapes:
        row, column = source.CenterOfCircularShutter
        seen &= (rows - row) ** 2 + (columns - column) ** 2 <= source.RadiusOfCircularShutter**2
    if 'POLYGONAL' in shapes:
        numbers = [int(number) for number in source.VerticesOfThePolygonalShutter]
        points = list(zip(numbers[::2], numbers[1::2]))
        winding, on_edge = numpy.zeros(shape, int), numpy.zeros(shape, bool)
        for (r1, c1), (r2, c2) in zip(points, points[1:] + points[:1]):
            side = (c2 - c1) * (rows - r1) - (columns - c1) * (r2 - r1)
            between = (rows >= min(r1, r2)) & (rows <= max(r1, r2)) & (columns >= min(c1, c2)) & (columns <= max(c1, c2))
            on_edge |= (side == 0) & between
            winding += ((r1 <= rows) & (r2 > rows) & (side < 0)).astype(int)
            winding -= ((r1 > rows) & (r2 <= rows) & (side > 0)).astype(int)
        seen &= (winding != 0) | on_edge
    return ~seen


def palette(source):
    """Red, green and blue of 0..1 for each entry, and the value that the first is for."""
    tables = []
    for name in ('Red', 'Green', 'Blue'):
        entries, low, bits = source[f'{name}PaletteColorLookupTableDescriptor'].value
        data = source[f'{name}PaletteColorLookupTableData'].value
        tables.append(numpy.frombuffer(data, '<u2')[: entries or 65536] / (2**bits - 1))
    return numpy.stack(tables, -1), low


def colours(image, state, values, gray):
    """C.7.6.19: from the first stored value mapped on, the colour of the table; grey below. A.33.3: grey levels as colours of a state."""
    if state:
        table = palette(state)[0] if 'RedPaletteColorLookupTableDescriptor' in state else None
        return gray if table is None else table[numpy.floor(gray * (len(table) - 1) + 0.5).astype(int)]
    if image.get('PixelPresentation', '') not in ('COLOR', 'MIXED'):
        return gray
    table, low = palette(image)
    coloured = table[(values - low).clip(0, len(table) - 1).astype(int)]
    return numpy.where((values >= low)[..., None], coloured, gray[..., None])


def levels(job, image, state):
    """Grey levels or colours of 0..1, as they lie in the image."""
    if image.SamplesPerPixel == 3:
        return image.pixel_array / (2**image.BitsStored - 1)
    frames = image.pixel_array.reshape(-1, image.Rows, image.Columns)
    values = frames[job['frame'] - 1]
    if state and 'MaskSubtractionSequence' in state:
        units = subtracted(frames, job['frame'], state, state)
    else:
        units = modality(values, state or group(image, job['frame'], 'PixelValueTransformationSequence'))
    padding = numpy.zeros(values.shape, bool)
    for kind in ('', 'Float', 'DoubleFloat'):
        if f'{kind}PixelPaddingValue' in image:
            edge = image[f'{kind}PixelPaddingValue'].value
            ends = sorted([edge, image.get(f'{kind}PixelPaddingRangeLimit', edge)])
            padding |= (values >= ends[0]) & (values <= ends[1])
    source = state.SoftcopyVOILUTSequence[0] if state else group(image, job['frame'], 'FrameVOILUTSequence')
    share = voi(units, source, padding)
    shape = (state or image).get('PresentationLUTShape', 'IDENTITY')
    if shape == 'INVERSE' or (not state and image.PhotometricInterpretation == 'MONOCHROME1'):
        share = 1 - share
    return colours(image, state, values, share)


def drawn(job):
    image = pydicom.dcmread(job['image'])
    state = pydicom.dcmread(job['state']) if job.get('state') else None
    share = levels(job, image, state)
    shutter = state or image
    if 'ShutterShape' in shutter:
        share[covered(shutter, share.shape[:2])] = int(shutter.get('ShutterPresentationValue', 0)) / 65535
    if state and 'DisplayedAreaSelectionSequence' in state:
        area = state.DisplayedAreaSelectionSequence[0]
        left, top = area.DisplayedAreaTopLeftHandCorner
        right, bottom = area.DisplayedAreaBottomRightHandCorner
        share = share[min(top, bottom) - 1 : max(top, bottom), min(left, right) - 1 : max(left, right)]
    if state:
        share = numpy.rot90(share, -int(state.get('ImageRotation', 0)) // 90)
        share = share[:, ::-1] if state.get('ImageHorizontalFlip', 'N') == 'Y' else share
    return numpy.floor(share * 255 + 0.5).astype(numpy.uint8)


for job in json.load(open(sys.argv[1])):
    numpy.ascontiguousarray(drawn(job)).tofile(job['out'])
