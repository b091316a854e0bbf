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
refusal-snapshots = At most { $count } snapshots are kept. Delete one first.
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
noun-key = key
noun-grant = grant
noun-button = button
noun-exchange = exchange
noun-snapshot = snapshot

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
