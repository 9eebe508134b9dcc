"""Neighbours of electrodes as MNE 1.13 finds them: python adjacent.py > adjacent.json"""
import json

import mne

mne.set_log_level("ERROR")

out = {}
for name, names in {
    "1020": "Fp1 Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 O2".split(),
    "64": ("Fp1 AF7 AF3 F1 F3 F5 F7 FT7 FC5 FC3 FC1 C1 C3 C5 T7 TP7 CP5 CP3 CP1 P1 P3 P5 P7 P9 PO7 PO3 O1 Iz Oz POz Pz CPz "
           "Fpz Fp2 AF8 AF4 AFz Fz F2 F4 F6 F8 FT8 FC6 FC4 FC2 FCz Cz C2 C4 C6 T8 TP8 CP6 CP4 CP2 P2 P4 P6 P8 P10 PO8 PO4 O2").split(),
}.items():
    info = mne.create_info(names, 100.0, "eeg")
    info.set_montage("spherical_1005")
    a, found = mne.channels.find_ch_adjacency(info, "eeg")
    assert found == names
    a = a.toarray()
    out[name] = dict(names=names, near=[[j for j in range(len(names)) if a[i, j] and i != j] for i in range(len(names))])
print(json.dumps(out))
