# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that apps of every sign_on_mode have: where people see them, notes, user names."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  visibility:
    description:
      - Where people see the app.
    type: dict
    suboptions:
      auto_launch:
        description:
          - Whether it opens when people sign in at Okta.
        type: bool
      auto_submit_toolbar:
        description:
          - Whether the browser plugin signs in by itself.
        type: bool
      hide:
        description:
          - Where the app is hidden.
        type: dict
        suboptions:
          ios:
            description:
              - In Okta Mobile.
            type: bool
          web:
            description:
              - On the dashboard.
            type: bool
      app_links:
        description:
          - Links of the app by name, and whether each is shown.
        type: dict
  accessibility:
    description:
      - How people come to the app.
    type: dict
    suboptions:
      self_service:
        description:
          - Whether people may ask for it.
        type: bool
      error_redirect_url:
        description:
          - A page for people who may not use it. An empty text clears it.
        type: str
      login_redirect_url:
        description:
          - A sign-in page of its own. An empty text clears it.
        type: str
  notes:
    description:
      - Notes, at most 250 characters each. An empty text clears one.
    type: dict
    suboptions:
      admin:
        description:
          - For administrators.
        type: str
      enduser:
        description:
          - For the people who use it.
        type: str
  user_name_template:
    description:
      - How user names in the app are made.
    type: dict
    suboptions:
      template:
        description:
          - The expression.
        type: str
      type:
        description:
          - The kind of the template.
        type: str
        choices: [NONE, BUILT_IN, CUSTOM]
      user_suffix:
        description:
          - A suffix of built-in templates.
        type: str
      push_status:
        description:
          - Whether changes are pushed.
        type: str
        choices: [PUSH, DONT_PUSH]
"""
