"""The Python client that openapi-generator makes from the Market specification: every operation."""

import os
import urllib.request

from facts import Recorder, fact, operations, run, same
from market_generated import (
    ApiClient,
    ChatContextDTO,
    Configuration,
    CreateChatRequest,
    DefaultApi,
    GetChatHistoryRequest,
    GetChatsRequest,
    SendMessageToChatRequest,
)
from market_generated.exceptions import (
    BadRequestException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
)
from sample import PDF, PNG

URL = os.environ["PEYK_URL"]
KEY = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd"
READ_ONLY = "ACMA:rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr:0123abcd"
OF_OTHER = "ACMA:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb:0123abcd"
BUSINESS, OTHER = 209888193, 209888194
# The chats of the World; the comments of compat/world.toml say what they are for.
ORDER, EMPTY, ANSWERED, RETURN, DIRECT, LONG = range(14604701, 14604707)
ALL = {ORDER, EMPTY, ANSWERED, RETURN, DIRECT, LONG}
OF_OTHERS = 14604750
CALLED = set()
# Peyk sends this one itself.
OUTGOING = {"send_notification"}


def api(key=KEY, token=None, legacy=None):
    keys = {name: value for name, value in {"ApiKey": key, "LegacyOAuth": legacy}.items() if value}
    return Recorder(DefaultApi(ApiClient(Configuration(host=URL, api_key=keys, access_token=token))), CALLED)


def chats(caller=None, limit=20, page_token=None, **filters):
    answer = (caller or api()).get_chats(BUSINESS, GetChatsRequest(**filters), limit=limit, page_token=page_token)
    same(answer.status.value, "OK")
    return answer.result


def listed(**filters):
    return {chat.chat_id for chat in chats(**filters).chats}


def history(chat, limit=100, page_token=None, first=None):
    request = GetChatHistoryRequest(message_id_from=first)
    answer = api().get_chat_history(BUSINESS, chat, request, limit=limit, page_token=page_token)
    same(answer.status.value, "OK")
    return answer.result


def context(kind, number):
    return ChatContextDTO(type=kind, id=number)


def created(**words):
    answer = api().create_chat(BUSINESS, CreateChatRequest(**words))
    same(answer.status.value, "OK")
    return answer.result.chat_id


def refused(kind, code, call, message=None):
    """The refusal that the client raises, parsed into the specification's own model."""
    try:
        call()
    except kind as refusal:
        same((refusal.data.status.value, refusal.data.errors[0].code), ("ERROR", code))
        if message:
            same(refusal.data.errors[0].message, message)
        return
    raise AssertionError(f"expected {kind.__name__}, was accepted")


# --- the list ----------------------------------------------------------------------------------------------------


@fact
def the_chats_of_the_business_are_listed():
    same(listed(), ALL)


@fact
def each_filter_filters():
    same(listed(order_ids=[90001, 90002]) & {ORDER, EMPTY, ANSWERED}, {ORDER, EMPTY})
    same(listed(contexts=[context("ORDER", 90003), context("RETURN", 70001)]), {ANSWERED, RETURN})
    same(listed(context_types=["DIRECT"]), {DIRECT})
    same(listed(context_types=["RETURN", "DIRECT"]), {RETURN, DIRECT})
    same(listed(types=["CHAT"]), ALL)
    same(listed(types=["ARBITRAGE"]), set())
    same(listed(statuses=["FINISHED", "NEW"]), {RETURN, EMPTY})


@fact
def filters_narrow_each_other():
    same(listed(context_types=["ORDER"], statuses=["WAITING_FOR_PARTNER"]), {ORDER, LONG})
    same(listed(context_types=["DIRECT"], statuses=["NEW"]), set())


@fact
def pages_show_every_chat_once():
    found, token = [], None
    for _ in range(10):
        page = chats(limit=2, page_token=token)
        assert len(page.chats) <= 2, len(page.chats)
        found += [chat.chat_id for chat in page.chats]
        token = page.paging.next_page_token if page.paging else None
        if not token:
            break
    same(sorted(found), sorted(ALL))
    times = [chat.updated_at for chat in chats().chats]
    same(times, sorted(times, reverse=True))


@fact
def an_empty_page_token_is_the_first_page():
    same(chats(limit=2, page_token="").chats, chats(limit=2).chats)


@fact
def a_wrong_page_token_is_refused():
    refused(BadRequestException, "BAD_REQUEST", lambda: chats(page_token="wrong"), "Bad page token")
    token = chats(limit=2).paging.next_page_token
    refused(BadRequestException, "BAD_REQUEST", lambda: chats(page_token=token, statuses=["NEW"]), "Bad page token")


# --- one chat ----------------------------------------------------------------------------------------------------


