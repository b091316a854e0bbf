# Управление сервером: доступ, доставки, приложения и бизнесы. Ключи во всех языках одинаковы.
nav-access = Доступ
op-save = Сохранить
op-change = Изменить
op-any = Любое
op-filter = Отобрать
op-filter-clear = Показать всё
op-older = Раньше

sign-in = Войти
sign-out = Выйти
sign-in-about = Этим сервером пользуются другие, поэтому консоль открыта только тем, кто за него отвечает.
sign-in-no-account = Учётных записей пока нет. Создайте первую на машине сервера с теми же параметрами, с какими он запущен:
sign-in-no-account-more = Останавливать сервер не нужно. Затем обновите эту страницу.
signed-in-as = Вы вошли как
account-name = Имя
password = Пароль
trouble-sign-in = Сначала войдите
trouble-sign-in-text = Это видят только те, у кого есть учётная запись.
trouble-not-allowed = Не в вашей роли
trouble-not-allowed-text = Ваша роль этого не разрешает. Это может сделать администратор, или он даст вам другую роль.

access-lead = Кто отвечает за этот сервер и что кому разрешено.
access-lead-sandbox = Песочница открыта каждому, кто сидит за этой машиной, поэтому здесь никто не входит. На боевом сервере входят с этими учётными записями.
accounts = Учётные записи
account-yours = Ваша учётная запись
accounts-none = Учётных записей пока нет.
account-you = это вы
account-since = Создана
account-signed-in = Последний вход:
account-never = Входа ещё не было.
account-add = Добавить учётную запись
account-remove = Удалить учётную запись
account-added = Теперь { $name } может войти.
account-removed = Учётная запись { $name } удалена, все её сеансы завершены.
account-role-changed = У { $name } теперь другая роль.
account-password-changed = У { $name } новый пароль; остальные сеансы завершены.
role = Роль
role-admin = Администратор
role-operator = Оператор
role-read-only = Только просмотр
role-about-admin = Может всё и решает, что можно остальным.
role-about-operator = Ведёт чаты, вебхуки и доставки; не создаёт ключей и учётных записей.
role-about-read-only = Видит всё и ничего не меняет.
password-current = Текущий пароль
password-new = Новый пароль
password-change = Сменить пароль
password-change-ends = Все остальные сеансы этой учётной записи сразу завершатся.
password-hint = Не короче 12 символов. Хороший пароль — целое предложение.
sessions = Сеансы
sessions-yours = Ваши сеансы
sessions-about = Сеанс заканчивается через восемь часов без действий, через семь дней или когда вы его завершите.
session-this = этот браузер
session-began = Начат
session-seen = последнее действие
session-end = Завершить
session-ended = Сеанс завершён.

audit-log = Журнал действий
audit-lead = Всё, что здесь делали: в консоли, через управляющий API или командой. Хранится год.
audit-when = Когда
audit-who = Кто
audit-act = Что
audit-target = С чем
audit-outcome = Чем кончилось
audit-none = Пока никто ничего не делал.
audit-none-found = Под этот отбор ничего не подходит.
doer-admin-token = программа с токеном администратора
doer-sandbox = кто-то за этой машиной
doer-command = команда на сервере
doer-stranger = незнакомец под именем «{ $name }»
outcome-begun = неизвестно
outcome-done = сделано
outcome-refused = отказано
outcome-failed = сбой

