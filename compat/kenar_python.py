"""The Python client that openapi-generator makes from the Kenar specification: every operation."""

import os
import re
from datetime import datetime, timezone

from facts import Recorder, fact, operations, run, same
from kenar_generated import (
    AddonsAction,
    AddonsGetDynamicAction,
    AddonsOpenPostManagePage,
    AddonsOpenPostPage,
    AddonsOpenServerLink,
    ApiClient,
    ChatAPIChatBotSendMessageBody,
    ChatAPIConversationSendMessageBody,
    ChatapiChatButton,
    ChatapiChatButtonGrid,
    ChatapiChatButtonRow,
    Configuration,
    DefaultApi,
    EventsRegisterEventSubscriptionRequest,
    FinderGetUserIDByPhoneRequest,
)
from kenar_generated.exceptions import (
    ApiException,
    BadRequestException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
)
from people import blocks, says, unblocks
from sample import MEDIA

URL = os.environ["PEYK_URL"]
CONVERSATION = "edbb9499-cccc-4d35-b21f-621fa95f2b3e"
OF_MINA = "a2c3f1de-1111-4b7a-8c55-0d2a4a6a0002"
OF_REZA = "a2c3f1de-2222-4b7a-8c55-0d2a4a6a0003"
IN_PRODUCTION = "a2c3f1de-3333-4b7a-8c55-0d2a4a6a0004"
BOT = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01"
FOREIGN = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a02"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
CALLED = set()
NOT_FOR_PROGRAMS = {"o_auth_authorize"}


def api(token=None, key="echo-key"):
    """The client as an app would set it up; the hosts of single operations give way to Peyk's."""
    keys = {"APIKey": key} if key else {}
    settings = Configuration(host=URL, api_key=keys, access_token=token, ignore_operation_servers=True)
    return Recorder(DefaultApi(ApiClient(settings)), CALLED)


def bot(text=None, **words):
    return ChatAPIChatBotSendMessageBody(text_message=text, **words)


def message(text=None, **words):
    return ChatAPIConversationSendMessageBody(message=text, **words)


def refused(kind, code, call):
    """The refusal that the client raises, parsed into the specification's own model."""
    try:
        call()
    except kind as refusal:
        same(refusal.data.code, code)
        assert refusal.data.message, "the refusal has no message"
        return refusal.data
    raise AssertionError(f"expected {kind.__name__}, was accepted")


def grid():
    """Three rows of three buttons with all five actions."""
    actions = [
        AddonsAction(open_direct_link="http://127.0.0.1:3000/"),
        AddonsAction(open_server_link=AddonsOpenServerLink(data={"id": "7", "n": 7, "deep": {"a": [1, None]}})),
        AddonsAction(get_dynamic_action=AddonsGetDynamicAction(data={})),
        AddonsAction(open_post_page=AddonsOpenPostPage(post_token="gZd7omnS")),
        AddonsAction(open_post_manage_page=AddonsOpenPostManagePage(post_token="gZd7omnS")),
    ]
    buttons = [
        ChatapiChatButton(action=actions[number % 5], caption=f"button {number}", icon="HOME") for number in range(9)
    ]
    return ChatapiChatButtonGrid(
        rows=[ChatapiChatButtonRow(buttons=buttons[start:start + 3]) for start in (0, 3, 6)]
    )


def user_id(token):
    return api(token).finder_get_user().user_id


def texts(conversation, token):
    return [entry.text for entry in api(token).chat_api_get_conversation(conversation).messages]


# --- people ------------------------------------------------------------------------------------------------------


@fact
def a_person_is_what_the_scopes_show():
    sara = api("ory_at_sara").finder_get_user()
    same((sara.phone_number, sara.phone_numbers), ("+989120000001", ["+989120000001"]))
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}=", sara.user_id), sara.user_id
    olga = api("ory_at_olga").finder_get_user()
    same((olga.phone_number, olga.user_id), ("+79160000002", None))
    ivan = api("ory_at_ivan").finder_get_user()
    same((ivan.phone_number, ivan.phone_numbers), (None, None))


@fact
def the_legacy_post_says_the_same():
    same(api("ory_at_sara").finder_get_user_legacy_post(), api("ory_at_sara").finder_get_user())
    same(api("ory_at_sara").finder_get_user_legacy_post(body={}), api("ory_at_sara").finder_get_user())


