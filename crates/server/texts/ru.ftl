# Консоль по-русски. Ключи одни и те же во всех языках.
peyk = Peyk
nav = Страницы
nav-try = Попробовать
nav-chats = Чаты
nav-sandbox = Песочница
skip = К содержанию
display = Вид
language = Язык
theme = Цвета
theme-auto = Как в системе
theme-light = Светлая
theme-dark = Тёмная
close = Закрыть
copied = Скопировано
copy = Копировать
live-lost = Сервер не отвечает. Пробуем снова…

clock = Время сервера
clock-standing = остановлено
clock-moved = сдвинуто
clock-machine = настоящее время
clock-title = Часы
clock-about = Всё здесь живёт по одним часам: сообщения, повторы, лимиты и токены. В поле ниже время по UTC, в остальных местах — ваше.
clock-freeze = Остановить
clock-unfreeze = Пустить дальше
clock-reset = Вернуть настоящее время
clock-run = Прокрутить, пока есть чего ждать
clock-advance = Вперёд на
clock-minute = минуту
clock-hour = час
clock-day = день
clock-week = неделю
clock-set-label = Или на время по UTC
clock-set = Перевести
clock-moved-done = Часы переведены.
clock-bounds = Туда часы не ходят. Выберите время между 1970 и 2200 годом.
clock-ran-idle = { $count ->
    [0] Ждать было нечего.
    [one] Часы прыгнули { $count } раз, больше ждать нечего.
    [few] Часы прыгнули { $count } раза, больше ждать нечего.
   *[many] Часы прыгнули { $count } раз, больше ждать нечего.
}
clock-ran-on = { $count ->
    [one] Часы прыгнули { $count } раз, но что-то ещё ждёт.
    [few] Часы прыгнули { $count } раза, но что-то ещё ждёт.
   *[many] Часы прыгнули { $count } раз, но что-то ещё ждёт.
}

sandbox-lead = Время, люди и сбои здесь в ваших руках. На боевом сервере ничего этого нет.
scripts-title = Сценарии
scripts-about = Что люди делают сами, когда им пишут.
scripts-none = Здесь никто ничего не делает сам. Сценарии людям задаёт файл мира.
script-on = включён
script-off = выключен
script-switch-on = Включить
script-switch-off = Выключить
script-switched = Сценарий переключён.
script-refusal = Последний шаг отклонён:

count-messages = { $count ->
    [one] { $count } сообщение
    [few] { $count } сообщения
   *[many] { $count } сообщений
}
count-firings = { $count ->
    [0] ещё не срабатывал
    [one] сработал { $count } раз
    [few] сработал { $count } раза
   *[many] сработал { $count } раз
}
count-waiting-steps = { $count ->
    [0] шагов в пути нет
    [one] { $count } шаг в пути
    [few] { $count } шага в пути
   *[many] { $count } шагов в пути
}

trouble-home = На первую страницу
trouble-no-page = Нет такой страницы
trouble-no-page-text = По этому адресу ничего нет. Возможно, в нём опечатка.
trouble-refused = Показать не получится
trouble-refused-text = Сервер ответил отказом.
trouble-stale = Форма устарела
trouble-stale-text = Её открыли в другом сеансе браузера или прислал другой сайт. Вернитесь, обновите страницу и попробуйте ещё раз.
trouble-malformed = Форму не прочитать
trouble-malformed-text = В ней чего-то не хватает или написано не то. Вернитесь, обновите страницу и попробуйте ещё раз.
trouble-foreign = Запрос со стороны
trouble-foreign-text = Он пришёл с другого сайта или под именем, которое не принадлежит этому серверу. Откройте консоль по адресу, который сервер напечатал при запуске.
trouble-not-from-here = Только для этой машины
trouble-not-from-here-text = В песочнице кто угодно может стать кем угодно, поэтому её консоль отвечает только той машине, на которой запущена.
trouble-sandbox-only = Только в песочнице
trouble-sandbox-only-text = Этим сервером пользуются другие, поэтому время, люди и сбои здесь настоящие.
trouble-broken = Что-то сломалось
trouble-broken-text = Это наша ошибка. Подробности в журнале сервера; попробуйте ещё раз чуть позже.

