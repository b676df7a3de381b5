"""The pages of OAuth: asking, the pin, "closed", and who has access. Pure.

They work without JavaScript, on a phone, in light and dark.
"""

from collections.abc import Iterable
from html import escape

from sandbox.imgur.pages import page, plain_page
from sandbox.imgur.people import Account, Application
from sandbox.imgur.state import State

_SANDBOX = '<span class="tag">Sandbox Imgur</span>'


def authorize_page(application: Application, accounts: Iterable[Account]) -> str:
    """Asks whether the application may act for one of the accounts.

    The form goes back to the address of this page, query and all.
    """
    choices = "".join(
        f'<label class="choice"><input type="radio" name="account" value="{escape(account.url)}"'
        f"{' checked' if index == 0 else ''} required><span>{escape(account.url)}</span></label>"
        for index, account in enumerate(accounts)
    )
    name = escape(application.name)
    return page(
        f"Allow {application.name}?",
        f"{_SANDBOX}<h1>Allow {name} to use your Imgur account?</h1>"
        f"<p>{name} would upload pictures to it, and see and change what is in it. "
        "You can take this back at any time.</p>"
        '<form method="post"><fieldset><legend>Which account?</legend>'
        f'{choices}</fieldset><div class="row">'
        '<button class="yes" name="answer" value="allow">Allow</button>'
        '<button class="no" name="answer" value="deny" formnovalidate>Deny</button></div></form>'
        '<p class="soft" style="margin:1rem 0 0">Nobody in this sandbox has a password.</p>',
    )


def pin_page(application: Application, pin: str) -> str:
    """Shows the pin to carry over."""
    return page(
        "Your PIN",
        f"{_SANDBOX}<h1>Your PIN</h1><p>Type this into {escape(application.name)}:</p>"
        f'<code class="pin">{escape(pin)}</code><p class="soft">It works once.</p>',
    )


def denied_page(application: Application) -> str:
    """Says that nothing was given away."""
    return plain_page("Access denied", f"{application.name} has no access to your account.")


def closed_page() -> str:
    """What Imgur has shown since July 2025.

    Source: reports in the issue trackers of ShareX and greenshot.
    """
    return plain_page("Error (1024)", "Imgur lets no application in at present.")


def registration_page(applications: Iterable[Application]) -> str:
    """Lists the registered applications; new ones come in through the admin calls."""
    rows = "".join(
        f"<li><strong>{escape(application.name)}</strong><br>"
        f"<code>{escape(application.client_id)}</code></li>"
        for application in applications
    )
    return page(
        "Register an application",
        f"{_SANDBOX}<h1>Registered applications</h1><ul>{rows}</ul>"
        '<p class="soft">More are added by <code>POST /sandbox/applications</code>.</p>',
    )


def access_page(state: State) -> str:
    """Who has access to which account, with a button to end it."""
    living = {(t.account_id, t.client_id) for t in state.tokens if not t.refresh_dead}
    rows = "".join(
        _access_row(state.accounts[account_id], state.applications[client_id])
        for account_id, client_id in sorted(living)
    )
    content = rows or "<p>No application has access to any account.</p>"
    return page("Applications with access", f"{_SANDBOX}<h1>Applications</h1>{content}")


def _access_row(account: Account, application: Application) -> str:
    name, url = escape(application.name), escape(account.url)
    return (
        f"<p><strong>{name}</strong> may use <strong>{url}</strong>.</p>"
        '<form method="post" style="margin-bottom:1.5rem">'
        f'<input type="hidden" name="account" value="{url}">'
        f'<input type="hidden" name="application" value="{escape(application.client_id)}">'
        f'<button class="no">Revoke access to {url}</button></form>'
    )