@fact
def the_legacy_token_header_is_accepted():
    same(api().finder_get_user(_headers={"x-access-token": "ory_at_sara"}).user_id, user_id("ory_at_sara"))


@fact
def a_phone_has_the_same_user_id():
    answer = api().finder_get_user_idby_phone(FinderGetUserIDByPhoneRequest(phone="+989120000004"))
    same(answer.user_id, user_id("ory_at_omid"))


@fact
def a_person_needs_a_token_and_a_scope():
    refused(UnauthorizedException, 16, lambda: api().finder_get_user())
    refused(UnauthorizedException, 16, lambda: api("ory_at_wrong").finder_get_user())
    refused(ForbiddenException, 7, lambda: api("ory_at_mina").finder_get_user())


# --- lists -------------------------------------------------------------------------------------------------------


@fact
def scopes_and_permissions_are_listed_without_a_key():
    scopes = {entry.slug for entry in api(key=None).assets_get_o_auth_scopes().scopes}
    assert {"USER_PHONE", "CONVERSATION_SEND_MESSAGE", "CHAT_CONVERSATION_READ"} <= scopes, scopes
    permissions = {entry.slug for entry in api(key=None).assets_get_permissions().permissions}
    assert {"CHAT_BOT_SEND_MESSAGE", "CHAT_UPLOAD_MEDIA"} <= permissions, permissions


# --- bot messages ------------------------------------------------------------------------------------------------


@fact
def a_bot_sends_on_every_conversation_path():
    sends = [
        api().chat_api_chat_bot_send_message,
        api().chat_api_chat_bot_send_message3,
        api().chat_api_chat_bot_send_message5,
    ]
    for number, send in enumerate(sends):
        same(send(BOT, bot(f"path {number}", type="TEXT")).conversation_id, BOT)
    same(texts(BOT, "ory_at_ivan")[-3:], ["path 0", "path 1", "path 2"])


@fact
def the_path_wins_over_the_body():
    same(api().chat_api_chat_bot_send_message(BOT, bot("path", conversation_id=FOREIGN)).conversation_id, BOT)


@fact
def a_bot_begins_with_a_person_on_both_paths():
    omid = user_id("ory_at_omid")
    first = api("ory_at_omid").chat_api_chat_bot_send_message2(omid, bot("سلام")).conversation_id
    assert first, "a bot conversation has an id"
    same(api("ory_at_omid").chat_api_chat_bot_send_message4(omid, bot("دوباره")).conversation_id, first)
    same(api().chat_api_chat_bot_send_message(first, bot("باز هم")).conversation_id, first)


@fact
def a_token_writes_only_to_its_own_person():
    ivan = user_id("ory_at_ivan")
    refused(ForbiddenException, 7, lambda: api("ory_at_omid").chat_api_chat_bot_send_message2(ivan, bot("no")))


@fact
def buttons_of_every_kind_are_accepted():
    same(api().chat_api_chat_bot_send_message(BOT, bot("با دکمه", buttons=grid())).conversation_id, BOT)


@fact
def a_fourth_row_is_refused():
    row = ChatapiChatButtonRow(buttons=[ChatapiChatButton(action=AddonsAction(open_direct_link="http://a/"), caption="a")])
    # The client refuses the fourth row itself, so it is put in past the client's check.
    large = ChatapiChatButtonGrid.model_construct(rows=[row] * 4)
    body = ChatAPIChatBotSendMessageBody.model_construct(text_message="no", buttons=large)
    refused(BadRequestException, 3, lambda: api().chat_api_chat_bot_send_message(BOT, body))


@fact
def text_and_media_exclude_each_other():
    media = upload("image")
    refused(BadRequestException, 3, lambda: api().chat_api_chat_bot_send_message(BOT, bot("no", media_token=media)))
    refused(BadRequestException, 3, lambda: api().chat_api_chat_bot_send_message(BOT, bot()))


