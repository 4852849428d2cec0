# Writes a JPEG 2000 part 2 code stream with an array-based transformation between its components, by libopenjp2.
# Usage: multi-component.py RAW J2K WIDTH HEIGHT COMPONENTS MATRIX    (RAW: bytes by pixel; MATRIX: numbers, comma-separated)
import ctypes
import sys

u32 = ctypes.c_uint32
words = lambda names: [(name, u32) for name in names.split()]


class Component(ctypes.Structure):
    _fields_ = words('dx dy w h x0 y0 prec bpp sgnd resno_decoded factor') + [
        ('data', ctypes.POINTER(ctypes.c_int32)), ('alpha', ctypes.c_uint16)]


class Image(ctypes.Structure):
    _fields_ = words('x0 y0 x1 y1 numcomps') + [
        ('color_space', ctypes.c_int), ('comps', ctypes.POINTER(Component)), ('icc', ctypes.c_void_p), ('icc_len', u32)]


class ComponentParameters(ctypes.Structure):
    _fields_ = words('dx dy w h x0 y0 prec bpp sgnd')


source, target = sys.argv[1:3]
width, height, count = (int(number) for number in sys.argv[3:6])
matrix = [float(number) for number in sys.argv[6].split(',')]
pixels = open(source, 'rb').read()

library = ctypes.CDLL('libopenjp2.so.7')
library.opj_image_create.restype = ctypes.POINTER(Image)
library.opj_create_compress.restype = ctypes.c_void_p
library.opj_stream_create_default_file_stream.restype = ctypes.c_void_p
parameters = ctypes.create_string_buffer(65536)
library.opj_set_default_encoder_parameters(parameters)
library.opj_set_MCT(parameters, (ctypes.c_float * len(matrix))(*matrix), (ctypes.c_int32 * count)(), u32(count))
each = (ComponentParameters * count)(*[ComponentParameters(1, 1, width, height, 0, 0, 8, 8, 0)] * count)
image = library.opj_image_create(u32(count), each, 0)
image.contents.x1, image.contents.y1 = width, height
for number in range(count):
    for at in range(width * height):
        image.contents.comps[number].data[at] = pixels[at * count + number]
codec = ctypes.c_void_p(library.opj_create_compress(0))
stream = ctypes.c_void_p(library.opj_stream_create_default_file_stream(target.encode(), 0))
done = (library.opj_setup_encoder(codec, parameters, image) and library.opj_start_compress(codec, image, stream)
        and library.opj_encode(codec, stream) and library.opj_end_compress(codec, stream))
library.opj_stream_destroy(stream)
sys.exit(0 if done else 1)