@fact
def a_chat_about_an_order_names_it():
    chat = api().get_chat(BUSINESS, ORDER).result
    same((chat.chat_id, chat.order_id, chat.type.value, chat.status.value), (ORDER, 90001, "CHAT", "WAITING_FOR_PARTNER"))
    about = chat.context
    same((about.type.value, about.order_id, about.campaign_id, about.return_id), ("ORDER", 90001, 4001, None))
    same(about.customer.name, "Иван")
    assert about.customer.public_id, "a customer has a public id"
    same(str(chat.created_at.utcoffset()), "3:00:00")
    assert chat.created_at <= chat.updated_at


@fact
def a_chat_about_a_return_names_it():
    chat = api().get_chat(BUSINESS, RETURN).result
    about = chat.context
    same((chat.order_id, about.type.value, about.order_id, about.return_id), (90001, "RETURN", 90001, 70001))


@fact
def a_direct_chat_names_neither():
    chat = api().get_chat(BUSINESS, DIRECT).result
    about = chat.context
    same((chat.order_id, about.type.value, about.order_id, about.return_id), (None, "DIRECT", None, None))
    same(about.customer.name, "Иван")


@fact
def a_chat_is_the_same_in_the_list():
    same({chat.chat_id: chat for chat in chats().chats}[ORDER], api().get_chat(BUSINESS, ORDER).result)


@fact
def an_unknown_or_foreign_chat_is_not_found():
    for chat in (1, OF_OTHERS):
        text = f"Can't find chat by id: '{chat}'"
        words = SendMessageToChatRequest(message="нет")
        refused(NotFoundException, "NOT_FOUND", lambda: api().get_chat(BUSINESS, chat), text)
        refused(NotFoundException, "NOT_FOUND", lambda: history(chat), text)
        refused(NotFoundException, "NOT_FOUND", lambda: api().get_chat_message(BUSINESS, chat, 1), text)
        refused(NotFoundException, "NOT_FOUND", lambda: api().send_message_to_chat(BUSINESS, chat, words), text)
        refused(NotFoundException, "NOT_FOUND", lambda: api().send_file_to_chat(BUSINESS, chat, ("a.png", PNG)), text)


# --- history -----------------------------------------------------------------------------------------------------


@fact
def history_is_in_order_and_names_its_senders():
    found = history(LONG)
    same(found.order_id, 90006)
    same(found.context.order_id, 90006)
    same([entry.message for entry in found.messages], ["один", "два", "три", "четыре", "пять", "шесть", "семь"])
    same(
        [entry.sender.value for entry in found.messages],
        ["CUSTOMER", "PARTNER", "MARKET", "SUPPORT", "CUSTOMER", "PARTNER", "CUSTOMER"],
    )
    ids = [entry.message_id for entry in found.messages]
    same(ids, sorted(set(ids)))
    assert all(number < 2**53 for number in ids), ids


@fact
def pages_of_history_have_no_gap():
    found, token = [], None
    for _ in range(10):
        page = history(LONG, limit=3, page_token=token)
        found += page.messages
        token = page.paging.next_page_token if page.paging else None
        if not token:
            break
    same(found, history(LONG).messages)


@fact
def history_begins_at_the_message_asked_for():
    messages = history(LONG).messages
    same(history(LONG, first=messages[3].message_id).messages, messages[3:])
    # An id that no message of this chat has begins at the next one.
    same(history(LONG, first=messages[0].message_id - 1).messages, messages)
    same(history(LONG, first=messages[-1].message_id + 1).messages, [])


@fact
def an_empty_chat_has_an_empty_history():
    same(history(EMPTY).messages, [])


@fact
def one_message_is_the_one_of_the_history():
    entry = history(LONG).messages[2]
    same(api().get_chat_message(BUSINESS, LONG, entry.message_id).result, entry)


@fact
def an_unknown_message_is_not_found():
    elsewhere = history(ORDER).messages[0].message_id
    text = f"Can't find message by id: '{elsewhere}' for chat '{LONG}'"
    refused(NotFoundException, "NOT_FOUND", lambda: api().get_chat_message(BUSINESS, LONG, elsewhere), text)


# --- new chats ---------------------------------------------------------------------------------------------------


@fact
def a_chat_is_created_once_per_order():
    chat = created(order_id=90004)
    same(created(order_id=90004), chat)
    same(created(context=context("ORDER", 90004)), chat)
    same(api().get_chat(BUSINESS, chat).result.status.value, "NEW")


@fact
def a_chat_is_created_once_per_return():
    chat = created(context=context("RETURN", 70002))
    same(created(context=context("RETURN", 70002)), chat)
    same(api().get_chat(BUSINESS, chat).result.context.return_id, 70002)


@fact
def an_existing_chat_is_returned():
    same(created(order_id=90001), ORDER)
    same(created(context=context("RETURN", 70001)), RETURN)


