"""The grammar of the documents: a place after a preposition, the elision of « de ».

One home, so that nobody writes « les industriels de Cambrésis » or « un besoin de au plus 12 € » again.
"""

from __future__ import annotations

from rebond.facts import UNKNOWN, Maybe

NO_ARTICLE = "aucun"
_COMMON = "territoire"
_OF = {"le": "du ", "la": "de la ", "les": "des ", "l'": "de l'"}
_AT = {"le": "au ", "la": "à la ", "les": "aux ", "l'": "à l'"}
_VOWELS = frozenset("aàâäæeéèêëiîïoôöœuùûüy")


def of_place(name: str, article: Maybe[str] = UNKNOWN) -> str:
    """A territory after « de ». Without its article nobody can tell « du Cambrésis » from « de Cambrai »: neutral form.

    >>> of_place("Cambrésis", "le"), of_place("Le Cambrésis"), of_place("Cambrésis"), of_place("Épinal", "aucun")
    ('du Cambrésis', 'du Cambrésis', 'du territoire Cambrésis', "d'Épinal")
    >>> of_place("CA de Chaumont"), of_place("Territoire d'industrie Nord Franche-Comté")
    ('de la CA de Chaumont', "du territoire d'industrie Nord Franche-Comté")
    """
    return _placed(name, article, _OF, "du territoire")


def at_place(name: str, article: Maybe[str] = UNKNOWN) -> str:
    """The same after « à »: ``au Cambrésis``, ``au territoire Cambrésis``, ``à Chaumont``."""
    return _placed(name, article, _AT, "au territoire")


def the_territory(name: str, article: Maybe[str] = UNKNOWN) -> str:
    """The territory as a subject or object: ``le territoire du Cambrésis``, ``le territoire Cambrésis``."""
    words = of_place(name, article)
    neutral = f"du {_COMMON}"
    return f"le{words[2:]}" if words.startswith(neutral) else f"le {_COMMON} {words}"


def of(words: str) -> str:
    """Words after « de », elided before a vowel: ``d'au moins 135 emplois``; an h may be aspirate and is left alone.

    >>> of("au plus 12 %"), of("26 % à 49,4 %")
    ("d'au plus 12 %", 'de 26 % à 49,4 %')
    """
    return f"d'{words}" if words[:1].lower() in _VOWELS else f"de {words}"


def elided(before: str, after: str) -> str:
    """Words that end with « de » as they stand before others: ``un besoin d’`` before ``au plus 12 €``.

    >>> elided("un besoin de ", "au plus 12 €"), elided("un besoin de ", "12 €")
    ('un besoin d’', 'un besoin de ')
    """
    return f"{before[:-2]}’" if before.endswith((" de ", "(de ")) and after[:1].lower() in _VOWELS else before


def _placed(name: str, article: Maybe[str], contracted: dict[str, str], neutral: str) -> str:
    found, bare = _split(name) if article is UNKNOWN else (article, _without(name, article))
    if found in contracted:
        return f"{contracted[found]}{bare}"
    if found == NO_ARTICLE and bare[:1].lower() != "h":
        return of(bare) if contracted is _OF else f"à {bare}"
    # « Territoire d'industrie … », « Bassin de … »: a common noun carries its own gender.
    rest = bare[len(_COMMON) :] if bare.lower().startswith(f"{_COMMON} ") else f" {bare}"
    return f"{neutral}{rest}"


_KINDS = {"ca": "la", "cc": "la", "cu": "la", "communauté": "la", "métropole": "la", "pays": "le", "bassin": "le"}
"""First word of a name → the article that it takes, when it is a common noun."""


def _split(name: str) -> tuple[str, str]:
    """The article that a name begins with, or that its first word takes; empty when nobody can tell."""
    lowered = name.lower().replace("’", "'")
    for article in ("le ", "la ", "les ", "l'"):
        if lowered.startswith(article):
            return article.strip(), name[len(article) :]
    first = lowered.split(" ")[0]
    if first in _KINDS and " " in name:
        return _KINDS[first], name if first in {"ca", "cc", "cu"} else name[:1].lower() + name[1:]
    return "", name


def _without(name: str, article: str) -> str:
    """The name without the article that it also begins with."""
    head = article if article.endswith("'") else f"{article} "
    return name[len(head) :] if name.lower().replace("’", "'").startswith(head) else name
