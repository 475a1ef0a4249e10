"""The results: public, explained, never a guess; an answer moves dispositifs, the address holds everything."""

import html
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rebond.dispositifs.screening import whole_criterion
from rebond.eligibility.truth import Truth
from rebond.web.catalogue.reading import current_catalogue
from tests.web.screening.conftest import ON
from tests.web.test_pages import text_of

START, RESULTS = "/tester-mon-entreprise/", "/tester-mon-entreprise/resultats/"
KNOWN = {"code_commune": "52121", "effectif": "42", "code_naf": "25.62B", "taille_ue": "petite"}
HEAVIEST = 250_000
"""Bytes of the results of the whole catalogue, before compression."""
"""Seconds: ten times what a page takes, to catch what grows without bound and not a busy machine."""


def read(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def data(client: Client, **facts: str) -> dict[str, str]:
    """Dispositif → verdict."""
    content = json.loads(read(client.get("/tester-mon-entreprise/resultats.json", facts)))
    return {row["dispositif"]: row["verdict"] for row in content["dispositifs"]}


def counts(source: str) -> dict[str, int]:
    """Group → number of dispositifs listed."""
    groups = re.findall(r'(?s)id="groupe-(\w+)".*?</details>', source)
    bodies = re.findall(r'(?s)id="groupe-\w+".*?</details>', source)
    return {name: body.count("rb-verdicts__head") for name, body in zip(groups, bodies, strict=True)}


def test_the_form_and_its_results_need_no_account(anonymous: Client) -> None:
    assert "Sans compte et sans enregistrement" in text_of(read(anonymous.get(START))).replace("\xa0", " ")
    assert sum(counts(read(anonymous.get(RESULTS))).values()) == len(current_catalogue().dispositifs)
    assert f'href="{START}"' in read(anonymous.get("/connexion/"))


def test_without_an_answer_only_the_calendar_and_being_a_firm_refuse(anonymous: Client) -> None:
    verdicts = data(anonymous)
    assert "oui" not in verdicts.values()
    for name, verdict in verdicts.items():
        dispositif = current_catalogue().dispositifs[name]
        firm_only = whole_criterion(dispositif).truth({"administration_publique": False})
        refused = not dispositif.validity.is_open(ON) or firm_only is Truth.NO
        assert (verdict == "non") is refused, name


def test_an_unknown_answer_leaves_the_dispositif_to_check(anonymous: Client) -> None:
    source = read(anonymous.get(RESULTS, {"code_commune": "52121"}))
    body = re.search(r'(?s)id="groupe-inconnu".*?</details>', source)
    assert body
    assert "PACTE Industrie" in body[0]
    assert "Quels objectifs le projet sert-il" in body[0]


def test_the_page_and_the_data_say_the_same(anonymous: Client) -> None:
    verdicts = list(data(anonymous, **KNOWN).values())
    source = read(anonymous.get(RESULTS, KNOWN))
    assert counts(source) == {truth.value: verdicts.count(truth.value) for truth in Truth}


def test_an_answer_moves_a_dispositif_and_says_so(anonymous: Client) -> None:
    before, after = data(anonymous, **KNOWN), data(anonymous, **KNOWN, objectifs="numerique")
    assert before["ademe/pacte-industrie"] == "inconnu"
    assert after["ademe/pacte-industrie"] == "non"
    source = text_of(read(anonymous.get(RESULTS, {**KNOWN, "objectifs": "numerique", "reponse": "objectifs"})))
    assert re.search(
        r"Votre réponse fait passer \d+ dispositifs? de « à vérifier » à « non éligible »", source.replace("\xa0", " ")
    )


def test_no_added_answer_takes_an_eligible_dispositif_back_to_check(anonymous: Client) -> None:
    facts: dict[str, str] = {}
    eligible: set[str] = set()
    for name, value in {**KNOWN, "en_difficulte": "non", "a_jour_obligations": "oui", "cout_total": "500000"}.items():
        facts[name] = value
        verdicts = data(anonymous, **facts)
        assert all(verdicts[one] != "inconnu" for one in eligible)
        eligible = {one for one, verdict in verdicts.items() if verdict == "oui"}


def test_the_best_question_can_be_answered_at_once(anonymous: Client) -> None:
    source = read(anonymous.get(RESULTS, {"effectif": "42"}))
    form = re.search(r"(?s)La question qui compte le plus.*?</form>", source)
    assert form
    assert "code NAF" in form[0]
    assert 'name="effectif" value="42"' in form[0], "les réponses déjà données suivent"
    answered = read(anonymous.get(RESULTS, {"effectif": "42", "code_naf": "25.62B", "reponse": "code_naf"}))
    assert 'role="status"' in answered
    form = re.search(r"(?s)La question qui compte le plus.*?</form>", answered)
    assert form
    assert "Quel est le code NAF" not in form[0], "ce qui est connu n'est plus demandé"


def test_a_question_can_be_passed(anonymous: Client) -> None:
    asked = r'name="reponse" value="([^"]+)"'
    first = re.search(asked, read(anonymous.get(RESULTS, KNOWN)))
    assert first
    second = re.search(asked, read(anonymous.get(RESULTS, {**KNOWN, "passe": first[1]})))
    assert second
    assert second[1] != first[1]


def test_a_sentence_to_confirm_can_be_answered(anonymous: Client) -> None:
    name = "etat-dreets/convention-revitalisation"
    assert data(anonymous, **KNOWN)[name] == "inconnu"
    sentence = f"confirme:{name}:1"
    assert data(anonymous, **KNOWN, **{sentence: "oui"})[name] == "oui"
    assert data(anonymous, **KNOWN, **{sentence: "non"})[name] == "non"
    assert "Une convention en cours couvre" in read(anonymous.get(RESULTS, {**KNOWN, sentence: "oui"}))


def test_the_address_keeps_answers_only(anonymous: Client) -> None:
    response = anonymous.get(RESULTS, {**KNOWN, "code_commune": "Chaumont (52)", "cout_total": "", "siren": ""})
    assert response.status_code == 302
    assert response["Location"] == f"{RESULTS}?{urlencode(KNOWN)}"


def test_nothing_is_stored_nor_read_from_the_database(anonymous: Client) -> None:
    anonymous.get(RESULTS, KNOWN)
    with CaptureQueriesContext(connection) as captured:
        response = anonymous.get(RESULTS, KNOWN)
    assert len(captured) == 0
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"


def test_a_refusal_says_what_would_change_it(anonymous: Client) -> None:
    body = text_of(read(anonymous.get(RESULTS, {**KNOWN, "code_commune": "75056"})))
    assert "Rien ne peut le changer" in body
    changeable = text_of(read(anonymous.get(RESULTS, {**KNOWN, "objectifs": "numerique"})))
    assert "Ce qui changerait le refus" in changeable


def test_each_criterion_is_shown_with_its_source(anonymous: Client) -> None:
    path = f"{START}region-grand-est/artisanat-de-demain/"
    whole = read(anonymous.get(path, KNOWN))
    piece = read(anonymous.get(path, KNOWN, HTTP_HX_REQUEST="true"))
    for source in (whole, piece):
        assert html.unescape(source).count("Source\xa0:") >= 4
        assert "Grand Est" in source
    assert "<html" in whole
    assert "<html" not in piece
    assert f"{RESULTS}?{urlencode(KNOWN)}".replace("&", "&amp;") in whole, "le retour garde les réponses"


@pytest.mark.parametrize(
    ("dispositif", "told"),
    [("gip-haute-marne/tpe-equipements", True), ("gip-haute-marne/entreprises-industrielles", False)],
)
def test_a_de_minimis_aid_says_which_paper_its_funder_will_ask_for(
    dispositif: str, told: bool, anonymous: Client
) -> None:
    sheet = text_of(read(anonymous.get(f"/tester-mon-entreprise/{dispositif}/", {**KNOWN, "effectif": "8"})))
    assert ("attestation de minimis de l’entreprise unique" in sheet.replace("'", "’")) is told


def test_results_can_be_kept_to_one_funder(anonymous: Client) -> None:
    source = read(anonymous.get(RESULTS, {**KNOWN, "financeur": "ademe"}))
    expected = [one for one in current_catalogue().dispositifs.values() if one.funder == "ademe"]
    assert sum(counts(source).values()) == len(expected)


def test_wrong_answers_are_said_to_machines_too(anonymous: Client) -> None:
    response = anonymous.get("/tester-mon-entreprise/resultats.json", {"code_naf": "x"})
    assert response.status_code == 400
    assert "code NAF" in json.loads(response.content)["erreurs"]["code_naf"]


@pytest.mark.parametrize("path", ["ademe/n-existe-pas/", "rien/rien/"])
def test_a_dispositif_that_does_not_exist_is_not_found(path: str, anonymous: Client) -> None:
    assert anonymous.get(f"{START}{path}").status_code == 404


def test_results_stay_light(anonymous: Client) -> None:
    anonymous.get(RESULTS, KNOWN)
    source = read(anonymous.get(RESULTS, KNOWN))
    assert len(source) < HEAVIEST