act-sign_in = Вход
act-sign_out = Выход
act-add_account = Добавлена учётная запись
act-remove_account = Удалена учётная запись
act-change_role = Изменена роль
act-change_password = Изменён пароль
act-end_session = Завершён сеанс
act-create_key = Создан ключ
act-change_key = Изменён ключ
act-rotate_key = Заменён ключ
act-revoke_key = Отозван ключ
act-revoke_grant = Отозвано разрешение
act-expire_tokens = Прекращены токены доступа
act-rotate_tokens = Заменены токены
act-inspect_token = Просмотрен токен
act-approve = Согласие за человека
act-sign_in_person = Вход за человека
act-open_conversation = Открыт чат
act-write = Написано сообщение
act-send_file = Отправлен файл
act-press = Нажата кнопка
act-start_bot = Запущен бот
act-block = Кто-то заблокирован
act-unblock = Кто-то разблокирован
act-start_arbitration = Начат спор
act-finish_arbitration = Завершён спор
act-change_post = Изменено объявление
act-change_app_urls = Изменены адреса приложения
act-change_webhook_url = Изменён адрес вебхука
act-switch_webhook_on = Включён вебхук
act-switch_webhook_off = Выключен вебхук
act-pause_webhook = Приостановлен вебхук
act-resume_webhook = Возобновлён вебхук
act-ping_webhook = Проверен вебхук
act-rotate_signing_secret = Заменён секрет подписи
act-replay = Повторены доставки
act-cancel_delivery = Отменена доставка
act-move_clock = Переведены часы
act-switch_script = Переключён сценарий
act-change_faults = Изменены сбои
act-load_world = Загружен мир
act-take_snapshot = Сделан снимок
act-restore_snapshot = Возвращён снимок
act-delete_snapshot = Удалён снимок
act-clear_exchanges = Очищена запись обмена
act-rehearse = Шаг сценария
act-reset = Всё сброшено
act-other = Другое

refusal-account-name = Имя — от 1 до { $count } строчных латинских букв, цифр или знаков . _ - @.
refusal-account-taken = Учётная запись с таким именем уже есть. Выберите другое имя.
refusal-password-length = В пароле должно быть не меньше { $count } символов. Хороший пароль — целое предложение.
refusal-password-guessable = Этот пароль слишком легко угадать. Выберите другой.
refusal-password-wrong = Текущий пароль неверен.
refusal-account-unknown = Учётной записи с таким именем нет. Возможно, её удалили.
refusal-accounts = Учётных записей может быть не больше { $count }. Сначала удалите одну.
refusal-last-admin = Это последний администратор. Сначала назначьте другого.
refusal-sign-in = Имя или пароль неверны. Попробуйте ещё раз.
refusal-tries = { $count ->
    [one] Слишком много неудачных попыток. Повторите через { $count } секунду.
    [few] Слишком много неудачных попыток. Повторите через { $count } секунды.
   *[other] Слишком много неудачных попыток. Повторите через { $count } секунд.
}
refusal-session = Такого сеанса нет; возможно, он уже завершён.
op-more = Ещё

