"""Write standard1005.ts: the electrodes of MNE-Python's `standard_1005` montage in head coordinates (metres).

Made with MNE-Python 1.3.0:  python3 standard1005.py > standard1005.ts
"""
import mne

montage = mne.channels.make_standard_montage("standard_1005")
info = mne.create_info(montage.ch_names, 256.0, "eeg")
info.set_montage(montage)  # head frame: nasion on +y, preauricular points on the x axis

print(f"""// Made by standard1005.py from MNE-Python {mne.__version__}; not edited by hand.
// The positions are those of MNE-Python's montage `standard_1005` (BSD-3-Clause,
// Copyright 2011-2023 the authors of MNE-Python), brought to head coordinates by `Info.set_montage`.

/** Electrode (upper case) → x (right), y (front), z (up) in metres, MNE head coordinates. T3, T4, T5, T6 stand where T7, T8, P7, P8 stand. */
export const STANDARD_1005: Readonly<Record<string, readonly [x: number, y: number, z: number]>> = {{""")
for channel in info["chs"]:
    x, y, z = (float(value) for value in channel["loc"][:3])
    print(f"  {channel['ch_name'].upper()}: [{x!r}, {y!r}, {z!r}],")
print("};")
