"""The forms of a whole reply: "done" and nothing else, "it's the GP's", and what politeness puts around one."""

import re

GREETING = (
    r"(?:hi|hello|hey|hiya|good morning|morning|good afternoon|afternoon)\b"
    r"(?: (?:all|both|team|everyone|there)\b| (?!not\b|never\b|nearly\b|half\b)[^\W\d_]+(?=[,!\n]))?[\s,.!]*"
)
ONLY_DONE = re.compile(
    rf"(?:{GREETING})?done(?![\w'-])"
    r"(?:[\s,.!]|(?:(?:many|kind|best|warm) )?(?:thanks|thank you|thx|ta|cheers|regards|wishes|xx?x?)\b"
    r"|[👍✅✔☑🙂😊😀😃😄👌🙏\ufe0f\U0001f3fb-\U0001f3ff]|:-?\))*",
    re.IGNORECASE,
)
LEADING_DONE = re.compile(
    r"(?:(?:hi|hello|yes|morning|yep) (?:, )?)?(?:done|completed?|finished|sorted|actioned) [,.] "
)
QUESTION = re.compile(
    r"(?:(?:is|was|has|does|did|should|do|can|are) (?:it|this|that|there|i|we|you|anyone|he|she|they|the)\b|have you\b"
    r"|what|whats|when|who|whos|why|where|which)\b"
)
POSSESSIVE = re.compile(
    r"(?:(?:no|nope|not (?:me|mine|us|ours))[,. ]+)?(?:it|that|this)(?:'?s| is) (?:\w+ ){0,4}\w+'s"
    r"(?: (?:job|action|one))?[.! ]*"
)
COURTESY = re.compile(
    r"(?:(?:hi|hello|hey|hiya|morning|good|afternoon|dear|all|both|sorry|please|thanks|thank|you|many|cheers|ta|x+|mate"
    r"|regards|im|afraid|[,.]|[^\w\s?.,👍✅✔☑🙄🤷👎❌]) )+"
)
AS_TYPED = re.compile(
    r"(?:(?:hi|yes|morning|hello)[,.]? )?(?:done|completed?|finished|sorted)\b[\s,.:;!–-]*", re.IGNORECASE
)
