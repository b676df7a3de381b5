"""What is left to the caller.

Source: https://apidocs.imgur.com/#rate-limits
"""

from sandbox.imgur.calls import Call, Route
from sandbox.imgur.gate import purse_for


def get_credits(call: Call) -> object:
    """The user's and the client's pool after this call; the reset is an epoch here."""
    purse = purse_for(call.state.limits, call.caller, post=False, upload=False, now=call.now)
    client = purse.client or purse.user
    reset_s = int(call.now.timestamp()) + purse.user.reset_in_s(call.now)
    return {
        "UserLimit": purse.user.limit,
        "UserRemaining": max(0, purse.user.remaining - 1),
        "UserReset": reset_s,
        "ClientLimit": client.limit,
        "ClientRemaining": max(0, client.remaining - 1),
    }


ROUTES = (Route("GET", "/3/credits", get_credits),)