refusal-key = Этот ключ не работает: он неизвестен, отозван или просрочен.
refusal-token = Этот токен не работает: он неизвестен или просрочен.
refusal-access = Это не разрешено ({ $reason }).
refusal-not-found = Здесь нет объекта «{ $noun }» { $id }. Возможно, его переименовали или никогда не было.
refusal-exists = Объект «{ $noun }» { $id } уже есть.
refusal-token-no-key = { $id } — это OAuth-токен магазина { $business }, а не ключ. Его кнопки — под ключами магазина.
refusal-blocked = Одна сторона заблокировала другую, поэтому ничего не отправить. Сначала разблокируйте.
refusal-same-sides = Нельзя открыть чат с самим собой. Выберите чужое объявление.
refusal-no-dispute-possible = Спорить можно только о заказах и возвратах.
refusal-dispute-under-way = В этом чате уже идёт спор.
refusal-no-dispute = В этом чате нет спора.
refusal-chat-finished = Этот чат завершён.
refusal-text-empty = Сначала напишите что-нибудь.
refusal-text-long = Текст слишком длинный: не больше { $count } знаков.
refusal-text-nul = В тексте есть знак, который нельзя сохранить. Уберите его и попробуйте ещё раз.
refusal-location = Такого места на Земле нет: широта от -90 до 90, долгота от -180 до 180.
refusal-contact = Контакту нужен номер телефона не длиннее { $count } знаков.
refusal-button-rows = Слишком много рядов кнопок: не больше { $count }.
refusal-button-row = Слишком много кнопок в ряду: не больше { $count }.
refusal-caption-empty = У кнопки должна быть надпись.
refusal-caption-long = Надпись на кнопке слишком длинная: не больше { $count } знаков.
refusal-button = У кнопки должно быть ровно одно действие разумного размера.
refusal-file-empty = Файл пуст. Выберите другой.
refusal-file-large = Файл слишком большой: не больше { $count } МБ.
refusal-file-type = Такой файл должен быть одним из: { $types }.
refusal-stale = Ссылка или форма устарела. Откройте страницу заново.
refusal-keys = Одновременно работает не больше { $count } ключей. Сначала отзовите какой-нибудь.
refusal-world-large = Для файла мира здесь слишком много всего. Сделайте снимок или резервную копию.
refusal-world-file = Миру нужен файл { $name }, которого нет ни в нём, ни на этом сервере.
refusal-snapshots = Хранится не больше { $count } снимков. Сначала удалите какой-нибудь.
refusal-faults = Одновременно бывает не больше { $count } сбоев. Сначала удалите какой-нибудь.
refusal-key-name = Ключу нужно имя не длиннее { $count } знаков.
refusal-permission = Разрешение { $permission } здесь выдать нельзя.

noun-conversation = чат
noun-message = сообщение
noun-person = человек
noun-app = приложение
noun-post = объявление
noun-business = бизнес
noun-order = заказ
noun-return = возврат
noun-media = файл
noun-webhook = вебхук
noun-delivery = доставка
noun-script = сценарий
noun-fault = сбой
noun-key = ключ
noun-grant = разрешение
noun-button = кнопка
noun-exchange = обмен
noun-snapshot = снимок

author-market = Маркетплейс
author-support = Поддержка
by-bot = бот
by-me = Вы:
alt-picture = Картинка { $name }
size-kilobytes = { $count } КБ
said-image = Картинка
said-file = Файл
said-voice = Голосовое сообщение
said-video = Видео
said-location = Место на карте
said-contact = Контакт
subject-post = об объявлении { $title }
subject-bot = чат с ботом
subject-order = заказ { $id }
subject-return = возврат { $id }
subject-direct = вопрос магазину

