"""Emergencies call for their card; questions about emergencies do not."""

from __future__ import annotations

import hashlib
import json
import re
import time
from decimal import Decimal
from pathlib import Path

import pytest

from plumbline_clinical.readability import fk_grade_masked
from plumbline_clinical.red_flags import TriagePolicy, evaluate, load_policy

POLICY_FILE = Path(__file__).parents[3] / "deploy" / "policy" / "triage.toml"

MUST_FIRE = {
    "emergency": """
        Chest pain and can't breathe
        I have chest pain
        my chest feels really tight and I'm sweating
        crushing pain in my chest for the last hour
        there is a pressure on my chest since I took ibrutinib
        i cant breath
        I can’t catch my breath
        my husband is struggling to breathe
        trouble breathing after the obinutuzumab drip
        suddenly very short of breath, on zanubrutinib
        I can hardly breathe lying down
        my lips are turning blue
        mum has collapsed
        my wife fainted twice today
        I keep passing out
        he won't wake up
        dad is unconscious what do I do
        my partner is having a seizure
        she just had a fit and is on venetoclax
        one side of my face is drooping
        his speech is slurred
        I suddenly can't speak properly
        sudden weakness in my left arm
        worst headache of my life, I take ibrutinib
        my mother is confused and hot
        she is suddenly very confused
        he's drowsy and confused after his infusion
        my dad doesn't know where he is
        my nose is bleeding and it won't stop
        nosebleed for an hour that will not stop, low platelets
        I can't stop the bleeding
        i am bleeding heavily
        I'm vomiting blood
        coughing up blood this morning
        throwing up bright red blood
        my tongue is swelling up
        my throat feels like it's closing
        I think I'm having a heart attack
        Is it normal that I have chest pain on acalabrutinib?
        I have CLL and my chest hurts, should I worry?
        bleedng wont stop
        She took all her tablets at once
        my left side has gone numb
        Could chest pain be serious? I've had it since lunch
        When I breathe in I get a sharp pain in my chest
        breathing is very hard today
        pain spreading from my chest to my arm
        whats the number to call, husband collapsed
        seizure just now
    """,
    "fever": """
        I have 38.4 and I'm on venetoclax
        I have a fever
        my temperature is 38.5
        My temp is 101.3 F
        temp of 100.4F this evening
        fever of 39
        temperature 38,3 since this morning
        I've got a temperature and I feel awful
        running a temperature of 38 degrees
        my husband has a fever of 102
        my son's temp is 38.1°C
        I am shivering and can't get warm
        shaking with cold since last night
        I have chills and feel ill
        rigors after my drip
        she is burning up
        my temprature has gone up to 38.6
        thermometer says one hundred and one
        thermometer reads thirty eight point five
        temperature 35.2 and clammy
        I had a fever last night
        high temperature for two weeks now
        What should I do about a fever of 38.2?
        I don't have a cough but I have a fever
        no rash, fever 39
        Hello, I finished cycle 2 last week. Now 38.9 and aching all over.
        fever is back today after it went away last week
        I was told to ring if it goes over 38 and it is 38.3 now, temp taken twice
        i feel feverish, is that a side effect?
        paracetamol does not bring my fever down
        what does my fever of 39 mean
        help high fever
        my mum is on obinutuzumab and has a temp
        38.2
        do I need to worry about a 39 fever
        is it ok to wait until tomorrow with a fever of 38.4
        should I go to A&E with a temperature of 38.5?
        my fever is not going down
        got the shivers and temp 37.9
        Teeth chattering and shaking uncontrollably
    """,
    "crisis": """
        I want to kill myself
        i dont want to live anymore
        I can't go on, I want to end it
        I wish I was dead
        they would be better off without me
        I'm thinking about suicide
        I am suicidal since the diagnosis
        I just want to die
        I want to end it all
        I'm going to take all my pills
        there is no point in living with this
        my husband says he wants to kill himself
        I keep thinking of hurting myself
        I don't want to be here anymore
        What if I want to kill myself?
        I dont want to wake up tomorrow
        life isn't worth living with CLL
        how many tablets would it take to die
        I feel like ending it all
    """,
    "spine": """
        my legs have gone weak
        my legs feel numb and I can't feel my feet
        I can't walk since this morning
        my dad can't move his legs
        I can't pee since yesterday
        I have lost control of my bladder
        numbness in my groin and bottom
        back pain and my legs keep giving way
        a tight band-like pain around my ribs
        I can't feel my legs
    """,
    "call-now": """
        my temperature is 37.6
        temp 37.8 C tonight
        my temperature is 99.9 F
        I'm a bit short of breath on the stairs today
        my heart is racing
        I have palpitations
        black tarry stools for two days
        my poo is black
        there is blood in my urine
        I'm peeing blood
        loads of new bruises all over
        tiny red spots on both legs
        I banged my head and take ibrutinib
        my urine is dark brown after the first venetoclax tablet
        my face is swollen and puffy
        my calf is swollen and hot
        can't keep anything down
        I can't stop vomiting
        diarrhoea 8 times today
        I can't eat or drink, my mouth is too sore
        the veins in my neck are bulging
    """,
}
MUST_NOT_FIRE = """
    What does 38 °C mean in the leaflet?
    night sweats for months
    I have had night sweats for months, is that CLL?
    Is CLL a death sentence?
    What is partial response vs complete response in CLL treatment?
    Why is a fever dangerous in CLL?
    What should I do if I get a fever?
    What temperature counts as a fever?
    When should I call about a fever?
    At what temperature should I call my team?
    Is fever a symptom of CLL?
    Can ibrutinib cause chest pain?
    Can venetoclax cause seizures?
    Does zanubrutinib cause bleeding that does not stop?
    Is shortness of breath a side effect of acalabrutinib?
    What are the signs of a stroke?
    What are B symptoms such as fever, night sweats and weight loss?
    iwCLL says fever of 38 °C for 2 weeks without infection. What does that mean?
    What does fever ≥38.0 °C for ≥2 weeks mean in the criteria for treatment?
    I had a fever last year, could it have been the CLL?
    I had chest pain ten years ago. Can I take ibrutinib?
    I don't have a fever
    I have no fever, chills or chest pain
    No fever and no night sweats. What stage am I?
    I haven't had any chest pain
    My fever has gone. Can I have my flu vaccine?
    My temperature is 36.8
    temp 37.1, is that ok
    My temperature is normal
    My platelets are 39
    My haemoglobin is 38.4 percent of what it was
    I am 38 years old with CLL
    I'm 39, is that young for CLL?
    My lymphocytes are 38.5
    38 people took part in the trial
    My white count is 38.4
    Do people with CLL often get fevers?
    How common is fever with venetoclax?
    How often do patients on ibrutinib have major bleeding?
    Which patients get tumour lysis?
    What is the risk of bleeding with BTK inhibitors?
    What is the risk of a seizure?
    How can I prevent a fever during treatment?
    What happens if I collapse at home?
    What if I get chest pain on ibrutinib?
    I am worried about getting a fever on holiday
    Should I go to hospital if my temperature reaches 38?
    The tiredness is killing me
    I am dying to know my results
    Will I die of CLL?
    How long do people with CLL live?
    I don't want to die
    I'm not suicidal, just sad
    What is the suicide rate among people with cancer?
    Are people with CLL more likely to be depressed?
    Is assisted dying legal?
    I get hot flushes, is that normal?
    I'm confused about my test results
    I'm so confused, what is the difference between PR and CR?
    My doctor's words confused me
    Do I need the yellow fever vaccine?
    I have hay fever. Can I take antihistamines with ibrutinib?
    Am I fit enough for chemotherapy?
    My legs ache after the gym
    I can't walk my dog because of the tiredness
    I can't talk to my family about CLL
    How do I take my temperature?
    Store below 30 °C: does that hold for venetoclax?
    What is the difference between Rai and Binet?
    I read that chest pain can be a side effect of ibrutinib
    The booklet says to ring for a temperature over 38
    My leaflet mentions black stools. Why?
    Explain febrile neutropenia
    What is neutropenic sepsis?
    Which medicines make bleeding worse?
    Can I drink alcohol with ibrutinib?
    Can I go on holiday while on treatment?
    I can't go on holiday because of my treatment
    Does a swollen lymph node in the neck mean progression?
    My lymph nodes are swollen
    Why do people with CLL bruise easily?
    What is a blood clot?
    Are palpitations a side effect of ibrutinib?
    How is heart rhythm checked on ibrutinib?
    Before treatment I had fevers and sweats, now I feel well
    Would a fever of 38 mean I have to stop venetoclax?
    What does it mean when patients say they have chills after obinutuzumab?
    How many cycles of venetoclax are there?
    Is 38 cm a large spleen?
    Should I take my tablets with food?
    I had 39 tablets left in the box
    I want to live a normal life with CLL
    I want to end my treatment. What are the risks?
    Can a person with CLL have a stroke because of AF?
    Can I have ibrutinib after a heart attack?
    I no longer have night sweats or a fever
    Can I use a hot tub at 38 degrees?
    Fever, chills or breathlessness: which of these are side effects of obinutuzumab?
    My mother had a stroke in 2010. Can she take ibrutinib?
    I had rigors with my first infusion last month. Will it happen again?
    What does "rigors" mean?
    lymphocytes 38.2 x 10^9/L
    the median PFS was 38.4 months
"""


