"""Writes types.safetensors byte by byte from the published format, and types.json with the values a reader must find.

The tensors stand in an order of data that is neither alphabetical nor the header's, with every element type we read.
"""

import json
import pathlib
import struct

folder = pathlib.Path(__file__).parent

halves = [0.0, -0.0, 1.0, -2.5, 65504.0, 6.103515625e-05, 5.960464477539063e-08, 0.333251953125]
brains = [0.0, 1.0, -3.140625, 3.3895313892515355e38, 9.183549615799121e-41, 0.10009765625]


def bfloat16(value):
    bits = struct.unpack("<I", struct.pack("<f", value))[0]
    assert bits & 0xFFFF == 0, "choose values that bfloat16 holds exactly"
    return struct.pack("<H", bits >> 16)


blocks = [
    ("wide", "F64", [2, 1], struct.pack("<2d", 0.1, -1e300), [0.1, -1e300]),
    ("flags", "BOOL", [3], bytes([1, 0, 1]), [1, 0, 1]),
    ("empty", "F32", [0, 4], b"", []),
    ("scalar", "I64", [], struct.pack("<q", -(2**62)), [-(2**62)]),
    ("ints", "I32", [2, 2], struct.pack("<4i", 1, -2, 3, -(2**31)), [1, -2, 3, -(2**31)]),
    ("half", "F16", [2, 4], struct.pack("<8e", *halves), halves),
    ("brain", "BF16", [6], b"".join(map(bfloat16, brains)), brains),
    ("bytes", "U8", [1, 1, 4], bytes([0, 127, 128, 255]), [0, 127, 128, 255]),
    ("größe.β", "F32", [3], struct.pack("<3f", 1.5, -0.25, 3.0e-39), [1.5, -0.25, struct.unpack("<f", struct.pack("<f", 3.0e-39))[0]]),
]

header, data, expected = {"__metadata__": {"format": "pt", "quote": 'a "b" \\ c'}}, b"", {}
for name, dtype, shape, content, values in blocks:
    header[name] = {"data_offsets": [len(data), len(data) + len(content)], "dtype": dtype, "shape": shape}
    data += content
    expected[name] = {"shape": shape, "values": values}

# The header lists the tensors backwards and escapes one name; both are allowed.
text = json.dumps(dict(reversed(header.items()))).encode() + b"   "
(folder / "types.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
(folder / "types.json").write_text(json.dumps(expected, indent=1) + "\n")
