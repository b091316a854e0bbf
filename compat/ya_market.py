"""PyPI ya-market-api with requests and with aiohttp, unchanged but for its base URL."""

import asyncio
import os
import urllib.request

from facts import fact, run, same
from sample import PDF, PNG
from ya_market_api.async_api import AsyncAPI
from ya_market_api.chat.const import ChatContextIdentifiableType, ChatContextType, ChatStatusType, ChatType
from ya_market_api.chat.dataclass import (
    ChatGetRequest,
    ChatListRequest,
    ChatMessageCreateFileRequest,
    ChatMessageCreateTextRequest,
    ChatMessageGetRequest,
    ChatMessageListRequest,
)
from ya_market_api.chat.dataclass.list import ChatContext
from ya_market_api.exception import AuthorizationError, InvalidResponseError, NotFoundError
from ya_market_api.sync_api import SyncAPI

URL = os.environ["PEYK_URL"]
KEY = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd"
READ_ONLY = "ACMA:rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr:0123abcd"
BUSINESS = 209888193
# The chats of the World; the comments of compat/world.toml say what they are for.
ORDER, EMPTY, ANSWERED, RETURN, DIRECT, LONG = range(14604701, 14604707)


def with_requests(call, key=KEY):
    return call(SyncAPI.build(key, base_url=URL, business_id=BUSINESS))


def with_aiohttp(call, key=KEY):
    async def called():
        api = await AsyncAPI.build(key, base_url=URL, business_id=BUSINESS)
        try:
            return await call(api)
        finally:
            await api.close()

    return asyncio.run(called())


def both(call, key=KEY):
    """What a call answers, which is the same for both."""
    found = with_requests(call, key)
    same(with_aiohttp(call, key), found)
    return found


def listed(**filters):
    return {chat.id for chat in both(lambda api: api.chat.get_chat_list(ChatListRequest(**filters))).result.chats}


def history(chat, **words):
    request = ChatMessageListRequest(chat_id=chat, **words)
    return both(lambda api: api.chat.get_chat_message_list(request)).result


@fact
def the_chats_of_the_business_are_listed():
    answer = both(lambda api: api.chat.get_chat_list())
    same((answer.status.value, {chat.id for chat in answer.result.chats}), ("OK", {ORDER, EMPTY, ANSWERED, RETURN, DIRECT, LONG}))
    page = both(lambda api: api.chat.get_chat_list(ChatListRequest(limit=4))).result
    token = page.paging.next_page_token
    rest = both(lambda api: api.chat.get_chat_list(ChatListRequest(limit=4, page_token=token))).result
    same([chat.id for chat in page.chats + rest.chats], [chat.id for chat in answer.result.chats])
    same(rest.paging.next_page_token, None)


@fact
def each_filter_filters():
    orders = ChatContextIdentifiableType.ORDER
    same(listed(contexts={ChatContext(id=90001, type=orders), ChatContext(id=90002, type=orders)}), {ORDER, EMPTY})
    same(listed(context_types={ChatContextType.DIRECT, ChatContextType.RETURN}), {DIRECT, RETURN})
    same(listed(statuses={ChatStatusType.FINISHED, ChatStatusType.NEW}), {RETURN, EMPTY})
    same(listed(types={ChatType.ARBITRAGE}), set())


@fact
def a_chat_is_read():
    chat = both(lambda api: api.chat.get_chat(ChatGetRequest(chat_id=RETURN))).result
    about = chat.context
    same((chat.id, chat.status, chat.type), (RETURN, ChatStatusType.FINISHED, ChatType.CHAT))
    same((about.type, about.campaign_id, about.order_id, about.return_id), (ChatContextType.RETURN, 4001, 90001, 70001))
    same(about.customer.name, "Иван")
    same(str(chat.updated_at.utcoffset()), "3:00:00")


@fact
def history_is_read_page_by_page():
    whole = history(LONG)
    same([entry.message for entry in whole.messages], ["один", "два", "три", "четыре", "пять", "шесть", "семь"])
    first = history(LONG, limit=4)
    rest = history(LONG, limit=4, page_token=first.paging.next_page_token)
    same(first.messages + rest.messages, whole.messages)
    same(history(LONG, message_id_from=whole.messages[3].id).messages, whole.messages[3:])
    request = ChatMessageGetRequest(chat_id=LONG, message_id=whole.messages[2].id)
    same(both(lambda api: api.chat.get_chat_message(request)).result, whole.messages[2])


@fact
def a_text_is_sent_once_by_each():
    request = ChatMessageCreateTextRequest(chat_id=ORDER, message="В 15:00 ✓")
    same(both(lambda api: api.chat.create_chat_message_text(request)).status.value, "OK")
    same([entry.message for entry in history(ORDER).messages][-3:], ["Спасибо! А во сколько?", "В 15:00 ✓", "В 15:00 ✓"])


@fact
def a_file_is_sent_and_downloaded():
    # Neither says what it is called: it is what it contains.
    for content in (PNG, PDF):
        request = ChatMessageCreateFileRequest(chat_id=ANSWERED, file=content)
        same(both(lambda api: api.chat.create_chat_message_file(request)).status.value, "OK")
        for entry in history(ANSWERED).messages[-2:]:
            asked = urllib.request.Request(entry.payload[0].url, headers={"Api-Key": KEY})
            same((entry.payload[0].size, urllib.request.urlopen(asked, timeout=10).read()), (len(content), content))


@fact
def a_key_tells_what_it_may():
    # Sent with a JSON body that is just an empty text.
    key = both(lambda api: api.guide.get_token_info()).result.api_key
    same({scope.value for scope in key.auth_scopes}, {"COMMUNICATION"})
    key = both(lambda api: api.guide.get_token_info(), READ_ONLY).result.api_key
    same({scope.value for scope in key.auth_scopes}, {"ALL_METHODS_READ_ONLY"})


@fact
def refusals_are_the_clients_own_errors():
    def refused(kind, call, key=KEY):
        for way in (with_requests, with_aiohttp):
            try:
                way(call, key)
            except InvalidResponseError as error:
                same(type(error), kind)
            else:
                raise AssertionError(f"expected {kind.__name__}, was accepted")

    text = ChatMessageCreateTextRequest(chat_id=ORDER, message="нет")
    refused(AuthorizationError, lambda api: api.chat.get_chat_list(), KEY[:-1] + "0")
    refused(AuthorizationError, lambda api: api.chat.create_chat_message_text(text), READ_ONLY)
    refused(NotFoundError, lambda api: api.chat.get_chat(ChatGetRequest(chat_id=1)))
    refused(InvalidResponseError, lambda api: api.chat.get_chat_list(ChatListRequest(page_token="wrong")))


run()