def examples(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.fixture(scope="module")
def policy() -> TriagePolicy:
    return load_policy(POLICY_FILE)


@pytest.mark.parametrize(
    ("card", "question"),
    [(card, question) for card, text in MUST_FIRE.items() for question in examples(text)],
)
def test_an_emergency_calls_for_its_card(policy: TriagePolicy, card: str, question: str) -> None:
    match = evaluate(policy, question)
    assert match is not None
    assert match.card_id == card, match.rules


@pytest.mark.parametrize("question", examples(MUST_NOT_FIRE))
def test_a_question_that_is_no_emergency_calls_for_none(
    policy: TriagePolicy, question: str
) -> None:
    assert evaluate(policy, question) is None


def test_there_are_enough_examples_of_both_kinds() -> None:
    assert sum(len(examples(text)) for text in MUST_FIRE.values()) >= 60
    assert len(examples(MUST_NOT_FIRE)) >= 60


@pytest.mark.parametrize(
    ("temperature", "card"),
    [
        ("35.9", "fever"),
        ("36.0", None),
        ("37.4", None),
        ("37.5", "call-now"),
        ("37.9", "call-now"),
        ("38.0", "fever"),
        ("99.4 F", None),
        ("99.5 F", "call-now"),
        ("100.4 F", "fever"),
        ("96.7 F", "fever"),
    ],
)
def test_the_thresholds_of_the_policy_are_met_exactly(
    policy: TriagePolicy, temperature: str, card: str | None
) -> None:
    match = evaluate(policy, f"my temperature is {temperature}")
    assert (match.card_id if match else None) == card


def test_the_most_urgent_card_wins_and_every_rule_is_named(policy: TriagePolicy) -> None:
    match = evaluate(policy, "I have a fever of 39 and chest pain")
    assert match is not None
    assert match.card_id == "emergency"
    assert match.rules == ("chest", "fever", "temperature")


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: text.replace("'", "’")])
def test_case_and_quotes_do_not_matter(policy: TriagePolicy, change: object) -> None:
    assert callable(change)
    for question in examples(MUST_FIRE["emergency"]):
        assert evaluate(policy, change(question)) is not None, question