nav-deliveries = Доставки
dl-lead = Все, кто узнаёт о событиях: как отвечают их получатели, что ждёт и каждая попытка.
dl-none = О событиях пока никто не узнаёт. Дайте приложению адрес для событий или бизнесу адрес для уведомлений.
dl-webhook = Вебхук
dl-app = Приложение
dl-business = Бизнес
dl-person = Человек
dl-post = к объявлению
dl-no-url = Адреса нет: события хранятся для лент.
dl-look = Подробнее
dl-receiver = Получатель
dl-health-healthy = отвечает
dl-health-failing = сбоит
dl-health-resting = отдыхает
dl-health-paused = на паузе
dl-health-unproven = ждёт приветствия
dl-health-off = выключен
dl-health-kept = только лента
dl-health-about-healthy = Он отвечает. События приходят по порядку, в каждом чате отдельно.
dl-health-about-failing = Недавно он сбоил. Попытки повторяются сами, по одной.
dl-health-about-resting = Он сбоил слишком часто, и его на время оставили в покое; изредка его проверяют.
dl-health-about-paused = Его поставили на паузу. События копятся и уйдут, когда её снимут.
dl-health-about-unproven = Сначала он должен ответить на приветствие. До тех пор события копятся.
dl-health-about-off = Ничего не отправляется и не копится, пока его не включат.
dl-health-about-kept = Адреса нет, поэтому события хранятся только для тех, кто читает ленту.
dl-failures = { $count ->
    [one] { $count } сбой с
    [few] { $count } сбоя с
   *[other] { $count } сбоев с
}
dl-rests-until = Не трогаем до
dl-count-waiting = Ждёт
dl-count-dead = Оставлено
dl-count-delivered = Доставлено
dl-count-lanes = Чатов ждёт
dl-number = { $count }
dl-waiting = { $count } ждёт
dl-dead = { $count } оставлено
dl-delivered = { $count } доставлено
dl-ping = Проверить
dl-ping-good = Отвечает: { $count } мс.
dl-ping-bad = Отвечает не так, как должен ({ $count } мс). Ответ:
dl-pause = Пауза
dl-paused = На паузе. События копятся.
dl-resume = Снять с паузы
dl-resumed = Продолжаем.
dl-switch-on = Включить и попробовать сразу
dl-switched-on = Включён; что ждало, пробуем сразу.
dl-switch-off = Выключить
dl-switched-off = Выключен; что ждало, отменено.
dl-off-about = Что ждёт, будет отменено, и ничего не накопится, пока его снова не включат.
dl-rotate = Новый секрет подписи
dl-rotate-about = Новый секрет показывается один раз. Старый ещё сутки подписывает вместе с ним.
dl-secret-made = Это новый секрет подписи. Он показан только сейчас:
dl-url = Адрес
dl-url-label = Куда отправлять события
dl-url-about = Что ждёт, сразу пробуем по новому адресу. Без адреса события хранятся только для лент.
dl-url-wrong = Это не адрес в сети. Он выглядит так: https://bot.example/webhook.
dl-url-set = Адрес сохранён.
dl-lanes = Что ждёт и почему
dl-lanes-about = У каждого чата своя очередь: его события приходят по порядку, и застрявшая очередь не задерживает другие.
dl-lanes-none = Ничего не ждёт.
dl-lanes-more = { $count ->
    [one] Всего ждёт { $count } чат.
    [few] Всего ждут { $count } чата.
   *[other] Всего ждут { $count } чатов.
}
dl-wait-off = Он выключен.
dl-wait-paused = Он на паузе.
dl-wait-unproven = Сначала он должен ответить на приветствие.
dl-wait-at_work = В пути, самое позднее до
dl-wait-retry = Не удалось; следующая попытка
dl-wait-rest = Получателя не трогаем до
dl-wait-turn = На очереди.
dl-chat = Чат
dl-head = Что ждёт
dl-state = Состояние
dl-state-pending = ждёт
dl-state-retrying = повторяется
dl-state-delivered = доставлено
dl-state-dead = оставлено
dl-state-cancelled = отменено
dl-state-kept = хранится
dl-fact-message_sent = Отправлено сообщение
dl-fact-conversation_opened = Открыт чат
dl-fact-arbitration_started = Начат спор
dl-fact-arbitration_finished = Спор завершён
dl-fact-access_revoked = Доступ отозван
dl-fact-post_changed = Изменилось объявление
dl-fact-quota_nearly_used = Лимит почти исчерпан
dl-attempts = { $count ->
    [0] ещё не пробовали
    [one] { $count } попытка
    [few] { $count } попытки
   *[other] { $count } попыток
}
dl-told-none = Здесь доставок нет.
dl-cancel = Отменить
dl-cancelled = Больше не отправляется.
dl-replay = Повторить
dl-replay-dead = Повторить всё оставленное ({ $count })
dl-replayed = { $count ->
    [0] Повторять нечего: доставка уже ждёт или адреса нет.
    [one] Ещё раз отправляем { $count } доставку.
    [few] Ещё раз отправляем { $count } доставки.
   *[other] Ещё раз отправляем { $count } доставок.
}
dl-delivery = Доставка
dl-back = Назад к получателю
dl-attempts-title = Попытки
dl-tries-none = Ещё не пробовали.
dl-attempt = Попытка { $count }
dl-milliseconds = { $count } мс
dl-no-answer = нет ответа
dl-sent = Что отправлено
dl-came-back = Что вернулось
dl-nothing-back = Ничего не вернулось.