@fact
def an_unknown_or_foreign_order_is_not_found():
    for order in (1, 95001):
        refused(NotFoundException, "NOT_FOUND", lambda: created(order_id=order), f"Order not found: '{order}'")
    refused(NotFoundException, "NOT_FOUND", lambda: created(context=context("RETURN", 1)), "Return not found: '1'")


@fact
def a_chat_about_nothing_is_refused():
    refused(BadRequestException, "BAD_REQUEST", lambda: created())


# --- sending -----------------------------------------------------------------------------------------------------


def send(chat, text, caller=None, **headers):
    request = SendMessageToChatRequest.model_construct(message=text)
    return (caller or api()).send_message_to_chat_with_http_info(BUSINESS, chat, request, **headers)


@fact
def a_sent_message_is_the_last_of_its_chat():
    newest = max(entry.message_id for chat in ALL for entry in history(chat).messages)
    answer = send(ORDER, "В 15:00")
    same(answer.raw_data, b'{"status":"OK"}')
    last = history(ORDER).messages[-1]
    same((last.message, last.sender.value, last.payload), ("В 15:00", "PARTNER", None))
    assert last.message_id > newest, "message ids grow over all chats"
    chat = api().get_chat(BUSINESS, ORDER).result
    same(chat.status.value, "WAITING_FOR_CUSTOMER")
    same(chat.updated_at, last.created_at)
    same(chats().chats[0].chat_id, ORDER)


@fact
def the_length_of_a_message_has_a_limit():
    send(EMPTY, "я" * 4096)
    refused(BadRequestException, "BAD_REQUEST", lambda: send(EMPTY, "я" * 4097))
    refused(BadRequestException, "BAD_REQUEST", lambda: send(EMPTY, ""))


@fact
def a_sent_file_can_be_downloaded():
    for name, content in (("чек.pdf", PDF), ("a.png", PNG)):
        answer = api().send_file_to_chat_with_http_info(BUSINESS, ANSWERED, (name, content))
        same(answer.raw_data, b'{"status":"OK"}')
        last = history(ANSWERED).messages[-1]
        same((last.message, last.sender.value, len(last.payload)), (None, "PARTNER", 1))
        same((last.payload[0].name, last.payload[0].size), (name, len(content)))
        for headers in ({"Api-Key": KEY}, {"Authorization": "OAuth y0_compat"}, {"Authorization": "Bearer y0_compat"}):
            request = urllib.request.Request(last.payload[0].url, headers=headers)
            same(urllib.request.urlopen(request, timeout=10).read(), content)


@fact
def a_file_without_a_name_is_accepted():
    api().send_file_to_chat(BUSINESS, ANSWERED, PNG)
    same(history(ANSWERED).messages[-1].payload[0].size, len(PNG))


# --- who may -----------------------------------------------------------------------------------------------------


@fact
def every_kind_of_credential_is_accepted():
    for caller in (
        api(KEY),
        api(None, token="y0_compat"),
        api(None, legacy='OAuth oauth_token="y0_compat", oauth_client_id="compat"'),
        api(None, legacy="OAuth oauth_token=y0_compat,oauth_client_id=compat"),
        api(KEY, token="y0_wrong"),
    ):
        assert chats(caller).chats


@fact
def wrong_credentials_are_refused():
    for key, text in (
        (None, "Credentials are not specified"),
        (f"Bearer {KEY}", "Api-Key token prefix invalid"),
        (KEY + "0", "Api-Key token length invalid"),
        (KEY[:-1] + "z", "Api-Key token format invalid"),
        (KEY[:-1] + "0", "Api-Key token is invalid"),
    ):
        refused(UnauthorizedException, "UNAUTHORIZED", lambda: chats(api(key)), text)


@fact
def a_foreign_business_is_refused():
    refused(ForbiddenException, "FORBIDDEN", lambda: chats(api(OF_OTHER)), "Access denied")
    refused(ForbiddenException, "FORBIDDEN", lambda: api().get_chats(OTHER, GetChatsRequest()), "Access denied")


@fact
def a_read_only_key_reads_and_does_not_send():
    same({chat.chat_id for chat in chats(api(READ_ONLY), context_types=["DIRECT"]).chats}, {DIRECT})
    refused(ForbiddenException, "FORBIDDEN", lambda: send(DIRECT, "нет", api(READ_ONLY)))


@fact
def the_business_header_must_agree():
    assert api().get_chats(BUSINESS, GetChatsRequest(), x_business_id=BUSINESS).result.chats
    refused(
        BadRequestException, "BAD_REQUEST",
        lambda: api().get_chats(BUSINESS, GetChatsRequest(), x_business_id=OTHER),
        f"URL businessId ('{BUSINESS}') does not match businessId in X-Business-Id header ('{OTHER}')",
    )


@fact
def every_operation_was_called():
    same(operations(DefaultApi) - CALLED - OUTGOING, set())


run()
