"""How often Slack may be called, as it publishes it: https://docs.slack.dev/apis/web-api/rate-limits."""

from datetime import timedelta

from bot.kit.pace import Calls, Limit, Pace

POST, OPEN, HISTORY, UPDATE = "chat.postMessage", "conversations.open", "conversations.history", "chat.update"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LIMITS = (
    Limit(POST, 1, SECOND, each=True),
    Limit(POST, 300, MINUTE),  # "a workspace-wide limit", which Slack does not give: several hundred, it used to say
    Limit(OPEN, 50, MINUTE),  # tier 3
    Limit(UPDATE, 50, MINUTE),  # tier 3
    Limit(HISTORY, 50, MINUTE),  # tier 3, as an app of the council's own or of the Marketplace
)


def slack_pace() -> Pace:
    return Pace(LIMITS, Calls(send=(POST,), once=(OPEN,), ask=(HISTORY,), change=(UPDATE,)), at_once=50)
