"""Write locations.json: raw locations of five small channel sets, an excerpt of the authors' fixtures.

python3 locations.py FOLDER_OF_THE_PIECES > locations.json     (FOLDER holds channels.json and locations.safetensors)
"""
import json
import struct
import sys
from pathlib import Path

folder = Path(sys.argv[1])
names = [channel["name"] for channel in json.loads((folder / "channels.json").read_text())["channels"]]
blob = (folder / "locations.safetensors").read_bytes()
size = struct.unpack("<Q", blob[:8])[0]
header = json.loads(blob[8 : 8 + size])


def values(name, letter):
    start, stop = header[name]["data_offsets"]
    return struct.unpack(f"<{(stop - start) // 4}{letter}", blob[8 + size + start : 8 + size + stop])


excerpt = {}
for case in ["ecg12", "hmc", "pulsedb", "single_ppg", "three"]:
    excerpt[case] = {
        "names": [names[i] for i in values(f"{case}.channel_names", "i")],
        "channelIndex": list(values(f"{case}.channel_names", "i")),
        "sensorType": list(values(f"{case}.sensor_type", "i")),
        "locationDim": header[f"{case}.raw"]["shape"][-1],
        "locations": list(values(f"{case}.raw", "f")),
    }
print(json.dumps(excerpt))
