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
refusal-blocked = Одна сторона заблокировала другую, поэтому ничего не отправить. Сначала разблокируйте.
refusal-same-sides = Нельзя открыть чат с самим собой. Выберите чужое объявление.
refusal-no-dispute-possible = Спорить можно только о заказах и возвратах.
refusal-dispute-under-way = В этом чате уже идёт спор.
refusal-no-dispute = В этом чате нет спора.
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
refusal-snapshots = Хранится не больше { $count } снимков. Сначала удалите какой-нибудь.
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
noun-key = ключ
noun-grant = разрешение
noun-button = кнопка
noun-exchange = обмен
noun-snapshot = снимок

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