@fact
def a_bot_send_is_refused_without_key_permission_or_conversation():
    refused(UnauthorizedException, 16, lambda: api(key=None).chat_api_chat_bot_send_message(BOT, bot("no")))
    refused(UnauthorizedException, 16, lambda: api(key="wrong").chat_api_chat_bot_send_message(BOT, bot("no")))
    refused(ForbiddenException, 7, lambda: api(key="echo-users-key").chat_api_chat_bot_send_message(BOT, bot("no")))
    refused(NotFoundException, 5, lambda: api().chat_api_chat_bot_send_message(UNKNOWN, bot("no")))
    refused(NotFoundException, 5, lambda: api().chat_api_chat_bot_send_message(FOREIGN, bot("no")))


# --- media -------------------------------------------------------------------------------------------------------


def upload(media_type, media=None):
    token = api().chat_api_generate_upload_token().token
    answer = api(token).chat_upload_upload(media_type, media or MEDIA[media_type])
    same(answer.status, "ok")
    return answer.id


@fact
def every_kind_of_media_is_uploaded_and_sent():
    for media_type in MEDIA:
        same(api().chat_api_chat_bot_send_message(BOT, bot(media_token=upload(media_type))).conversation_id, BOT)


@fact
def media_is_what_it_contains():
    refused(BadRequestException, 3, lambda: upload("image", MEDIA["file"]))


@fact
def an_upload_needs_its_own_token():
    refused(UnauthorizedException, 16, lambda: api("wrong").chat_upload_upload("image", MEDIA["image"]))


@fact
def an_upload_token_needs_the_permission():
    refused(ForbiddenException, 7, lambda: api(key="echo-users-key").chat_api_generate_upload_token())


# --- conversations -----------------------------------------------------------------------------------------------


@fact
def a_conversation_is_read_in_its_order():
    answer = api("ory_at_sara").chat_api_get_conversation(CONVERSATION)
    same(
        (answer.conversation.id, answer.conversation.type.value, answer.conversation.post_token),
        (CONVERSATION, "POST", "gZd7omnS"),
    )
    same(
        [(entry.text, entry.type.value, entry.sender.side.value, entry.sender.type.value) for entry in answer.messages[:2]],
        [("سلام، دوچرخه هنوز هست؟", "TEXT", "BUYER", "HUMAN"), ("بله، هست", "TEXT", "SELLER", "HUMAN")],
    )
    times = [entry.sent_at for entry in answer.messages]
    same(times, sorted(times))
    assert abs((datetime.now(timezone.utc) - times[-1]).days) < 20000 and times[-1].tzinfo, times


@fact
def a_person_sends_with_each_alternative_scope():
    for token, conversation in [("ory_at_sara", CONVERSATION), ("ory_at_mina", OF_MINA), ("ory_at_reza", OF_REZA)]:
        answer = api(token).chat_api_conversation_send_message(
            conversation, message("از طرف من", type="TEXT", sender_buttons=grid(), receiver_buttons=grid())
        )
        same((answer.status, answer.message), (200, "ok"))
    last = api("ory_at_sara").chat_api_get_conversation(CONVERSATION).messages[-1]
    same((last.text, last.sender.side.value), ("از طرف من", "SELLER"))


@fact
def a_person_sends_media():
    answer = api("ory_at_sara").chat_api_conversation_send_message(CONVERSATION, message(media_token=upload("image")))
    same((answer.status, answer.message), (200, "ok"))


@fact
def only_texts_are_read_back():
    same({entry.type.value for entry in api("ory_at_sara").chat_api_get_conversation(CONVERSATION).messages}, {"TEXT"})


@fact
def a_send_is_refused_without_token_or_scope():
    send = lambda caller, conversation=CONVERSATION: caller.chat_api_conversation_send_message(conversation, message("no"))
    refused(UnauthorizedException, 16, lambda: send(api()))
    refused(UnauthorizedException, 16, lambda: send(api("ory_at_wrong")))
    refused(ForbiddenException, 7, lambda: send(api("ory_at_olga")))
    refused(ForbiddenException, 7, lambda: send(api("ory_at_sara"), OF_MINA))
    refused(ForbiddenException, 7, lambda: send(api("ory_at_sara", key="echo-users-key")))
    refused(UnauthorizedException, 16, lambda: send(api("ory_at_sara", key=None)))


@fact
def a_development_app_cannot_act_on_a_production_post():
    refused(
        ForbiddenException, 7,
        lambda: api("ory_at_sara").chat_api_conversation_send_message(IN_PRODUCTION, message("no")),
    )


