# The console in English. Keys are the same in every language.
peyk = Peyk
nav = Pages
nav-try = Try it
nav-chats = Chats
nav-sandbox = Sandbox
skip = Skip to the content
display = Display
language = Language
theme = Colours
theme-auto = As the system
theme-light = Light
theme-dark = Dark
close = Close
copied = Copied
copy = Copy
live-lost = The server does not answer. Trying again…

clock = Server time
clock-standing = stands still
clock-moved = moved
clock-machine = real time
clock-title = The clock
clock-about = Everything here goes by this one clock: messages, retries, limits and tokens. Times on this card are UTC in the field, yours elsewhere.
clock-freeze = Stop the clock
clock-unfreeze = Let it run
clock-reset = Back to real time
clock-run = Run until nothing waits
clock-advance = Go ahead by
clock-minute = a minute
clock-hour = an hour
clock-day = a day
clock-week = a week
clock-set-label = Or to a time, in UTC
clock-set = Set
clock-moved-done = The clock was moved.
clock-bounds = The clock cannot go there. Choose a time between 1970 and 2200.
clock-ran-idle = { $count ->
    [0] Nothing was waiting.
    [one] The clock jumped once; nothing waits now.
   *[other] The clock jumped { $count } times; nothing waits now.
}
clock-ran-on = { $count ->
    [one] The clock jumped once, and something still waits.
   *[other] The clock jumped { $count } times, and something still waits.
}

sandbox-lead = Time, people and failures are yours here. None of this exists in production.
scripts-title = Scripts
scripts-about = What people do on their own when somebody writes to them.
scripts-none = Nobody acts on their own here. A World file can give people scripts.
script-on = on
script-off = off
script-switch-on = Switch on
script-switch-off = Switch off
script-switched = The script was switched.
script-refusal = Its last step was refused:

count-messages = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}
count-firings = { $count ->
    [0] not used yet
    [one] used once
   *[other] used { $count } times
}
count-waiting-steps = { $count ->
    [0] nothing under way
    [one] { $count } step under way
   *[other] { $count } steps under way
}

trouble-home = To the first page
trouble-no-page = No such page
trouble-no-page-text = Nothing is at this address. It may have been typed wrongly.
trouble-refused = This cannot be shown
trouble-refused-text = The server says no.
trouble-stale = This form is no longer good
trouble-stale-text = It was opened in another browser session, or another web site sent it. Go back, reload the page and try again.
trouble-malformed = This form cannot be read
trouble-malformed-text = Something in it is missing or not what the page asks for. Go back, reload the page and try again.
trouble-foreign = Not from here
trouble-foreign-text = This request came from another web site or under a name that is not this server's. Open the console at the address that the server printed when it started.
trouble-not-from-here = Only for this machine
trouble-not-from-here-text = A sandbox lets anybody play anybody, so its console answers only to the machine it runs on.
trouble-sandbox-only = Only in a sandbox
trouble-sandbox-only-text = This server is used by others, so its time, its people and its failures are real.
trouble-broken = Something broke
trouble-broken-text = This is a mistake of ours. The server's log says more; try again in a moment.

refusal-key = This key does not work: it is unknown, revoked or expired.
refusal-token = This token does not work: it is unknown or expired.
refusal-access = This is not allowed ({ $reason }).
refusal-not-found = There is no { $noun } { $id } here. It may have been renamed or never existed.
refusal-exists = There is already a { $noun } { $id }.
refusal-blocked = One side has blocked the other, so nothing can be sent. Unblock first.
refusal-same-sides = One cannot open a chat with oneself. Choose somebody else's post.
refusal-no-dispute-possible = Only chats about orders and returns can be disputed.
refusal-dispute-under-way = A dispute is already under way in this chat.
refusal-no-dispute = There is no dispute in this chat.
refusal-text-empty = Write something first.
refusal-text-long = The text is too long: { $count } characters are the most.
refusal-text-nul = The text has a character that cannot be stored. Remove it and try again.
refusal-location = That is not a place on earth: latitude goes from -90 to 90, longitude from -180 to 180.
refusal-contact = A contact needs a phone number of at most { $count } characters.
refusal-button-rows = Too many rows of buttons: { $count } are the most.
refusal-button-row = Too many buttons in a row: { $count } are the most.
refusal-caption-empty = A button needs words.
refusal-caption-long = The words of a button are too long: { $count } characters are the most.
refusal-button = A button needs exactly one action of a reasonable size.
refusal-file-empty = The file is empty. Choose another one.
refusal-file-large = The file is too large: { $count } MB are the most.
refusal-file-type = A file of this kind must be one of: { $types }.
refusal-stale = This link or form is out of date. Open the page again.
refusal-keys = At most { $count } keys can work at the same time. Revoke one first.
refusal-world-large = There is more here than a World file takes. Make a snapshot or a backup.
refusal-snapshots = At most { $count } snapshots are kept. Delete one first.
refusal-faults = There can be at most { $count } faults at the same time. Delete one first.
refusal-key-name = A key needs a name of at most { $count } characters.
refusal-permission = The permission { $permission } cannot be given here.

