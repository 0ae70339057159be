"""The words by which a reply is understood, as `spelling.spelled` writes them: small letters, no apostrophes, single
spaces.

Phrases stand on lines or two spaces apart.  `_` is up to three words; `<it>` and the like are below.  No pattern
repeats what repeats, and each gap has an end (TRUST.md T-66).
"""

import re

from bot.wording.kinds import Kind

PARTS = {
    "_ ": r"(?:[\w/&%-]+ ){0,3}",
    "<it>": r"(?:it|this|that|them|these|(?:this|that) one|(?:this|the) action)",
    "<we>": r"(?:me|us|mine|ours)",
    "<done>": r"(?:done|completed?|finished|sorted|actioned|resolved|dealt with|closed off)",
    "<claimed>": r"(?:done|completed?|finished|sorted|actioned|resolved|dealt with|closed off|carried out|sent|emailed"
    r"|uploaded|updated|submitted|served|informed|spoken?|spoke|rung|rang|phoned|visited|held|added|shared|attended|went|signed|made"
    r"|placed|flagged|logged|recorded|delivered|posted|checked|notified|discussed|reviewed|met|referred"
    r"|took place|ticked off)",
    "<will>": r"(?:(?:i|we|yes|ok|okay|yep|and|thanks) will|(?<![a-z] )will)",
    "<nobody>": r"(?:nobody|noone|none)",
    "<dont>": r"(?:dont|doesnt|didnt|wont|wasnt|werent|isnt|arent|hasnt|havent|never|not|cant|couldnt)",
    "<count>": r"(?:\d{1,2}|one|two|three|four|five|six)",
    "<service>": r"(?:(?:\w+ ){0,3}(?:teams?|units?|nurses?|officers?|services?|workers?|sw|iro|send?co|dsls?|gps?"
    r"|camhs|mash|housing|police|health|schools?|colleges?|probation|yjs|yot|yos|offending|justice|licensing|council|trust"
    r"|hospital|paeds|education|ppu|legal|leads?|managers?|head|coordinators?|help|cafcass|agency|practice|consultant"
    r"|doctor|midwife|visitor|sergeant|inspector|di|ds|group|hub))",
}


def cue(phrases: str) -> re.Pattern[str]:
    for short, long in PARTS.items():
        phrases = phrases.replace(short, long)
    whole = "|".join(one.strip() for one in re.split(r"\n|  +", phrases) if one.strip())
    return re.compile(rf"(?<![\w'-])(?:{whole})(?![\w-])")