@fact
def a_read_is_refused_without_the_scope():
    refused(ForbiddenException, 7, lambda: api("ory_at_olga").chat_api_get_conversation(CONVERSATION))
    refused(UnauthorizedException, 16, lambda: api().chat_api_get_conversation(CONVERSATION))


@fact
def a_text_beyond_the_limit_is_refused():
    same(api("ory_at_sara").chat_api_conversation_send_message(CONVERSATION, message("ش" * 4096)).status, 200)
    refused(
        BadRequestException, 3,
        lambda: api("ory_at_sara").chat_api_conversation_send_message(CONVERSATION, message("ش" * 4097)),
    )


# --- what Peyk learns next ---------------------------------------------------------------------------------------


def subscribes(token, event_type, post, **words):
    request = EventsRegisterEventSubscriptionRequest(event_type=event_type, event_resource_id=post, **words)
    return api(token).events_register_event_subscription(request)


@fact
def an_app_subscribes_to_a_post_or_to_all():
    same(subscribes("ory_at_sara", "NEW_MESSAGE_ON_POST", "gZd7omnS", metadata={"shop": "7"}), {})
    same(subscribes("ory_at_nika", "NEW_MESSAGE_ON_POST", ""), {})
    same(subscribes("ory_at_nika", "POST_UPDATE", None), {})


@fact
def a_subscription_needs_token_permission_scope_and_a_post_of_the_persons():
    posts = "NEW_MESSAGE_ON_POST"
    refused(UnauthorizedException, 16, lambda: subscribes(None, posts, "gZd7omnS"))
    refused(ForbiddenException, 7, lambda: subscribes("ory_at_sara", posts, "mInA0001"))
    refused(ForbiddenException, 7, lambda: subscribes("ory_at_sara", posts, ""))
    refused(ForbiddenException, 7, lambda: subscribes("ory_at_olga", posts, "gZd7omnS"))
    refused(ForbiddenException, 7, lambda: subscribes("ory_at_sara", "POST_UPDATE", "gZd7omnS"))
    refused(NotFoundException, 5, lambda: subscribes("ory_at_nika", posts, "gZd7omnS"))
    request = EventsRegisterEventSubscriptionRequest(event_type=posts, event_resource_id="gZd7omnS")
    without = api("ory_at_sara", key="echo-users-key")
    refused(ForbiddenException, 7, lambda: without.events_register_event_subscription(request))


@fact
def a_blocked_person_gets_nothing():
    blocks("ivan", BOT)
    refusal = refused(ApiException, 9, lambda: api().chat_api_chat_bot_send_message(BOT, bot("no")))
    same(refusal.message, "message delivery failed due to recipient's restriction")
    unblocks("ivan", BOT)
    same(api().chat_api_chat_bot_send_message(BOT, bot("باز هم")).conversation_id, BOT)
    same(texts(BOT, "ory_at_ivan")[-1], "باز هم")


@fact
def a_blocked_person_gets_nothing_from_another_person_either():
    send = lambda: api("ory_at_sara").chat_api_conversation_send_message(CONVERSATION, message("no"))
    blocks("ivan", CONVERSATION)
    refused(ApiException, 9, send)
    unblocks("ivan", CONVERSATION)
    # Whoever blocks cannot write either: the answer would be lost.
    blocks("sara", CONVERSATION)
    refused(ApiException, 9, send)
    unblocks("sara", CONVERSATION)
    same(send().status, 200)


@fact
def what_a_person_says_is_read():
    says("ivan", CONVERSATION, "پس می‌خرم")
    last = api("ory_at_sara").chat_api_get_conversation(CONVERSATION).messages[-1]
    same((last.text, last.sender.side.value, last.sender.type.value), ("پس می‌خرم", "BUYER", "HUMAN"))


@fact
def a_refresh_token_becomes_a_new_token():
    answer = api().o_auth_token("echo", "echo-secret", "refresh_token", refresh_token="ory_rt_sara")
    same((answer.token_type, answer.expires_in), ("bearer", 3600))


@fact
def every_operation_was_called():
    same(operations(DefaultApi) - CALLED - NOT_FOR_PROGRAMS, set())


run()
