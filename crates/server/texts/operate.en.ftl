# Looking after a server: access, deliveries, apps and businesses. Keys are the same in every language.
nav-access = Access
op-save = Save
op-change = Change
op-any = Any
op-filter = Filter
op-filter-clear = Show all
op-older = Older

sign-in = Sign in
sign-out = Sign out
sign-in-about = This server is used by others, so its console is only for those who look after it.
sign-in-no-account = Nobody has an account here yet. Make the first one on the server's machine, with the same options as the server:
sign-in-no-account-more = The server can go on running. Reload this page afterwards.
signed-in-as = Signed in as
account-name = Name
password = Password
trouble-sign-in = Sign in first
trouble-sign-in-text = Only those with an account may see this.
trouble-not-allowed = Not in your role
trouble-not-allowed-text = Your role does not allow this. An admin can do it, or give you another role.

access-lead = Who looks after this server, and what each of them may do.
access-lead-sandbox = A sandbox is open to whoever sits at its machine, so nobody signs in here. In production these accounts do.
accounts = Accounts
account-yours = Your account
accounts-none = There is no account yet.
account-you = you
account-since = Since
account-signed-in = Last signed in
account-never = Never signed in.
account-add = Add an account
account-remove = Remove this account
account-added = { $name } can sign in now.
account-removed = { $name } was removed, and signed out everywhere.
account-role-changed = { $name } has another role now.
account-password-changed = { $name } has another password now, and was signed out everywhere else.
role = Role
role-admin = Admin
role-operator = Operator
role-read-only = Read-only
role-about-admin = Does everything, and decides who else may do what.
role-about-operator = Looks after chats, webhooks and deliveries; makes no keys and no accounts.
role-about-read-only = Looks at everything and changes nothing.
password-current = Current password
password-new = New password
password-change = Change the password
password-change-ends = All other sessions of the account end at once.
password-hint = At least 12 characters. A sentence is a good password.
sessions = Sessions
sessions-yours = Your sessions
sessions-about = A session ends after eight hours without use, after seven days, or when you end it.
session-this = this browser
session-began = Began
session-seen = last used
session-end = End
session-ended = The session has ended.

audit-log = Audit log
audit-lead = Everything that anybody did here, by this console, the control API or a command. It reaches back a year.
audit-when = When
audit-who = Who
audit-act = What
audit-target = On what
audit-outcome = How it ended
audit-none = Nobody has done anything yet.
audit-none-found = Nothing fits this filter.
doer-admin-token = a program with the admin token
doer-sandbox = somebody at this machine
doer-command = a command on the server
doer-stranger = a stranger, as “{ $name }”
outcome-begun = unknown
outcome-done = done
outcome-refused = refused
outcome-failed = failed

act-sign_in = Signed in
act-sign_out = Signed out
act-add_account = Added an account
act-remove_account = Removed an account
act-change_role = Changed a role
act-change_password = Changed a password
act-end_session = Ended a session
act-create_key = Made a key
act-change_key = Changed a key
act-rotate_key = Replaced a key
act-revoke_key = Revoked a key
act-revoke_grant = Revoked a grant
act-expire_tokens = Ended access tokens
act-rotate_tokens = Replaced tokens
act-inspect_token = Inspected a token
act-approve = Approved for a person
act-sign_in_person = Signed a person in
act-open_conversation = Opened a chat
act-write = Wrote a message
act-send_file = Sent a file
act-press = Pressed a button
act-start_bot = Started a bot
act-block = Blocked somebody
act-unblock = Unblocked somebody
act-start_arbitration = Started a dispute
act-finish_arbitration = Finished a dispute
act-change_post = Changed a post
act-change_app_urls = Changed an app's addresses
act-change_webhook_url = Changed a webhook's address
act-switch_webhook_on = Switched a webhook on
act-switch_webhook_off = Switched a webhook off
act-pause_webhook = Paused a webhook
act-resume_webhook = Resumed a webhook
act-ping_webhook = Pinged a webhook
act-rotate_signing_secret = Replaced a signing secret
act-replay = Replayed deliveries
act-cancel_delivery = Cancelled a delivery
act-move_clock = Moved the clock
act-switch_script = Switched a script
act-change_faults = Changed faults
act-load_world = Loaded a World
act-take_snapshot = Took a snapshot
act-restore_snapshot = Restored a snapshot
act-delete_snapshot = Forgot a snapshot
act-clear_exchanges = Cleared the record of the wire
act-reset = Reset everything
act-other = Something else

refusal-account-name = A name has 1 to { $count } small Latin letters, digits or one of . _ - @.
refusal-account-taken = There is an account with this name already. Choose another name.
refusal-password-length = A password needs at least { $count } characters. A sentence is a good one.
refusal-password-guessable = This password is too easy to guess. Choose another one.
refusal-password-wrong = The current password is wrong.
refusal-account-unknown = There is no account with this name. It may have been removed.
refusal-accounts = There can be at most { $count } accounts. Remove one first.
refusal-last-admin = This is the last admin. Make somebody else an admin first.
refusal-sign-in = Name or password is wrong. Try again.
refusal-tries = { $count ->
    [one] Too many tries failed. Try again in { $count } second.
   *[other] Too many tries failed. Try again in { $count } seconds.
}
refusal-session = There is no such session; it may have ended.
op-more = More