SAYS: dict[Kind, re.Pattern[str]] = {
    "unclear": cue(
        r"""
        automatic reply  auto-?reply  out of (?:the )?office  (?:wrong|other) (?:chat|thread|group|channel|window)
        well done  <done> with (?:this|the|you)  <done> for (?:the|today|now)  (?:im|were) done  lol  haha  nfa
        yeah right  as if  (?:see|check|read) (?:my |the |your )?e-?mails?  (?:ring|call|phone) me  \.\.\. not
        (?:can|could|would) you(?! give| extend| move| push)  please chase  (?:happy|merry) (?!to)\w+
        have a (?:good|nice|great|lovely)  the (?:first|1st|second|2nd|other|last) one  for the other
        did (?:you|anyone|somebody)  who said  also not  told _ <done>  when its  both (?:of them )?<done>
        \d \. _ \d \.  \d _ \d (?:not|need|done)
        """
    ),
    "help": cue(
        r"""
        what is (?:this|mace)  whats (?:this|mace)  who (?:is this|are you)  whos this  options  instructions?
        guide
        how (?:do|does|can|to) (?:i |this |it |you )?(?:tell|work|reply|answer|use|respond|mark|say|close|update)
        what (?:am i|do i|should i|can i|are we|do we|shall i) (?:meant|supposed|do|press|say|type|reply|put|need)
        which button  phishing  scam  spam  new to this  is this (?:real|legit|genuine)  im confused
        what does this mean
        (?:dont|not) (?:know|understand|sure) (?:what|how) _ (?:this|do|to|means?|works?|reply|answer)
        """
    ),
    "not possible": cue(
        r"""
        no longer (?:needed|required|on roll|relevant|applicable|at|lives?)
        no longer (?:living|with us|open|registered|possible|a)
        (?:not|isnt|wasnt) (?:needed|required|possible|applicable|relevant|necessary)  impossible  n/a  falls away
        (?:moved|gone) (?:out|away|abroad|on|house|schools?|to (?:another|a new|a different))
        left the (?:area|country)  (?:has|hes|shes|they have|have) (?:been )?moved  withdrawn
        left (?:our )?(?:school|roll|borough)  off roll  in (?:custody|prison)  remanded  overtaken  superseded
        duplicate  (?:case|file|referral|club|premises|place|shop|hotel|venue) _ (?:closed|shut)(?: down)?
        (?:closed|shut) down  (?:turned|now|is) 18  disengaged
        (?:withdrawn|withdrew|refused) (?:their |her |his )?consent  died  deceased
        (?:nothing|noone|nowhere) to (?:visit|do(?! with)|check|share|send)  not going ahead
        been (?:cancelled|dropped)
        """
    ),
    "blocked": cue(
        r"""
        blocked  stuck  (?:brick wall|hit a wall)  on hold  held up  pending  waiting  awaiting  going nowhere
        in limbo  (?:cant|couldnt|unable to|not able to) (?:do|progress|proceed|complete|move|get)
        (?:cant|couldnt|unable to|not able to) (?:share|access|go|finish|action|send)  refus(?:e|es|ed|ing)
        <dont> (?:share|sign|answer|let|allow|engage|release|allowed)  dependent on  no access
        """
    ),
    "theirs": cue(
        r"""
        (?:is|one|be|are) for (?:the |our |your )?(?!<we>|you|now|a |until|today|over)[a-z]+
        belongs? (?:to|with) [a-z]+  should (?:be|sit with|go to|come to|have gone to) (?:the |our |with )?<service>
        (?:sits?|lies|rests?) with [a-z]+
        (?:send|forward|pass|redirect|reassign|reallocate|give|direct|address) (?:<it> )?(?:on |over )?to [a-z]+
        allocated to <service>  <service> needs? to (?:do|pick up|action)
        (?:its|thats|this is|it is) (?:the |our )(?:\w+ ){1,3}(?:job|action|responsibility|task|remit|one)
        (?:its|thats|this is|it is) (?:for )?(?:the |our )?<service>  (?:up|down) to (?:the |our )<service>
        (?:has|have|been|was) (?:passed|handed|sent|gone) (?:on |over )?to <service>
        <service> (?:is|are|will be) _ (?:dealing with |doing |leading on |handling |picking up )<it>
        <service> (?:is|are|has|have|own|owns|does) _ (?:up |taking |do |sort |own )?<it>
        <service> (?:do|will|picked|took|said|to) _ (?:up |taking |do |sort |own )?<it>
        <service> to (?:do|action|pick up|complete)  <service> (?:is|are) (?:dealing|leading|handling)
        [a-z]+ (?:from|at|in) the [a-z]+ _ (?:does|has|deals|is doing)
        (?:no|nope|not <we>|not my [a-z]+) , (?:its |thats |try |ask )?(?:the |our )?<service>
        """
    ),
    "not mine": cue(
        r"""
        (?:not|isnt|wasnt|arent) (?:really |actually )?(?:one )?(?:of |for |to do with |with )?(?:<we>|our [a-z]+)
        wrong person  not the right (?:person|team)  not (?:an|my) action for
        wrong (?:team|agency|school|service|nurse|contact|worker|department)  nothing to do with <we>
        cant be (?:for )?<we>
        (?:not|isnt) (?:really )?(?:my|our|in my|in our|on my|on our) (?:action|caseload|case|area)
        (?:not|isnt) (?:really )?(?:my|our|in my|in our|on my|on our) (?:patch|team|child)
        (?:not|isnt) (?:really )?(?:my|our|in my|in our|on my|on our) (?:role|remit|pupil|student|patient)
        (?:not|isnt) (?:really )?(?:my|our|in my|in our|on my|on our) (?:borough|list|responsibility|job)
        (?:dont|no longer|not) (?:work|working|cover) (?:in|with|for|there|that|this|at)
        left (?:that|this|the) (?:post|role|team|job)  not (?:working|involved) (?:with|any more|in)
        (?:isnt|not|arent) known to (?:us|me)  (?:i|we) (?:wasnt|werent) at the meeting  not agree to
        (?:dont|doesnt) (?:hold|have) (?:this|that|the) (?:case|child|family|young person)
        moved (?:teams?|jobs?|posts?|roles?)
        (?:only|just) (?:do|work with|see|cover) (?:over|under|adults|children)
        dont know (?:this|the) (?:family|child|young person)
        """
    ),
    "partly": cue(
        r"""
        partly  partially  part (?:done|complete|way)  part of <it>  half(?:way)?  most(?:ly)?  nearly  almost
        some of  bits? of  (?:first|1st|one|my) (?:bit|part|half|side|visit)  (?:apart|aside) from  except(?: for)?
        other than  bar the  still (?:to (?:come|do|go|follow)|need|needs|got to|have to)
        still _ (?:to do|to come|to go|left|missing)  just (?:need|needs|have|got|waiting|the|one) _ (?:left|to|for)
        left to do  (?:just|only) _ left  \d+%  \d+ %  percent  <count> (?:out )?of (?:the )?<count>  one down
        (?<!not )(?<!havent )(?<!hasnt )started  begun  in progress  under ?way  ongoing
        <claimed> (?:[\w/&%-]+ ){0,6}but (?:\w+ ){0,5}(?:<dont>|still|waiting|awaiting)
        (?:dsl|my|our|health|school|police) (?:bit|part|side) _ <done>  <done> (?:most|some|half|part|my part)
        """
    ),
    "not done": cue(
        r"""
        not (?:been )?(?:yet )?<done>  not (?:as )?yet  nothing done
        (?:isnt|hasnt|havent|wasnt|arent) (?:been )?(?:yet )?(?:<done>|happened|started)
        (?:havent|not|didnt) (?:had|got|managed|been able|got round|get|do|done|have)  slipped  forgot(?:ten)?
        outstanding  not (?:started|happened|begun)  nothing yet  no progress  no its not  wrong , its not
        say <done> but no  cant say its <done>  <done> but no  only just seen
        """
    ),
    "more time": cue(
        r"""
        more time  (?<!no )longer  extension  extend(?:ed)?  (?:extra|more|another) (?:time|days?|weeks?|months?)
        (?:few|couple of|couple) (?:more |extra )?(?:days|weeks)(?! ago)  postpone[d]?  put back  pushed? back
        running (?:late|behind)  next (?:meeting|panel)  half term  (?:end|start) of term
        after (?:easter|christmas|summer|the holidays|exams)  break up  on (?:leave|a/l|annual leave)  rest days
        can (?:it|this) wait  (?:not|wont be) (?:until|till|til)  next (?:month|term)  next week
        """
    ),
    "acknowledge": cue(
        r"""
        <will> (?:do|action|look|pick|crack|get|sort|chase|follow)
        <will> (?:ring|call|email|arrange|start|make|have a look|check|try)
        (?:ill|well) (?:get|do|look|pick|crack|sort|chase|follow|ring)
        (?:ill|well) (?:call|email|arrange|start|make|check|action|try)  on it  got (?:it|this)  roger  received
        noted  ack  acknowledged  understood  leave it with (?:me|us)  wilco  okey  no (?:problem|worries|probs)
        consider it done  copy that  happy to  all over it  working on <it>  in hand  on my list
        getting on (?:with|to)  thanks for this  👍  on the case  will be (?:doing|sorting|looking)
        will be <done>(?! once| when| after| if| as)
        """
    ),
}