welcome-title = Поговорите с ботом как его покупатель
welcome-one = Peyk говорит на чат-API двух маркетплейсов, поэтому бот или программа магазина работают с ним так же, как с настоящими.
welcome-two = Здесь вы покупатель: пишите, нажимайте на кнопки, отправляйте файлы и смотрите, что получает другая сторона.
welcome-three = Рядом с каждым чатом видны все вызванные им запросы: что отправлено, что пришло в ответ и что будет дальше.
welcome-step = Стать человеком по имени { $person } и поздороваться с { $bot }
welcome-words = Привет! Что ты умеешь?
welcome-others = Или станьте кем-то другим
nobody = В этом мире пока никого нет. Загрузите мир с людьми на странице «Песочница».
people = Люди
you-are = Вы —
panes = Части страницы
pane-person = Человек
pane-person-of = { $name } пишет в чат с
pane-other = Другая сторона
pane-other-about = Что видит она и что вы можете ответить за неё
pane-other-empty = Выберите чат, и здесь будет видно то же, что магазину, продавцу или боту.
pane-wire = Провод
pane-wire-about = Кому рассказали об этом чате и что из этого вышло
save-as-test = Сохранить как тест
save-as-test-about = Всё, что произошло в этом чате, — сценарием для peyk test
pane-wire-empty = Как только кто-нибудь напишет, здесь появятся все запросы.
all-chats = Все чаты
no-chats = Чатов пока нет. Начните ниже.
your-turn = ваш ход
messages = Сообщения
older = Более ранние
say-first = Пока никто не писал. Начните вы.
nothing-said = Пока никто не писал.
you-blocked = Вы заблокировали другую сторону. Писать не может никто из вас.
blocked-you = Другая сторона заблокировала вас. Писать не может никто из вас.
buttons = Кнопки под сообщением
buttons-about = В каждой строке ряд, кнопки разделены знаком |. После = то, что открывается: адрес или post:TOKEN.
buttons-example = Да | Нет
block = Заблокировать
unblock = Разблокировать
blocked-done = Другая сторона заблокирована.
unblocked-done = Другая сторона разблокирована.
write-as = Написать от имени { $name }
send = Отправить
attach = Файл, место, контакт
file = Файл
latitude = Широта
longitude = Долгота
name = Имя
phone = Номер телефона
be-them = Стать этим человеком
webhook = Узнаёт о сообщениях по адресу
webhook-on = работает
webhook-off = выключен
webhook-unproven = ещё не ответил на приветствие
webhook-paused = на паузе
webhook-set = Адрес сохранён. Всё, что ждёт, отправляется сразу.
webhook-not-web = Это не адрес в сети. Он начинается с http:// или https://.
demo-bot = демо-бот внутри этого сервера
demo-bot-mend = Вернуть демо-боту его адрес
count-failures = { $count ->
    [one] { $count } сбой подряд
    [few] { $count } сбоя подряд
   *[many] { $count } сбоев подряд
}
save = Сохранить
new-chat = Начать чат
offer-bots = Боты
offer-posts = Чужие объявления
offer-orders = Заказы и возвраты
offer-shops = Магазины
open = Открыть
ask = Спросить
start-my-page = Старт с моей страницы
start-panel = Старт из бизнес-панели
start-my-post = Старт из моего объявления { $title }
start-post = Старт из объявления { $title }
pressed-says = Приложение говорит вам одному:
pressed-opens-link = Кнопка открывает этот адрес:
pressed-opens-post = Кнопка открывает объявление { $post }.
pressed-opens-management = Кнопка открывает страницу управления объявлением { $post }.
pressed-failed = Кнопка не сработала, потому что приложение ошиблось:
delivery-pending = ждёт
delivery-retrying = будет повтор
delivery-delivered = доставлено
delivery-dead = попытки кончились
delivery-cancelled = отменено
delivery-kept = хранится для лент
delivery-replayed = Отправлено ещё раз.
delivery-hurried = Всё, что ждёт, отправляется сейчас.
delivery-was-cancelled = Больше отправляться не будет.
fact-message_sent = Сообщение
fact-conversation_opened = Чат открыт
fact-arbitration_started = Спор начат
fact-arbitration_finished = Спор закончен
fact-access_revoked = Доступ отозван
fact-post_changed = Объявление изменилось
fact-quota_nearly_used = Квота почти исчерпана
wait-off = Получатель выключен.
wait-paused = Получатель на паузе.
wait-unproven = Получатель сначала должен ответить на приветствие.
wait-at_work = В пути; сдадимся в
wait-retry = Следующая попытка в
wait-rest = Получатель слишком часто сбоит; к нему обратимся снова в
wait-turn = Перед ним есть другие.
no-answer = нет ответа
attempt = попытка { $count }
milliseconds = { $count } мс
sent = Отправлено
came-back = Пришло в ответ
try-now = Попробовать сейчас
cancel = Отменить
replay = Отправить ещё раз
wire-exchanges = Запросы
wire-deliveries = Доставки
way-in = запрос к Peyk
way-out = запрос от Peyk
wire-none = Другой стороне пока ничего не отправлено. Напишите сообщение, и оно появится здесь.
wire-exchange = Запрос и ответ
wire-app = Приложение { $app }
wire-business = Бизнес { $business }
wire-somebody = Кто-то с неизвестным ключом или токеном
wire-meaning-in = { $who }: вызов { $what }.
wire-meaning-in-for = { $who }: вызов { $what } от имени { $person }.
wire-meaning-told = { $who }: уведомление { $what }, попытка { $count }.
wire-meaning-out = { $who }: вопрос { $what }.
wire-was-done = Всё прошло хорошо.
wire-fault = Тут вмешался сбой этой песочницы:
wire-as-published = Запрос и ответ такие, как описала площадка.
wire-differs = Не так, как описано площадкой
wire-part-request = запрос
wire-part-answer = ответ
copy-as = Скопировать как
copies-title = Отправить ещё раз
copies-about = Вместо секретов переменные окружения, всё остальное как было.
told-more = Всё об этой доставке