nav-deliveries = Deliveries
dl-lead = Everybody who hears of events: how their receivers do, what waits, and every attempt.
dl-none = Nobody hears of events yet. Give an app an events URL, or a business a notification URL.
dl-webhook = Webhook
dl-app = App
dl-business = Business
dl-person = Person
dl-post = on the post
dl-no-url = No address: events are kept for feeds.
dl-look = Look closer
dl-receiver = Receiver
dl-health-healthy = healthy
dl-health-failing = failing
dl-health-resting = resting
dl-health-paused = paused
dl-health-unproven = not greeted yet
dl-health-off = off
dl-health-kept = feed only
dl-health-about-healthy = It answers. Events arrive in their order, each chat by itself.
dl-health-about-failing = It failed lately. It is tried again by itself, one attempt at a time.
dl-health-about-resting = It failed too often and is left alone for a while, but for a try now and then.
dl-health-about-paused = Somebody paused it. Events gather and are sent once it is resumed.
dl-health-about-unproven = It has to answer a greeting first. Events gather until then.
dl-health-about-off = Nothing is sent and nothing gathers until it is switched on.
dl-health-about-kept = It has no address, so events are only kept for those who read the feed.
dl-failures = { $count ->
    [one] { $count } failure since
   *[other] { $count } failures since
}
dl-rests-until = Left alone until
dl-count-waiting = Waiting
dl-count-dead = Given up
dl-count-delivered = Arrived
dl-count-lanes = Chats that wait
dl-number = { $count }
dl-waiting = { $count } waiting
dl-dead = { $count } given up
dl-delivered = { $count } arrived
dl-ping = Ping it
dl-ping-good = It answers: { $count } ms.
dl-ping-bad = It does not answer as it should ({ $count } ms). It said:
dl-pause = Pause
dl-paused = Paused. Events gather.
dl-resume = Resume
dl-resumed = It goes on.
dl-switch-on = Switch on and try at once
dl-switched-on = It is on; what waits is tried at once.
dl-switch-off = Switch off
dl-switched-off = It is off, and what waited is cancelled.
dl-off-about = What waits is cancelled, and nothing gathers until it is switched on again.
dl-rotate = New signing secret
dl-rotate-about = The new secret is shown once. The old one goes on signing beside it for a day.
dl-secret-made = This is the new signing secret. It is shown only now:
dl-url = Address
dl-url-label = Where events are sent
dl-url-about = What waits is tried at the new address at once. Without an address events are only kept for feeds.
dl-url-wrong = This is no address on the web. It looks like https://bot.example/webhook.
dl-url-set = The address was saved.
dl-lanes = What waits, and why
dl-lanes-about = Each chat is a lane of its own: its events arrive in order, and a stuck one delays no other.
dl-lanes-none = Nothing waits.
dl-lanes-more = { $count ->
    [one] { $count } chat waits in all.
   *[other] { $count } chats wait in all.
}
dl-wait-off = It is off.
dl-wait-paused = It is paused.
dl-wait-unproven = It has to answer a greeting first.
dl-wait-at_work = It is on its way, at the latest until
dl-wait-retry = It failed and is tried again at
dl-wait-rest = The receiver is left alone until
dl-wait-turn = It is next.
dl-chat = Chat
dl-head = The one that waits
dl-state = State
dl-state-pending = waiting
dl-state-retrying = retrying
dl-state-delivered = arrived
dl-state-dead = given up
dl-state-cancelled = cancelled
dl-state-kept = kept
dl-fact-message_sent = A message was sent
dl-fact-conversation_opened = A chat was opened
dl-fact-arbitration_started = A dispute was started
dl-fact-arbitration_finished = A dispute was finished
dl-fact-access_revoked = Access was revoked
dl-fact-post_changed = A post changed
dl-fact-quota_nearly_used = A limit is nearly used
dl-attempts = { $count ->
    [0] not tried yet
    [one] { $count } attempt
   *[other] { $count } attempts
}
dl-told-none = No deliveries here.
dl-cancel = Cancel
dl-cancelled = It will not be sent any more.
dl-replay = Replay
dl-replay-dead = { $count ->
    [one] Replay what was given up ({ $count })
   *[other] Replay all that were given up ({ $count })
}
dl-replayed = { $count ->
    [0] Nothing to replay: it waits already, or there is no address.
    [one] One delivery is sent once more.
   *[other] { $count } deliveries are sent once more.
}
dl-delivery = Delivery
dl-back = Back to the receiver
dl-attempts-title = Attempts
dl-tries-none = It was not tried yet.
dl-attempt = Attempt { $count }
dl-milliseconds = { $count } ms
dl-no-answer = no answer
dl-sent = What was sent
dl-came-back = What came back
dl-nothing-back = Nothing came back.