nav-apps = Приложения и бизнесы
ap-lead = Программы, которые обращаются к серверу: что им можно, сколько лимитов израсходовано и что им разрешили люди.
ap-apps = Приложения
ap-apps-none = В этом мире нет приложений.
ap-businesses = Бизнесы
ap-businesses-none = В этом мире нет бизнесов.
ap-stage-development = разработка
ap-stage-production = боевое
ap-stage-about-development = Приложение разрабатывается: оно может просить любые разрешения и действует только с объявлениями для разработки.
ap-stage-about-production = Приложение работает: оно может просить те разрешения, которые ему выданы.
ap-inspect = Узнать о токене
ap-inspect-about = Чей это токен, за кого он действует и до каких пор. Токен не сохраняется.
ap-token = Токен
ap-token-unknown = Этот токен не работает: он ничей или его время вышло.
ap-token-facts = Токен приложения { $app }, действует за { $person }, до { $end }. Он разрешает:
ap-never = без срока
ap-hooks = Куда идут события
ap-hooks-none = О событиях не узнаёт.
ap-hook-look = Получатель и доставки
ap-limits = Лимиты
ap-limits-none = За эту минуту, час и день вызовов не было.
ap-shared = общий для всех приложений
ap-period-minute = за эту минуту
ap-period-hour = за этот час
ap-period-day = за сегодня
ap-used-of = { $used } из { $most } вызовов
ap-used = { $count ->
    [one] { $count } вызов
    [few] { $count } вызова
   *[other] { $count } вызовов
}
ap-resets = снова целиком с
ap-keys = Ключи
ap-keys-about = Секрет ключа показывается один раз, когда ключ создан. Прочитать его снова нельзя.
ap-keys-none = Ключей пока нет.
ap-key-is-live = работает
ap-key-is-expired = истёк
ap-key-is-revoked = отозван
ap-key-revoked = Ключ отозван. Он больше не работает.
ap-created = Создан
ap-last-used = последнее применение
ap-ends = истекает
ap-may = Что ему можно
ap-may-nothing = Ничего.
ap-app-may = Что можно разрешить его ключам
ap-overlap = Старый ещё работает
ap-overlap-none = ни мгновения
ap-overlap-hour = один час
ap-overlap-day = один день
ap-overlap-week = одну неделю
ap-rotate = Заменить
ap-revoke = Отозвать этот ключ
ap-key-new = Создать ключ
ap-key-name = Название
ap-key-ends = Когда истекает, по UTC; пусто — никогда
ap-key-made = Это секрет ключа { $name }. Он показан только сейчас:
ap-grants = Разрешения людей
ap-grants-about = Что люди разрешили этому приложению, теми словами, какими их спросили.
ap-grants-none = Этому приложению никто ничего не разрешил.
ap-grant-live = в силе
ap-grant-gone = отозвано
ap-given = Дано
ap-taken-back = отозвано
ap-until = до
ap-token-access = Токен доступа
ap-token-refresh = Токен обновления
ap-scopes = Что разрешено
ap-expire = Прекратить токены доступа сейчас
ap-replace = Заменить все токены
ap-grant-revoke = Отозвать разрешение
ap-grant-revoked = Разрешение отозвано. Его токены больше ничего не стоят.
ap-tokens-expired = Токены доступа прекращены. Токен обновления даст новые.
ap-tokens-made = Это новые токены. Они показаны только сейчас, старые уже не действуют:
ap-urls = Адреса
ap-urls-saved = Адреса сохранены.
ap-redirects = Куда людей можно вернуть, по одному адресу в строке
ap-session-url = Где кнопка-ссылка спрашивает адрес
ap-action-url = Где динамическая кнопка спрашивает, что делать
perm-CHAT_BOT_SEND_MESSAGE = Писать от имени бота приложения
perm-CHAT_READ_CONVERSATION = Читать чат, который человек открыл приложению
perm-CHAT_SEND_MESSAGE_OAUTH = Писать за человека, который это разрешил
perm-CHAT_UPLOAD_MEDIA = Загружать файлы
perm-EVENTS_REGISTER_SUBSCRIPTION = Подписываться на события
perm-GET_USER_ID_BY_PHONE = Узнавать идентификатор по номеру телефона
perm-USER_RETRIEVE = Читать идентификатор или телефон того, кто это разрешил
perm-all-methods = Всё
perm-all-methods-read-only = Читать всё
perm-communication = Всё о чатах
