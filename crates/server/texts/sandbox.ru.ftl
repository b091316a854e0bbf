# The sandbox in Russian: scripts, faults, magic names and Worlds. Keys are the same in every language.
world-export = Скачать файл мира
world-export-about = Всё, что здесь есть, с запечатанными секретами; загружается здесь или в другом месте.
world-file = Файл мира
world-replace = Вместо всего, что есть
count-steps = { $count ->
    [one] { $count } шаг
    [few] { $count } шага
   *[other] { $count } шагов
}
script-next = Следующий шаг:
script-waits-message = Ждёт сообщения
script-waits-opened = Ждёт, когда откроют чат
script-waits-silence = { $count ->
    [one] Ждёт { $count } секунду без ответа
    [few] Ждёт { $count } секунды без ответа
   *[other] Ждёт { $count } секунд без ответа
}
script-waits-time = { $count ->
    [one] Действует каждую { $count } секунду
    [few] Действует каждые { $count } секунды
   *[other] Действует каждые { $count } секунд
}
script-with-text = со словами
script-with-regex = по образцу
script-with-button = с кнопкой
script-of-kind = вида
script-kind-text = текст
script-kind-image = картинка
script-kind-file = файл
script-kind-voice = голосовое
script-kind-video = видео
script-kind-location = место
script-kind-contact = контакт
script-chance = в такой доле случаев:
percent = { $count } %
count-fault-matched = { $count ->
    [0] ещё не подошёл
    [one] подошёл { $count } раз
    [few] подошёл { $count } раза
   *[other] подошёл { $count } раз
}
fault-add = Добавить сбой
fault-added = С этого момента это ломается.
fault-mistakes = Такого сбоя быть не может:
fault-effect = Что сломается
fault-effect-status = Ответ с ошибкой
fault-effect-delay = Всё приходит позже
fault-effect-cut = Соединение обрывается
fault-effect-lose_answer = Ответ теряется
fault-effect-truncate = Тело обрывается посередине
fault-effect-drift = Слова меняются без предупреждения
fault-effect-expired_token = Токен считается истёкшим
fault-effect-trickle = Ответ идёт по капле
fault-effect-duplicate = Событие приходит дважды
fault-effect-drop = Событие не приходит
fault-effect-reorder = Событие обгоняют более поздние
fault-place = Где
fault-group-all = Везде
fault-group-kenar = Запросы Kenar
fault-group-market = Запросы Market
fault-group-oauth = Запросы OAuth
fault-group-media = Запросы файлов
fault-group-letters = События на пути к получателям
fault-all-in = любой запрос к Peyk
fault-all-out = любое событие получателю
fault-all-of = все
fault-out-kenar = любое событие приложениям
fault-out-market = любое событие бизнесам
fault-code = Статус
fault-milliseconds = Миллисекунды
fault-at = Когда
fault-at-before = пока ничего не сделано
fault-at-after = когда всё сделано
fault-drift = Как
fault-drift-unknown_word = Слово, которого никто не знает
fault-drift-extra_field = Поле, которого никто не знает
fault-drift-missing_field = Поля не хватает
fault-drift-numbers_as_text = Числа стали текстом
fault-field = Поле, если важно какое
fault-bytes = Байтов в секунду
fault-chance = В скольких случаях из ста
fault-count = Сколько раз; пусто значит всегда
fault-more = Только для некоторых или не сразу
fault-name = Имя
fault-skip = Сколько первых пропустить
fault-seed = Зерно
fault-app = Приложение
fault-business = Бизнес
fault-person = Человек
fault-chat = Чат
fault-does-status = Ответ со статусом { $code }, ничего не сделано.
fault-does-delay = Всё происходит на { $count } мс позже.
fault-does-cut-before = Соединение обрывается, пока ничего не сделано.
fault-does-cut-after = Всё сделано, и соединение обрывается без ответа.
fault-does-lose_answer = Всё сделано, потом { $count } мс тишины, потом обрыв.
fault-does-truncate = Тело обрывается посередине.
fault-does-expired_token = Токен считается истёкшим.
fault-does-trickle = Ответ идёт по { $count } байт в секунду.
fault-does-duplicate = Событие приходит дважды.
fault-does-drop = Событие не приходит.
fault-does-reorder = Событие придержано на { $count } мс, более поздние обгоняют его.
fault-way-in = запросы
fault-way-out = события
fault-chance-of = { $count } % из них
fault-skips = кроме первых { $count }
fault-times = { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[other] { $count } раз
}
magic-title = Волшебные имена
magic-about = То, что случается редко, под именами, одинаковыми в любом мире с волшебством. Клиент репетирует это без подготовки.
magic-none = В этом мире нет волшебства. Напишите magic = true в начале файла мира.
magic-blocker = телефон человека, который всех заблокировал
magic-blocked-chat = чат этого человека с приложением: любое сообщение получает 412
magic-over-limit-kenar = ключ, который всегда сверх лимита: 429 с Retry-After
magic-blocked-order = заказ, покупатель которого заблокировал бизнес: писать нельзя, 403
magic-finished-order = заказ с законченным чатом
magic-no-order = заказ, которого ни у кого нет: 404
magic-over-limit-market = ключ, который всегда сверх лимита: 420 с тремя заголовками
magic-loses-answer = адрес для событий, который слышит каждое и обрывает соединение посреди ответа
magic-fails = адрес для событий, который на каждое отвечает 500