noun-conversation = chat
noun-message = message
noun-person = person
noun-app = app
noun-post = post
noun-business = business
noun-order = order
noun-return = return
noun-media = file
noun-webhook = webhook
noun-delivery = delivery
noun-script = script
noun-fault = fault
noun-key = key
noun-grant = grant
noun-button = button
noun-exchange = exchange
noun-snapshot = snapshot

author-market = Marketplace
author-support = Support
by-bot = bot
by-me = You:
alt-picture = Picture { $name }
size-kilobytes = { $count } KB
said-image = Picture
said-file = File
said-voice = Voice message
said-video = Video
said-location = Location
said-contact = Contact
subject-post = about { $title }
subject-bot = chat with a bot
subject-order = order { $id }
subject-return = return { $id }
subject-direct = question to the shop

welcome-title = Talk to a bot as its customer would
welcome-one = Peyk speaks the chat APIs of two marketplaces, so a bot or a shop program works against it as it does against the real thing.
welcome-two = Here you are the customer: write, press buttons and send files, and see what the other side gets.
welcome-three = Beside every chat the wire shows each request that was made because of it, with what was sent, what came back and what happens next.
welcome-step = Become { $person } and greet { $bot }
welcome-words = Hello! What can you do?
welcome-others = Or be somebody else
nobody = There is nobody in this World yet. Load a World with people on the Sandbox page.
people = People
you-are = You are
panes = Parts of this page
pane-person = Person
pane-person-of = { $name } talks with
pane-other = Other side
pane-other-about = What they see, and what you can answer for them by hand
pane-other-empty = Choose a chat, and you see here what the shop, the seller or the bot sees.
pane-wire = Wire
pane-wire-about = Who was told of this chat, and how that went
save-as-test = Save as test
save-as-test-about = Everything that was done in this chat, as a scenario for peyk test
pane-wire-empty = As soon as somebody writes, every request shows up here.
all-chats = All chats
no-chats = No chats yet. Start one below.
your-turn = your turn
messages = Messages
older = Older messages
say-first = Nobody has written yet. Say something.
nothing-said = Nobody has written yet.
you-blocked = You blocked the other side. Neither of you can write.
blocked-you = The other side blocked you. Neither of you can write.
buttons = Buttons below it
buttons-about = A row in each line, buttons divided by |. Behind = stands what a press opens: an address or post:TOKEN.
buttons-example = Yes | No
block = Block
unblock = Unblock
blocked-done = The other side is blocked.
unblocked-done = The other side is no longer blocked.
write-as = Write as { $name }
send = Send
attach = File, location, contact
file = File
latitude = Latitude
longitude = Longitude
name = Name
phone = Phone number
be-them = Become them
webhook = Hears of messages at
webhook-on = works
webhook-off = switched off
webhook-unproven = not greeted yet
webhook-paused = paused
webhook-set = The address was saved. What waits is tried at once.
webhook-not-web = That is no address of the web. It begins with http:// or https://.
demo-bot = demo bot, inside this server
demo-bot-mend = Give the demo bot its address back
count-failures = { $count ->
    [one] { $count } failure
   *[other] { $count } failures in a row
}
save = Save
new-chat = Start a chat
offer-bots = Bots
offer-posts = Posts of others
offer-orders = Orders and returns
offer-shops = Shops
open = Open
ask = Ask
start-my-page = Start from my page
start-panel = Start from the business panel
start-my-post = Start from my post { $title }
start-post = Start from the post { $title }
pressed-says = The app says to you alone:
pressed-opens-link = The button opens this address:
pressed-opens-post = The button opens the post { $post }.
pressed-opens-management = The button opens the page where the post { $post } is managed.
pressed-failed = The button did nothing, because the app made a mistake:
delivery-pending = waiting
delivery-retrying = will be retried
delivery-delivered = delivered
delivery-dead = given up
delivery-cancelled = cancelled
delivery-kept = kept for feeds
delivery-replayed = It is told once more.
delivery-hurried = What waits is tried now.
delivery-was-cancelled = It will not be told any more.
fact-message_sent = Message sent
fact-conversation_opened = Chat opened
fact-arbitration_started = Dispute started
fact-arbitration_finished = Dispute finished
fact-access_revoked = Access revoked
fact-post_changed = Post changed
fact-quota_nearly_used = Quota nearly used
wait-off = The receiver is switched off.
wait-paused = The receiver is paused.
wait-unproven = The receiver has to answer a greeting first.
wait-at_work = On its way; given up at
wait-retry = Tried again at
wait-rest = The receiver fails too often. It is tried next at
wait-turn = Others are before it.
no-answer = no answer
attempt = attempt { $count }
milliseconds = { $count } ms
sent = Sent
came-back = Came back
try-now = Try now
cancel = Cancel
replay = Send again
wire-exchanges = Requests
wire-deliveries = Deliveries
way-in = request to Peyk
way-out = request by Peyk
wire-none = Nothing was sent to the other side yet. Write a message, and it appears here.
wire-exchange = Request and answer
wire-app = The app { $app }
wire-business = The business { $business }
wire-somebody = Somebody whose key or token is not known here
wire-meaning-in = { $who } called { $what }.
wire-meaning-in-for = { $who } called { $what } on behalf of { $person }.
wire-meaning-told = { $who } is told of { $what }, attempt { $count }.
wire-meaning-out = { $who } is asked: { $what }.
wire-was-done = All went well.
wire-fault = A fault of this sandbox had a hand in it:
wire-as-published = Request and answer are as the marketplace publishes them.
wire-differs = Other than published
wire-part-request = request
wire-part-answer = answer
copy-as = Copy as
copies-title = Send it again
copies-about = Secrets are variables of the environment; everything else is as it was.
told-more = All about this delivery

