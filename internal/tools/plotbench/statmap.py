"""Times of nilearn's plot_stat_map, for plotbench -python.

    statmap.py BACKGROUND MAP THRESHOLD PICTURE N

draws the map over the background N times after one that is not counted, files
read each time, and prints the milliseconds of each on a line.
"""

import sys
import time

import matplotlib

matplotlib.use("Agg")
from nilearn import plotting  # noqa: E402

background, stat, threshold, picture, n = sys.argv[1:]
for k in range(int(n) + 1):
    start = time.perf_counter()
    shown = plotting.plot_stat_map(
        stat, bg_img=background, threshold=float(threshold), display_mode="ortho"
    )
    shown.savefig(picture, dpi=300)
    shown.close()
    if k:
        print((time.perf_counter() - start) * 1000)
