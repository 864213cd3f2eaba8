# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in for ``get-pip`` that ansible-test looks for in its cache before it asks the network.

ansible-test makes an environment without pip for some sanity tests and for ``--requirements``, and runs this script in
it with the versions that it wants. ensurepip must run in a child process: called in this one it points
``PIP_CONFIG_FILE`` at nothing for everything that follows, and the machine's certificate setting is lost.
"""

from __future__ import annotations

import subprocess
import sys

subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"])
wanted = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "-q", "-U", *wanted]))
