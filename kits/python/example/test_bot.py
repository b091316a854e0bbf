"""Tests of the example bot: whoever has the fixture `peyk` has a marketplace of their own."""

import sys
from pathlib import Path

import pytest
from peyk_testing import Peyk, PeykError, Unmet

BOT = [sys.executable, str(Path(__file__).parent / "bot.py")]


# docs: begin
def test_a_customer_asks_where_the_order_is(peyk):
    peyk.run(BOT)
    chat = peyk.chat("ivan", order=90001)
    chat.says("Где мой заказ?")
    chat.expects(contains="в пути")
    chat.says("Спасибо!")
    chat.silent("10s")
    peyk.called("POST", "/v2/businesses/*/chats/message", status=200, times=1)
# docs: end


def test_customers_do_not_disturb_each_other_and_tests_do_not_either(peyk):
    peyk.run(BOT)
    ivan, olga = peyk.chat("ivan", order=90001), peyk.chat("olga", order=90002)
    ivan.says("Спасибо!")
    olga.says("Где мой ЗАКАЗ?")
    found = olga.expects("Ваш заказ уже в пути.")
    assert found["number"] == 2
    ivan.silent("1h")


def test_a_bot_that_comes_late_hears_it_when_it_is_tried_again(peyk):
    chat = peyk.chat("ivan", order=90001)
    chat.says("Где мой заказ?")
    peyk.run(BOT)
    chat.expects(contains="в пути", within="5m")


def test_what_fails_is_told_with_the_conversation_and_the_wire(peyk):
    peyk.run(BOT)
    chat = peyk.chat("ivan", order=90001)
    chat.says("Где мой заказ?")
    with pytest.raises(Unmet) as failed:
        chat.expects("Не знаю.")
    told = str(failed.value)
    assert told.startswith("expected the text `Не знаю.`, found `Ваш заказ уже в пути.`")
    assert "ivan, order 90001\n  +0s      customer: `Где мой заказ?`\n  +0s      shop: " in told
    assert "bot  -> POST /v2/businesses/209888193/chats/message?chatId=" in told


def test_a_test_goes_back_to_where_it_was(peyk):
    peyk.run(BOT)
    chat, began = peyk.chat("ivan", order=90001), peyk.now
    chat.opens()
    peyk.keeps("open")
    for _ in range(3):
        chat.says("Где мой заказ?")
        assert chat.expects(contains="в пути")["number"] == 2
        peyk.passes("1d")
        peyk.restores("open")
        assert peyk.now == began


def test_people_send_what_people_send(peyk, tmp_path):
    chat = peyk.chat("ivan", business=209888193)
    receipt = tmp_path / "receipt.txt"
    receipt.write_text("42 ₽", encoding="utf-8")
    assert chat.sends("photo")["media"]["kind"] == "image"
    assert chat.sends_file(receipt)["media"]["name"] == "receipt.txt"
    assert chat.sends_place(35.7, 51.3)["location"]["latitude"] == 35.7
    assert chat.sends_contact("+79160000002", "Ольга")["contact"]["name"] == "Ольга"
    began = peyk.now
    peyk.passes("14d")
    assert peyk.now > began


def test_a_world_can_be_a_dict_and_its_mistakes_are_told():
    person = {"id": "анна", "name": 'Ан"на', "phone": "+79160000003", "locale": "ru"}
    with pytest.raises(PeykError, match="found `анна`, expected 1 to 64 of the characters"):
        Peyk({"person": [person]})
    with Peyk({"person": [{**person, "id": "anna"}]}) as peyk:
        assert peyk.control("GET", "/people")["items"][0]["name"] == 'Ан"на'
