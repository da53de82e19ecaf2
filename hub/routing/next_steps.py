"""What the school must do first when a rule keeps a case with it: the next step, and the lawful way around it."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.routing.rule import Texts

_EXCEPTION_NL = (
    "Gaat het om veiligheid, een ondertoezichtstelling of een vitaal belang, geef dat dan op als doel: dan mag het "
    "zonder."
)
_EXCEPTION_EN = (
    "If it is about safety, a supervision order or a vital interest, give that as the purpose: then it may go without."
)

NEXT_STEPS: Mapping[str, Texts] = MappingProxyType(
    {
        "consent_missing": Texts(
            nl=f"Vraag eerst toestemming: tot 16 jaar aan de ouders, vanaf 16 jaar aan de leerling. {_EXCEPTION_NL}",
            en=f"Ask consent first: up to 16 of the parents, from 16 of the pupil. {_EXCEPTION_EN}",
        ),
        "consent_of_pupil": Texts(
            nl=f"Vraag de leerling zelf om toestemming; die van de ouders telt vanaf 16 jaar niet. {_EXCEPTION_NL}",
            en=f"Ask the pupil for consent; that of the parents does not count from 16. {_EXCEPTION_EN}",
        ),
        "consent_of_parents": Texts(
            nl=f"Vraag de ouders om toestemming; die van de leerling alleen is tot 16 jaar niet genoeg. "
            f"{_EXCEPTION_NL}",
            en=f"Ask the parents for consent; that of the pupil alone is not enough up to 16. {_EXCEPTION_EN}",
        ),
        "consent_of_both": Texts(
            nl=f"Vraag ook de leerling om toestemming, zoals in deze regio is afgesproken. {_EXCEPTION_NL}",
            en=f"Ask the pupil for consent too, as was agreed in this region. {_EXCEPTION_EN}",
        ),
        "consent_of_both_parents": Texts(
            nl=f"Vraag ook de andere ouder om toestemming, of ga na dat die geen gezag heeft. {_EXCEPTION_NL}",
            en=f"Ask the other parent for consent too, or find that this parent has no authority. {_EXCEPTION_EN}",
        ),
        "consent_withdrawn": Texts(
            nl=f"Deel niets meer. Bespreek met ouders of leerling of er opnieuw toestemming komt. {_EXCEPTION_NL}",
            en=f"Share nothing more. Discuss with parents or pupil whether consent will be given again. "
            f"{_EXCEPTION_EN}",
        ),
        "pupil_objects": Texts(
            nl=f"Praat met de leerling over het bezwaar, en stuur de vraag pas als het is weggenomen. {_EXCEPTION_NL}",
            en=f"Talk with the pupil about the objection, and send the question only when it is gone. {_EXCEPTION_EN}",
        ),
        "declaration_runs": Texts(
            nl="Schrijf de leerling in met de verklaring die loopt tot en met {until}. Vraag pas een nieuwe aan als "
            "die afloopt.",
            en="Enrol the pupil with the declaration that runs up to and including {until}. Apply for a new one only "
            "when it ends.",
        ),
        "no_declaration_needed": Texts(
            nl="Er is geen verklaring nodig. Heeft de school een vraag over ondersteuning, stel die dan aan het loket "
            "van haar samenwerkingsverband.",
            en="No declaration is needed. If the school has a question about support, put it to the desk of its "
            "partnership.",
        ),
        "language_only": Texts(
            nl="Regel de taalondersteuning binnen de school. Is er meer nodig dan taal, stuur de vraag dan opnieuw.",
            en="Arrange the language support within the school. If more than language is needed, send the question "
            "again.",
        ),
        "pro_from_later_year": Texts(
            nl="Praktijkonderwijs kan niet meer na het eerste leerjaar vo. Vraag het loket van het "
            "samenwerkingsverband wat wel past.",
            en="Practical education is no longer possible after the first year of secondary. Ask the desk of the "
            "partnership what does fit.",
        ),
        "pro_newcomer": Texts(
            nl="Stuur de aanvraag opnieuw vanaf {again_from}.",
            en="Send the application again from {again_from}.",
        ),
        "no_care_duty": Texts(
            nl="Vertel de ouders waarom de school geen plek biedt, en dat zij hun kind bij een andere school kunnen "
            "aanmelden. Is het kind thuis, meld dat dan als verzuim.",
            en="Tell the parents why the school offers no place, and that they can register their child at another "
            "school. If the child is at home, report that as an absence.",
        ),
        "help_abroad": Texts(
            nl="Vraag hulp aan in het land waar het kind verblijft. Over onderwijs helpt het samenwerkingsverband van "
            "de school.",
            en="Ask for help in the country where the child stays. With education the school's partnership helps.",
        ),
        "exemption_conflict": Texts(
            nl="Vraag bij de leerplicht van de woonplaats na of de vrijstelling nog geldt. Wie onderwijs volgt, heeft "
            "geen vrijstelling meer nodig; wie is vrijgesteld, verzuimt niet.",
            en="Ask the attendance office of the home whether the exemption still holds. Whoever attends school needs "
            "no exemption; whoever is exempt is not absent.",
        ),
        "rules_failed": Texts(
            nl="De beheerder van de hub is gewaarschuwd en beantwoordt de vraag wie verantwoordelijk is. Het gaat om: "
            "{rules}.",
            en="The operator of the hub has been alarmed and answers who is responsible. It is about: {rules}.",
        ),
    }
)