def test_every_card_can_be_read_in_sixth_grade(policy: TriagePolicy) -> None:
    for card in policy.cards.values():
        assert fk_grade_masked(f"{card.title}. {card.text}", []) <= 6


def test_every_card_says_whom_to_call(policy: TriagePolicy) -> None:
    for card in policy.cards.values():
        assert card.phones
        for phone in card.phones:
            assert any(phone.number in line for line in card.lines), card.id
        assert not re.search(r"[{}]", card.title + card.text)


def test_the_hash_of_a_card_is_that_of_what_is_shown(policy: TriagePolicy) -> None:
    card = policy.cards["fever"]
    shown = {
        "id": card.id,
        "lines": list(card.lines),
        "phones": [{"label": phone.label, "number": phone.number} for phone in card.phones],
        "title": card.title,
    }
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert card.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_the_hash_of_a_policy_is_that_of_its_file(policy: TriagePolicy) -> None:
    assert policy.sha256 == hashlib.sha256(POLICY_FILE.read_bytes()).hexdigest()


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = POLICY_FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "triage.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_a_deployment_sets_its_own_numbers(tmp_path: Path) -> None:
    other = load_policy(changed(tmp_path, 'number = "999"', 'number = "112"'))
    assert other.cards["emergency"].title == "Call 112 now"
    assert other.cards["emergency"].sha256 != load_policy(POLICY_FILE).cards["emergency"].sha256


def test_a_stricter_threshold_needs_no_signature(tmp_path: Path) -> None:
    path = changed(tmp_path, "emergency_from_celsius = 38.0", "emergency_from_celsius = 37.8")
    strict = load_policy(path)
    assert strict.temperature.emergency_from == Decimal("37.8")
    match = evaluate(strict, "my temperature is 37.8")
    assert match is not None
    assert match.card_id == "fever"


def test_a_looser_threshold_is_refused_without_a_signature(tmp_path: Path) -> None:
    path = changed(tmp_path, "emergency_from_celsius = 38.0", "emergency_from_celsius = 38.5")
    with pytest.raises(ValueError, match="signed_off_by"):
        load_policy(path)


def test_a_file_that_is_no_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="schema"):
        load_policy(changed(tmp_path, "plumbline.triage/1", "something.else/1"))


def test_a_rule_for_a_card_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cards"):
        load_policy(changed(tmp_path, 'card = "spine"', 'card = "nowhere"'))


def test_a_long_question_is_judged_quickly(policy: TriagePolicy) -> None:
    question = ("I feel well and my counts are stable and the legs are fine, really. " * 30)[:2000]
    evaluate(policy, question)
    start = time.perf_counter()
    evaluate(policy, question + " x")
    assert time.perf_counter() - start < 0.5
