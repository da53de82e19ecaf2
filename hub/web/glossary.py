"""The words that readers of these pages meet, each with what it means: English message ids, as all texts are.

The words of the code stand in docs/glossary.md.
"""

WORDS: tuple[tuple[str, str], ...] = (
    ("Samenwerkingsverband", "Schools in a region that arrange extra help at school together. In short: swv."),
    ("Social team", "The team of the municipality for help at home. Sometimes called: wijkteam or CJG."),
    ("Attendance office", "Officers of the municipality who see to it that children go to school."),
    ("Transition point", "Helps young people up to 23 who left school without a basic qualification."),
    ("Care coordinator", "The person at school who arranges extra help. Also called: intern begeleider."),
    ("Signal", "A concern or question that a school shares with the party that can help."),
    ("Case", "A signal with everything that happened with it."),
    ("Holder", "The one party that has the case now and owes the school an answer."),
    ("Consent", "The parents agree that the school shares something. From 16 the young person decides."),
    ("Youth help", "Help for children and families with growing up, by the municipality where the child lives."),
    ("Declaration of admissibility (TLV)", "A decision of the samenwerkingsverband that opens special education."),
    ("Duty of care", "A school where a child is registered must find a fitting place, there or elsewhere."),
    ("Out-of-school pupil", "A child of school age that does not go to school."),
    ("School site", "One place of a school, with a code of its own: the BRIN and two more characters."),
    ("Border case", "A case in which school and home lie in different municipalities or regions."),
)