# What is nothing else, when it is the whole of a reply.
ALONE: dict[Kind, re.Pattern[str]] = {
    "help": cue("help(?: me)?(?: \\?)?"),
    "acknowledge": cue("(?:ok|okay|fine|fab|great|cool|yep|right|lovely|perfect|sure|k)(?: , (?:ok|will do))?"),
    "say done": cue("don  ✅  ✔  ☑  <done>"),
    "unclear": cue("yes  no  nope  yeah"),
}

CLAIMS = cue("<claimed>  can be closed  close this one  did <it>  put on  referral _ in")
# With one of these somewhere no claim is taken for one.
DOUBTS = cue(
    r"""
        <dont>  nothing  none  <nobody>  no(?! concerns| issues| problems| further)  but  except  sort of  kind of
        ish  if  once  until  unless  pending  subject to  maybe  probably  perhaps  hopefully  might  may
        (?:to|must|should|could|can|would|will|ill|well) (?:be|have) (?:it )?<done>  to be  (?:i|we) will  ill
        trying  tried  get <it> <done>  \?  🙄  😒  🙃  👎  ❌  🤷  my part
        done (?:half|most|some|part|soon|later|only)
        done _ (?:mistake|error|tomorrow|think)  done (?:by|until|when) _  said _ <done>
        i (?:think|hope|guess|believe)
        """
)
# Nor with these, where it does not begin with "done" and a stop.
VAGUE = cue(
    r"""
        when  soon  later  tomorrow  next  think  should  could  can(?! be closed| confirm)  would  need  needs
        needed  error  mistake  wrong  says?  told  only  why  who  will  \.\.\.
        """
)
