"""Write standard1005.ts: the electrodes of MNE-Python's `standard_1005` montage in head coordinates (metres).

Made with MNE-Python 1.3.0:  python3 standard1005.py > standard1005.ts
"""
import mne

montage = mne.channels.make_standard_montage("standard_1005")
info = mne.create_info(montage.ch_names, 256.0, "eeg")
info.set_montage(montage)  # head frame: nasion on +y, preauricular points on the x axis

print(f"""// Made by standard1005.py from MNE-Python {mne.__version__}; not edited by hand.
/*! The positions are those of MNE-Python's montage `standard_1005`, brought to head coordinates by `Info.set_montage`.
 * MNE-Python: Copyright 2010-2016, MNE-Python Developers. License: BSD-3-Clause
 *
 * Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
 * following conditions are met:
 * a. Redistributions of source code must retain the above copyright notice, this list of conditions and the following
 *    disclaimer.
 * b. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the
 *    following disclaimer in the documentation and/or other materials provided with the distribution.
 * c. Neither the name of the MNE Developers nor the names of its contributors may be used to endorse or promote
 *    products derived from this software without specific prior written permission.
 *
 * THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
 * INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
 * DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
 * SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
 * SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
 * WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
 * OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
 */

/** Electrode (upper case) → x (right), y (front), z (up) in metres, MNE head coordinates. T3, T4, T5, T6 stand where T7, T8, P7, P8 stand. */
export const STANDARD_1005: Readonly<Record<string, readonly [x: number, y: number, z: number]>> = {{""")
for channel in info["chs"]:
    x, y, z = (float(value) for value in channel["loc"][:3])
    print(f"  {channel['ch_name'].upper()}: [{x!r}, {y!r}, {z!r}],")
print("};")
