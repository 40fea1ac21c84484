"""Print what MNE-Python reads of an EDF file as one JSON object: python3 readWithMne.py <file.edf>

Values are in volts (MNE scales uV and mV); every channel is read alone, so each keeps its own rate.
Exits with status 3 when mne cannot be imported.
"""

import json
import sys

try:
    import mne
    from mne.io.edf.edf import _read_annotations_edf
except ImportError:
    sys.exit(3)

path = sys.argv[1]
mne.set_log_level("ERROR")
names = mne.io.read_raw_edf(path).ch_names if path else []
channels = []
for name in names:
    raw = mne.io.read_raw_edf(path, exclude=[other for other in names if other != name], stim_channel=None)
    channels.append(dict(label=name, sfreq=raw.info["sfreq"], values=raw.get_data()[0].tolist()))
head = mne.io.read_raw_edf(path)
print(json.dumps(dict(
    channels=channels,
    start=None if head.info["meas_date"] is None else head.info["meas_date"].isoformat(),
    annotations=[dict(onset=o, duration=d, text=t) for o, d, t in zip(*_read_annotations_edf(path))])))