search = Search
search-label = Names, numbers, subjects or words that were said
filters = Filters
filter-dialect = Marketplace
filter-status = State
filter-subject = About
filter-seller = App or business
filter-person = Person
filter-media = Files
any = any
with-files = with files
apply = Show
clear = Show all
status-new = nobody has written
status-waiting_for_buyer = buyer's turn
status-waiting_for_seller = seller's turn
status-waiting_for_arbiter = arbiter decides
status-waiting_for_market = marketplace's turn
status-finished = finished
about-post = a post
about-bot = a bot
about-order = an order
about-return = a return
about-direct = a question
dispute = dispute
chats-none = There are no chats yet. They appear here as soon as somebody opens one.
chats-none-found = Nothing was found. Try fewer or other words.
older-chats = Earlier chats
chat-about = About this chat
chat-number = Number
chat-key = Key
chat-opened = Opened
play-chat = Play the buyer
nobody-told = Nobody had to be told.
not-tried = Not tried yet.
newest = Newest messages

worlds-title = Worlds and snapshots
worlds-about = A snapshot keeps everything under a name, and you can come back to it at any time.
snapshot-make = Keep everything as
snapshot-restore = Go back to it
snapshot-delete = Delete
snapshot-made = The snapshot was kept.
snapshot-restored = Everything is as it was in the snapshot.
snapshot-deleted = The snapshot was deleted.
snapshot-name = A name has letters from A to Z, digits, hyphens and underscores.
world-load = Load a World
world-text = Or its text
world-loaded = The World was loaded.
world-mistakes = The World has mistakes, and nothing was loaded:
reset = Begin anew
reset-about = Everything that happened is forgotten, and the World with which the server was started is loaded again. Snapshots stay.
reset-sure = Forget everything
reset-done = Everything began anew.
faults-title = Faults
faults-about = Failures on purpose, by rules. Write one here, in a World file or by the control API; the same calls always meet the same faults.
faults-none = Nothing fails on purpose.
fault-on = on
fault-off = off
fault-changed = The fault was changed.
count-fault-done = { $count ->
    [0] has not struck yet
    [one] struck once
   *[other] struck { $count } times
}

month-gregorian-1 = January
month-gregorian-2 = February
month-gregorian-3 = March
month-gregorian-4 = April
month-gregorian-5 = May
month-gregorian-6 = June
month-gregorian-7 = July
month-gregorian-8 = August
month-gregorian-9 = September
month-gregorian-10 = October
month-gregorian-11 = November
month-gregorian-12 = December
month-jalali-1 = Farvardin
month-jalali-2 = Ordibehesht
month-jalali-3 = Khordad
month-jalali-4 = Tir
month-jalali-5 = Mordad
month-jalali-6 = Shahrivar
month-jalali-7 = Mehr
month-jalali-8 = Aban
month-jalali-9 = Azar
month-jalali-10 = Dey
month-jalali-11 = Bahman
month-jalali-12 = Esfand
