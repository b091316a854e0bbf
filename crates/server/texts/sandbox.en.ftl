# The sandbox in English: scripts, faults, magic names and Worlds. Keys are the same in every language.
world-export = Download as a World file
world-export-about = Everything there is, with secrets sealed; it loads here or elsewhere.
world-file = A World file
world-replace = In place of everything there is
count-steps = { $count ->
    [one] { $count } step
   *[other] { $count } steps
}
script-next = Next step:
script-waits-message = Waits for a message
script-waits-opened = Waits for a chat to be opened
script-waits-silence = { $count ->
    [one] Waits for { $count } second without an answer
   *[other] Waits for { $count } seconds without an answer
}
script-waits-time = { $count ->
    [one] Acts every second
   *[other] Acts every { $count } seconds
}
script-with-text = with the words
script-with-regex = matching
script-with-button = with the button
script-of-kind = of the kind
script-kind-text = text
script-kind-image = picture
script-kind-file = file
script-kind-voice = voice message
script-kind-video = video
script-kind-location = location
script-kind-contact = contact
script-chance = as often as
percent = { $count } %
count-fault-matched = { $count ->
    [0] has not fitted yet
    [one] fitted once
   *[other] fitted { $count } times
}
fault-add = Add a fault
fault-added = From now on this goes wrong.
fault-mistakes = There cannot be such a fault:
fault-effect = What goes wrong
fault-effect-status = An error is answered
fault-effect-delay = Everything comes later
fault-effect-cut = The connection is cut
fault-effect-lose_answer = The answer is lost
fault-effect-truncate = The body ends in its middle
fault-effect-drift = The words change without notice
fault-effect-expired_token = A token counts as expired
fault-effect-trickle = The answer comes drop by drop
fault-effect-duplicate = An event is told twice
fault-effect-drop = An event is never told
fault-effect-reorder = An event is overtaken by later ones
fault-place = Where
fault-group-all = Everywhere
fault-group-kenar = Requests, Kenar
fault-group-market = Requests, Market
fault-group-oauth = Requests, OAuth
fault-group-media = Requests for files
fault-group-letters = Events on their way to receivers
fault-all-in = every request to Peyk
fault-all-out = every event to a receiver
fault-all-of = all of them
fault-out-kenar = every event to apps
fault-out-market = every event to businesses
fault-code = Status
fault-milliseconds = Milliseconds
fault-at = When
fault-at-before = before anything was done
fault-at-after = after it was done
fault-drift = How
fault-drift-unknown_word = A word that nobody knows
fault-drift-extra_field = A field that nobody knows
fault-drift-missing_field = A field is missing
fault-drift-numbers_as_text = Numbers are texts
fault-field = Field, if one is meant
fault-bytes = Bytes in a second
fault-chance = In how many of a hundred cases
fault-count = How many times; empty for always
fault-more = Only for some, or from some time on
fault-name = Name
fault-skip = How many pass first
fault-seed = Seed
fault-app = App
fault-business = Business
fault-person = Person
fault-chat = Chat
fault-does-status = The status { $code } is answered, and nothing is done.
fault-does-delay = Everything happens { $count } ms later.
fault-does-cut-before = The connection is cut before anything is done.
fault-does-cut-after = It is done, and the connection is cut without an answer.
fault-does-lose_answer = It is done, then there is silence for { $count } ms, then the connection is cut.
fault-does-truncate = The body ends in its middle.
fault-does-expired_token = The token counts as expired.
fault-does-trickle = The answer comes at { $count } bytes a second.
fault-does-duplicate = The event is told twice.
fault-does-drop = The event is never told.
fault-does-reorder = The event is held aside for { $count } ms, and later ones overtake it.
fault-way-in = requests
fault-way-out = events
fault-chance-of = { $count } % of them
fault-skips = not the first { $count }
fault-times = { $count ->
    [one] once
   *[other] { $count } times
}
magic-title = Magic names
magic-about = What rarely happens, under names that are the same in every World with magic. A client rehearses it without any set-up.
magic-none = This World has no magic. Write magic = true at the top of a World file.
magic-blocker = the phone number of a person who has blocked everybody
magic-blocked-chat = this person's chat with the app: every message is refused with 412
magic-over-limit-kenar = a key that is always over its limit: 429 with Retry-After
magic-blocked-order = an order whose customer has blocked the business: writing is refused with 403
magic-finished-order = an order whose chat is finished
magic-no-order = an order that nobody has: 404
magic-over-limit-market = a key that is always over its limit: 420 with its three headers
magic-loses-answer = an address for events that hears each one and cuts the connection in the middle of its answer
magic-fails = an address for events that answers each one with 500
