"""
Sets the clock of a Python process ahead: with this folder on PYTHONPATH, by CLOCK_AHEAD seconds.

Not by libfaketime: that of Debian 12 (0.9.10) lets every `time.sleep` fail with EINVAL, since Python sleeps until a
moment of the monotonic clock. Here that clock stays as it is, and all others are wrong.
"""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["CLOCK_AHEAD"]), tick=True).start()
