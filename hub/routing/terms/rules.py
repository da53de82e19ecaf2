"""The terms of the law, each with its source: how long, from when, and what makes it stand still."""

from hub.codes import Confidence
from hub.routing.rule import Source, Texts
from hub.routing.rules.sources import explained, jeugdwet, wec, working_method, wpo, wvo
from hub.routing.terms.term import Counting, TermRule

_AWB = Source("Algemene wet bestuursrecht", "art. 4:13, 6:7 en 7:10", "een overzicht; nog na te lezen")
_VO = wvo("hoofdstuk 8")

_BACK = Texts(
    nl="Sinds {met} is de leerling weer op school.",
    en="The pupil has been back at school since {met}.",
)

CARE_DUTY = TermRule(
    "F1",
    "Zorgplicht: besluit op een aanmelding",
    (wpo("art. 40"), wec("art. 40"), _VO),
    Counting.WEEKS,
    Texts(
        nl="De school kreeg de schriftelijke aanmelding op {starts} en beslist uiterlijk op {ends}.",
        en="The school received the written registration on {starts} and decides by {ends}.",
    ),
)
CARE_DUTY_EXTENDED = TermRule(
    "F1b",
    "Zorgplicht: besluit op een aanmelding, met verlenging",
    CARE_DUTY.sources,
    Counting.WEEKS,
    Texts(
        nl="De school kreeg de schriftelijke aanmelding op {starts} en liet weten meer tijd nodig te hebben. Zij "
        "beslist uiterlijk op {ends}.",
        en="The school received the written registration on {starts} and said that it needs more time. It decides by "
        "{ends}.",
    ),
)
REGISTER_AHEAD = TermRule(
    "F1c",
    "Op tijd aanmelden",
    (wpo("art. 40"), wec("art. 40")),
    Counting.DATE,
    Texts(
        nl="Meld zo mogelijk aan voor {ends}: tien weken voor de eerste schooldag.",
        en="Register by {ends} if possible: ten weeks before the first day at school.",
    ),
)
TEMPORARY_PLACEMENT = TermRule(
    "F2",
    "Tijdelijke plaatsing na tien weken",
    (wpo("art. 40"), wec("art. 40"), _VO),
    Counting.DATE,
    Texts(
        nl="De schriftelijke aanmelding is van {starts}. Is er na tien weken geen besluit, en staat de leerling "
        "nergens ingeschreven, dan heeft de leerling vanaf {ends} een tijdelijke plaats.",
        en="The written registration is of {starts}. If there is no decision after ten weeks, and the pupil is not "
        "enrolled anywhere, the pupil has a temporary place from {ends}.",
    ),
)
SUSPENSION = TermRule(
    "F3",
    "Ontbrekende gegevens schorten op",
    (wpo("art. 63 lid 4"),),
    Counting.DATE,
    Texts(
        nl="Vanaf {starts} staat de termijn stil, omdat gegevens ontbreken, tot en met {ends}.",
        en="From {starts} the term stands still, because data are missing, up to and including {ends}.",
    ),
    still=Texts(
        nl="Sinds {starts} staat de termijn stil, omdat gegevens ontbreken.",
        en="Since {starts} the term stands still, because data are missing.",
    ),
)
DEVELOPMENT_PLAN = TermRule(
    "F5",
    "Ontwikkelingsperspectief na inschrijving",
    (wvo("art. 2.44"),),
    Counting.WEEKS,
    Texts(
        nl="De leerling is definitief ingeschreven op {starts}. Het ontwikkelingsperspectief is er uiterlijk op "
        "{ends}; met het handelingsdeel stemmen de ouders in.",
        en="The pupil was definitely enrolled on {starts}. The development plan is there by {ends}; the parents agree "
        "with its support section.",
    ),
)
PLAN_REVIEW = TermRule(
    "F5b",
    "Ontwikkelingsperspectief: elk jaar besproken",
    (wvo("art. 2.44"),),
    Counting.DATE,
    Texts(
        nl="Het ontwikkelingsperspectief van {starts} wordt uiterlijk op {ends} met de ouders besproken.",
        en="The development plan of {starts} is discussed with the parents by {ends}.",
    ),
)
DECLARATION = TermRule(
    "F6",
    "Besluit over een verklaring",
    (_AWB,),
    Counting.WEEKS_TO_A_WORKING_DAY,
    Texts(
        nl="Het samenwerkingsverband kreeg de aanvraag op {starts} en beslist uiterlijk op {ends}: acht weken.",
        en="The partnership received the application on {starts} and decides by {ends}: eight weeks.",
    ),
)
DECLARATION_CUSTOM = TermRule(
    "F6b",
    "Besluit over een verklaring: de gewoonte van zes weken",
    (explained("Werkwijze van samenwerkingsverbanden", "de domeinregels; een gewoonte"),),
    Counting.WEEKS_TO_A_WORKING_DAY,
    Texts(
        nl="Het samenwerkingsverband kreeg de aanvraag op {starts} en wil beslissen voor {ends}: zes weken.",
        en="The partnership received the application on {starts} and means to decide by {ends}: six weeks.",
    ),
    Confidence.REGIONAL,
)
DECLARATION_AGREED = TermRule(
    "F6g",
    "Besluit over een verklaring: de eigen termijn van het samenwerkingsverband",
    (working_method("afspraken"),),
    Counting.WEEKS_TO_A_WORKING_DAY,
    Texts(
        nl="Het samenwerkingsverband kreeg de aanvraag op {starts} en heeft afgesproken te beslissen uiterlijk op "
        "{ends}.",
        en="The partnership received the application on {starts} and agreed to decide by {ends}.",
    ),
    Confidence.REGIONAL,
)
OBJECTION = TermRule(
    "F6c",
    "Bezwaar tegen een besluit over een verklaring",
    (_AWB,),
    Counting.WEEKS_TO_A_WORKING_DAY,
    Texts(
        nl="Het besluit is bekendgemaakt op {starts}. Bezwaar kan tot en met {ends}.",
        en="The decision was announced on {starts}. An objection is possible up to and including {ends}.",
    ),
)
TO_THE_COMMITTEE = TermRule(
    "F6d",
    "Bezwaar naar de landelijke bezwaaradviescommissie",
    (explained("Landelijke bezwaaradviescommissie", "onderwijsgeschillen.nl"),),
    Counting.WEEKS,
    Texts(
        nl="Het bezwaar kwam binnen op {starts}. Het gaat uiterlijk op {ends} naar de bezwaaradviescommissie.",
        en="The objection came in on {starts}. It goes to the advisory committee by {ends}.",
    ),
)
OBJECTION_DECISION = TermRule(
    "F6e",
    "Besluit op bezwaar",
    (_AWB,),
    Counting.WEEKS_TO_A_WORKING_DAY,
    Texts(
        nl="De bezwaartermijn eindigde op {starts}. Het besluit op bezwaar is er uiterlijk op {ends}.",
        en="The term for objection ended on {starts}. The decision on the objection is there by {ends}.",
    ),
)
DISPUTE = TermRule(
    "F6f",
    "Oordeel van de geschillencommissie",
    (wpo("art. 43"),),
    Counting.WEEKS,
    Texts(
        nl="Het geschil is ingediend op {starts}. De geschillencommissie oordeelt uiterlijk op {ends}.",
        en="The dispute was submitted on {starts}. The disputes committee gives its opinion by {ends}.",
    ),
)
SUPPORT_PLAN = TermRule(
    "F7",
    "Ondersteuningsplan naar de Inspectie",
    (wpo("art. 18a"), jeugdwet("art. 2.2 lid 3")),
    Counting.DATE,
    Texts(
        nl="Het ondersteuningsplan van {starts} geldt vier jaar. Het nieuwe gaat na overleg met de gemeenten naar de "
        "Inspectie, uiterlijk op {ends}.",
        en="The support plan of {starts} holds for four years. The next one goes to the Inspectorate by {ends}, after "
        "consultation with the municipalities.",
    ),
)
AT_HOME = TermRule(
    "F8",
    "Thuiszitter na vier weken",
    (explained("Definitie van thuiszitters", "kst-26695-108"),),
    Counting.WEEKS,
    Texts(
        nl="De leerling is thuis sinds {starts}, en geldt na {ends} als thuiszitter.",
        en="The pupil has been at home since {starts}, and counts as out of school after {ends}.",
    ),
    met=_BACK,
)
AT_HOME_PRIORITY = TermRule(
    "F8b",
    "Thuiszitter met voorrang na drie maanden",
    (explained("Definitie van thuiszitters", "kst-26695-108"),),
    Counting.DATE,
    Texts(
        nl="De leerling is thuis sinds {starts}. Na {ends} heeft de leerling voorrang.",
        en="The pupil has been at home since {starts}. After {ends} the pupil has priority.",
    ),
    met=_BACK,
)

TERM_RULES = (
    CARE_DUTY,
    CARE_DUTY_EXTENDED,
    REGISTER_AHEAD,
    TEMPORARY_PLACEMENT,
    SUSPENSION,
    DEVELOPMENT_PLAN,
    PLAN_REVIEW,
    DECLARATION,
    DECLARATION_CUSTOM,
    DECLARATION_AGREED,
    OBJECTION,
    TO_THE_COMMITTEE,
    OBJECTION_DECISION,
    DISPUTE,
    SUPPORT_PLAN,
    AT_HOME,
    AT_HOME_PRIORITY,
)
