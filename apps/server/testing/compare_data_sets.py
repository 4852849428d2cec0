# Compares pairs of files element for element with pydicom, an implementation of its own: prints one line per difference.
import hashlib
import json
import sys

import pydicom

pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE


def elements(data_set, path=""):
    """Every element of a data set with its raw value, sequences item by item; group lengths are no content."""
    for tag in sorted(data_set.keys()):
        if tag.element == 0 or tag == 0xFFFCFFFC:
            continue
        name = f"{path}{tag}"
        raw = data_set.get_item(tag)
        try:
            element = data_set[tag]
        except Exception:  # a value that pydicom cannot read still has bytes to compare
            yield name, raw.VR, raw.value
            continue
        if element.VR == "SQ":
            yield name, "SQ", len(element.value)
            for index, item in enumerate(element.value):
                yield from elements(item, f"{name}[{index}].")
        elif tag in (0x7FE00010, 0x7FE00008, 0x7FE00009):
            yield name, "pixels", hashlib.sha256(element.value).hexdigest()
        else:
            yield name, "value", str(element.value)


def differences(sent, received):
    one = dict((name, rest) for name, *rest in elements(pydicom.dcmread(sent, force=True)))
    other = dict((name, rest) for name, *rest in elements(pydicom.dcmread(received, force=True)))
    for name in sorted(set(one) | set(other)):
        if one.get(name) != other.get(name):
            yield f"{sent}: {name}: sent {str(one.get(name))[:80]}, received {str(other.get(name))[:80]}"


for sent, received in json.load(sys.stdin):
    for line in differences(sent, received):
        print(line)
