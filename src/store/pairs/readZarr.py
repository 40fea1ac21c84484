"""Print a Zarr v3 hierarchy as JSON, read by the specification alone: numpy, and numcodecs for Blosc.

    python3 readZarr.py FOLDER

Follows the Zarr v3 core specification (metadata documents, the regular grid, default chunk keys, fill values) and the codecs bytes, blosc,
crc32c and sharding_indexed 1.0; anything else in a document is an error, as the specification asks. Needs no zarr: no release of
zarr-python that reads version 3 is in Debian 12.
"""
import hashlib
import itertools
import json
import pathlib
import sys

import numcodecs
import numpy

NAN_BITS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
EMPTY = 2**64 - 1


def crc32c(data):
    """Bit by bit, from the polynomial: x^32 + 0x1EDC6F41, reflected."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def decode(codecs, data, shape, dtype, fill):
    """Undo a chain of codecs, from the last to the first."""
    for codec in reversed(codecs):
        name, config = codec["name"], codec.get("configuration", {})
        if name == "crc32c":
            assert int.from_bytes(data[-4:], "little") == crc32c(data[:-4]), "crc32c"
            data = data[:-4]
        elif name == "blosc":
            assert set(config) == {"cname", "clevel", "shuffle", "typesize", "blocksize"}, config
            assert data[3] == config["typesize"], "typesize of the buffer"
            flags = {"noshuffle": 0, "shuffle": 1, "bitshuffle": 4}
            assert data[2] & 5 == flags[config["shuffle"]], "shuffle of the buffer"
            assert {0: "blosclz", 1: "lz4", 2: "snappy", 3: "zlib", 4: "zstd"}[data[2] >> 5] == config["cname"]
            data = bytes(numcodecs.Blosc().decode(data))
        elif name == "bytes":
            assert config == {"endian": "little"}, config
            return numpy.frombuffer(data, dtype.newbyteorder("<")).reshape(shape)
        elif name == "sharding_indexed":
            return decode_shard(config, data, shape, dtype, fill)
        else:
            raise ValueError(f"unknown codec {name}")
    raise ValueError("no codec from array to bytes")


def decode_shard(config, data, shape, dtype, fill):
    inner = config["chunk_shape"]
    assert all(outer % n == 0 for outer, n in zip(shape, inner))
    grid = [outer // n for outer, n in zip(shape, inner)]
    assert [c["name"] for c in config["index_codecs"]] == ["bytes", "crc32c"] and config["index_location"] == "end"
    size = 16 * int(numpy.prod(grid)) + 4
    index = decode(config["index_codecs"], data[-size:], [*grid, 2], numpy.dtype("uint64"), 0)
    out = numpy.full(shape, fill, dtype)
    for place in itertools.product(*map(range, grid)):
        offset, length = (int(n) for n in index[place])
        if (offset, length) == (EMPTY, EMPTY):
            continue
        assert offset + length <= len(data) - size
        chunk = decode(config["codecs"], data[offset : offset + length], inner, dtype, fill)
        out[tuple(slice(p * n, (p + 1) * n) for p, n in zip(place, inner))] = chunk
    return out


def read_array(folder, document):
    assert set(document) <= {
        "zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs",
        "dimension_names", "attributes",
    }
    assert document["chunk_grid"]["name"] == "regular"
    assert document["chunk_key_encoding"] == {"name": "default", "configuration": {"separator": "/"}}
    shape, dtype = document["shape"], numpy.dtype(document["data_type"])
    assert len(document["dimension_names"]) == len(shape)
    fill = document["fill_value"]
    fill = NAN_BITS.get(fill, fill) if isinstance(fill, str) else fill
    chunk = document["chunk_grid"]["configuration"]["chunk_shape"]
    out = numpy.full(shape, fill, dtype)
    for place in itertools.product(*(range(-(-n // c)) for n, c in zip(shape, chunk))):
        file = folder / "/".join(["c", *map(str, place)])
        if not file.exists():
            continue
        values = decode(document["codecs"], file.read_bytes(), chunk, dtype, fill)
        inside = tuple(slice(p * c, min((p + 1) * c, n)) for p, c, n in zip(place, chunk, shape))
        out[inside] = values[tuple(slice(0, s.stop - s.start) for s in inside)]
    return out


def describe(array):
    plain = numpy.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    small = [None if value != value else value for value in plain.ravel()[:8].tolist()]
    return {"dtype": array.dtype.name, "shape": list(array.shape), "first": small, "sha256": hashlib.sha256(plain.tobytes()).hexdigest()}


def read_node(folder, path, nodes):
    document = json.loads((folder / "zarr.json").read_text())
    assert document["zarr_format"] == 3
    if document["node_type"] == "array":
        nodes[path] = describe(read_array(folder, document))
        return
    assert set(document) <= {"zarr_format", "node_type", "attributes", "consolidated_metadata"}
    nodes[path] = {"group": sorted(document["attributes"])}
    members = document.get("consolidated_metadata", {"must_understand": False, "metadata": {}})
    assert members["must_understand"] is False, "an extension that must be understood"
    for name, member in members["metadata"].items():
        assert member == json.loads((folder / name / "zarr.json").read_text()), f"{name} differs from its own document"
    for child in sorted(folder.iterdir()):
        if child.is_dir():
            assert (child / "zarr.json").exists(), f"{child.name} is no node"
            assert not child.name.startswith("__") and child.name.strip(".") != "", "a reserved name"
            read_node(child, f"{path}/{child.name}".lstrip("/"), nodes)


if __name__ == "__main__":
    found = {}
    read_node(pathlib.Path(sys.argv[1]), "", found)
    json.dump(found, sys.stdout)