search = Найти
search-label = Имена, номера, темы или слова из сообщений
filters = Фильтры
filter-dialect = Маркетплейс
filter-status = Состояние
filter-subject = О чём
filter-seller = Приложение или бизнес
filter-person = Человек
filter-media = Файлы
any = неважно
with-files = с файлами
apply = Показать
clear = Показать все
status-new = никто не писал
status-waiting_for_buyer = ждёт покупателя
status-waiting_for_seller = ждёт продавца
status-waiting_for_arbiter = решает арбитр
status-waiting_for_market = ждёт маркетплейс
status-finished = завершён
about-post = объявление
about-bot = бот
about-order = заказ
about-return = возврат
about-direct = вопрос
dispute = спор
mp-title = Маркетплейс
mp-dispute = Начать спор
mp-decide = Закончить спор
mp-close = Закрыть чат
mp-close-about = Маркетплейс закрывает его, пока кто-нибудь снова не напишет. Программам об этом не сообщают.
mp-disputed = Спор начат.
mp-decided = Спор закончен.
mp-closed = Чат закрыт, пока кто-нибудь снова не напишет.
chats-none = Чатов пока нет. Они появятся здесь, как только кто-нибудь откроет первый.
chats-none-found = Ничего не нашлось. Попробуйте другие слова или меньше слов.
older-chats = Более ранние чаты
chat-about = Об этом чате
chat-number = Номер
chat-key = Ключ
chat-opened = Открыт
play-chat = Сыграть за покупателя
nobody-told = Сообщать было некому.
not-tried = Попыток ещё не было.
newest = Последние сообщения

worlds-title = Миры и снимки
worlds-about = Снимок хранит всё под одним именем, и к нему можно вернуться в любой момент.
snapshot-make = Сохранить всё как
snapshot-restore = Вернуться к нему
snapshot-delete = Удалить
snapshot-made = Снимок сохранён.
snapshot-restored = Всё стало таким, как в снимке.
snapshot-deleted = Снимок удалён.
snapshot-name = Имя состоит из латинских букв, цифр, дефисов и подчёркиваний.
world-load = Загрузить мир
world-text = Или его текст
world-loaded = Мир загружен.
world-mistakes = В мире есть ошибки, ничего не загружено:
reset = Начать заново
reset-about = Всё случившееся забудется, и снова загрузится мир, с которым запущен сервер. Снимки останутся.
reset-sure = Забыть всё
reset-done = Всё началось заново.
faults-title = Сбои
faults-about = Нарочные сбои по правилам. Пишите их здесь, в файле мира или через управляющий API; одинаковые вызовы всегда встречают одинаковые сбои.
faults-none = Нарочно ничего не ломается.
fault-on = включён
fault-off = выключен
fault-changed = Сбой изменён.
count-fault-done = { $count ->
    [0] ещё не срабатывал
    [one] сработал { $count } раз
    [few] сработал { $count } раза
   *[many] сработал { $count } раз
}

month-gregorian-1 = января
month-gregorian-2 = февраля
month-gregorian-3 = марта
month-gregorian-4 = апреля
month-gregorian-5 = мая
month-gregorian-6 = июня
month-gregorian-7 = июля
month-gregorian-8 = августа
month-gregorian-9 = сентября
month-gregorian-10 = октября
month-gregorian-11 = ноября
month-gregorian-12 = декабря
month-jalali-1 = фарвардина
month-jalali-2 = ордибехешта
month-jalali-3 = хордада
month-jalali-4 = тира
month-jalali-5 = мордада
month-jalali-6 = шахривара
month-jalali-7 = мехра
month-jalali-8 = абана
month-jalali-9 = азара
month-jalali-10 = дея
month-jalali-11 = бахмана
month-jalali-12 = эсфанда
